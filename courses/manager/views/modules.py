"""`/manage/modules/<slug>/`: who has done one module, when and how well."""

from __future__ import annotations

from statistics import median

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import ModuleFilter
from courses.manager.lists import listing, module_rows
from courses.manager.tables import ModuleTable
from courses.manager.words import LOOKS, percentage
from courses.records.states import Need, State
from courses.records.team import Team, completions_of

from .overview import total

FEW = 5
"""Fewer scores than this are not averaged: an average of few is somebody's score (fact pack §5.7)."""


@require_safe
@for_managers
def module(request: HttpRequest, team: Team, slug: str) -> HttpResponse:
    """One module. A private and an unknown slug answer the same, after the same work.

    At most 11 queries: session, user, roles, units, modules, the tally, scores, the count, people, cells, completions.
    """
    chosen = team.module(slug)
    if chosen is None:
        raise Http404
    found = ModuleFilter(request.GET, team, chosen)
    tally = found.states.tally()
    scores = [s for s in completions_of(found.base, [chosen]).values_list("score", flat=True) if s is not None]
    page = listing(found, request.GET.get("page"))
    counted, held = total(tally, Need.COUNTED), total(tally, Need.HELD)
    by_state = {state: sum(t.cells for t in tally if t.state == state) for state in State}
    return render(
        request,
        "manager/module.html",
        {
            "team": team,
            "module": chosen,
            "found": found,
            "listing": page,
            "table": ModuleTable(module_rows(found, page.rows), chosen.title),
            "states": [(LOOKS[state], state.value, number) for state, number in by_state.items() if number],
            "counted": counted,
            "held": held,
            "per_cent": percentage(held, counted),
            "scores": len(scores),
            "median": round(median(scores)) if len(scores) >= FEW else None,
        },
    )
