"""`/manage/matrix/`: people and modules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import MatrixFilter
from courses.manager.lists import listing
from courses.manager.tables import MatrixTable
from courses.manager.words import LOOKS, MEANING
from courses.records.team import Team


@require_safe
@for_managers
def matrix(request: HttpRequest, team: Team) -> HttpResponse:
    """One page of the matrix. At most 8 queries: session, user, roles, units, modules, the count, people, cells."""
    found = MatrixFilter(request.GET, team)
    page = listing(found, request.GET.get("page"))
    return render(
        request,
        "manager/matrix.html",
        {
            "team": team,
            "found": found,
            "listing": page,
            "table": MatrixTable(page.rows, found.modules, found.selection),
            "legend": [(look, MEANING[state]) for state, look in LOOKS.items()],
        },
    )
