"""`/manage/exports/`: reports, and the lists as files, under the same filters as the screen."""

from __future__ import annotations

import io
from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from courses.manager.access import for_managers
from courses.manager.filters import PeopleFilter
from courses.manager.jobs.views import lines_of
from courses.manager.models import FileKind
from courses.people.models import Action
from courses.records.team import Team
from courses.spreadsheets import XLSX_TYPE, Line, Value, csv_response

from . import making
from .asking import ABOUT, asker, schedules_of
from .sheets import WHAT, Refused, Sheet, sheet_of

AT_ONCE = 2_000
"""Up to so many people a file is made while she waits; a larger one is made as long work, with its progress."""
SHOWN = 50
"""Rows of a list that its page shows."""
LARGE = "This list is long, so its file is made for you while you do something else."
NAMED = "A search by name is for finding few people. Take the name out of the filter to make a file of so many."


@require_safe
@for_managers
def reports(request: HttpRequest, team: Team) -> HttpResponse:
    """What can be had, what was made lately. At most 8 queries: session, user, roles, units, modules, latest work,
    schedules, formats."""
    return render(request, "manager/exports.html", context(request, team))


def context(request: HttpRequest, team: Team) -> dict[str, object]:
    lists = [(key, what) for key, what in WHAT.items() if key != "module"]
    schedules = [(each, WHAT[each.what].title) for each in schedules_of(request)]
    return {
        "team": team,
        "lists": lists,
        "lines": lines_of(request, team, 5),
        "schedules": schedules,
        "outside": [(kind, ABOUT[kind]) for kind in FileKind],
    }


@require_safe
@for_managers
def list_file(request: HttpRequest, team: Team, what: str, ending: str, slug: str = "") -> HttpResponseBase:
    """A list as a file, at once; one of many people leads to its page, where it is asked for."""
    try:
        sheet = found(request, team, what, slug)
    except Refused as refusal:
        return refused(request, team, refusal.found)
    if is_long(sheet):
        messages.info(request, LARGE)
        return redirect(f"{page_of(what, slug)}?{request.GET.urlencode()}")
    if request.method == "GET":
        with transaction.atomic():
            for action in (Action.EXPORTED, Action.DOWNLOADED):
                making.noted(person=asker(request), team=team, sheet=sheet, ending=ending, action=action)
    if ending == "csv":
        return csv_response(sheet.lines(), sheet.stem)
    file = io.BytesIO()
    making.write(file, sheet.lines(), ending, sheet.title)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{sheet.stem}.{ending}", content_type=XLSX_TYPE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def list_page(request: HttpRequest, team: Team, what: str, slug: str = "") -> HttpResponseBase:
    """A list as its file will hold it: the first rows, and the buttons that make the file.

    At most 8 queries: session, user, roles, units, modules, the count, people, cells; of a module one more, and of
    requirements fewer. A POST puts the file into the queue."""
    try:
        sheet = found(request, team, what, slug)
    except Refused as refusal:
        return refused(request, team, refusal.found)
    ending = request.POST.get("ending", "")
    if request.method == "POST":
        if request.GET.get("q") and is_long(sheet):
            messages.error(request, NAMED)
        elif ending in making.ENDINGS:
            if not is_long(sheet):
                return redirect(f"{page_of(what, slug, ending)}?{request.GET.urlencode()}")
            job = making.ask_for_sheet(
                person=asker(request),
                team=team,
                sheet=sheet,
                ending=ending,
                choice=making.kept_choice(request.GET),
                slug=slug,
            )
            return redirect("manager:job", job.public_id)
        return redirect(request.get_full_path())
    lines = [] if sheet.too_many else sheet.first(SHOWN)[:SHOWN]
    return render(
        request,
        "manager/out/list.html",
        {
            "team": team,
            "sheet": sheet,
            "about": WHAT[what].about,
            "lines": [shown_of(sheet, line) for line in lines],
            "shown": SHOWN,
            "schedule": f"?what={what}&slug={slug}&{making.kept_choice(request.GET)}",
            "large": is_long(sheet),
            "endings": making.ENDINGS.items(),
            "narrowed": bool(making.kept_choice(request.GET)) or bool(request.GET.get("q")),
        },
    )


def found(request: HttpRequest, team: Team, what: str, slug: str) -> Sheet:
    sheet = sheet_of(what, team, request.GET, slug)
    if sheet is None:
        raise Http404
    return sheet


def is_long(sheet: Sheet) -> bool:
    """Whether its file is made as long work."""
    return sheet.too_many or sheet.total > AT_ONCE


def text_of(value: Value) -> str:
    """A value as the files have it: dates year first, nothing for what is not there."""
    return "" if value is None else str(value)


def shown_of(sheet: Sheet, line: Line) -> list[tuple[str, str, bool]]:
    """Each cell with its heading, and whether it is a day, which is not broken over two lines."""
    return [(name, text_of(value), isinstance(value, date)) for name, value in zip(sheet.head, line, strict=True)]


def page_of(what: str, slug: str, ending: str = "") -> str:
    """The address of a list, or of its file."""
    name = f"manager:{what}-{ending}" if ending else f"manager:{what}-list"
    return reverse(name, args=[slug] if slug else [])


def refused(request: HttpRequest, team: Team, found: PeopleFilter | None) -> HttpResponse:
    """A choice that cannot be understood exports nothing, rather than more than was asked for."""
    return render(request, "manager/exports.html", {**context(request, team), "found": found}, status=400)
