"""`/manage/exports/`: the lists as CSV, under the same filters as the screen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager import exports as files
from courses.manager.access import for_managers
from courses.manager.filters import MatrixFilter, ModuleFilter, PeopleFilter
from courses.records.team import Team
from courses.spreadsheets import csv_response


@require_safe
@for_managers
def exports(request: HttpRequest, team: Team) -> HttpResponse:
    """What can be downloaded. At most 5 queries: session, user, roles, units, modules."""
    return render(request, "manager/exports.html", {"team": team})


@require_safe
@for_managers
def matrix_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    """The matrix, row for row as the screen shows it."""
    found = MatrixFilter(request.GET, team)
    if not found.ok:
        return refused(request, team, found)
    return csv_response(files.matrix_lines(found), f"matrix-{team.on.isoformat()}")


@require_safe
@for_managers
def people_csv(request: HttpRequest, team: Team) -> HttpResponseBase:
    """The list of people."""
    found = PeopleFilter(request.GET, team)
    if not found.ok:
        return refused(request, team, found)
    return csv_response(files.people_lines(found), f"people-{team.on.isoformat()}")


@require_safe
@for_managers
def module_csv(request: HttpRequest, team: Team, slug: str) -> HttpResponseBase:
    """The list of one module."""
    module = team.module(slug)
    if module is None:
        raise Http404
    found = ModuleFilter(request.GET, team, module)
    if not found.ok:
        return refused(request, team, found)
    return csv_response(files.module_lines(found), f"{module.slug}-{team.on.isoformat()}")


def refused(request: HttpRequest, team: Team, found: PeopleFilter) -> HttpResponse:
    """A choice that cannot be understood exports nothing, rather than more than was asked for."""
    return render(request, "manager/exports.html", {"team": team, "found": found}, status=400)
