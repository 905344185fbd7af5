"""`/manage/matrix/`: people and modules."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import MatrixFilter
from courses.manager.lists import PAGE, PRINTED, is_print, listing
from courses.manager.tables import matrix_table
from courses.manager.words import LOOKS, MEANING
from courses.records.team import Team


@require_safe
@for_managers
def matrix(request: HttpRequest, team: Team) -> HttpResponse:
    """One page of the matrix, or all of it to print. At most 8 queries: user, units, modules, the count (with the
    order, where it is not by name), people, cells, the units to choose from, and once a minute the job roles."""
    found = MatrixFilter(request.GET, team)
    found.while_waiting()
    printed = is_print(request)
    page = listing(found, request.GET, PRINTED if printed else PAGE)
    return render(
        request,
        "manager/matrix.html",
        {
            "team": found.team,
            "found": found,
            "printed": printed,
            "listing": page,
            "table": matrix_table(page.rows, found),
            "legend": [(look, MEANING[state]) for state, look in LOOKS.items()],
        },
    )
