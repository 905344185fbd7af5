"""`/manage/`: where the team stands, at a glance."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import TeamFilter
from courses.manager.overview import WORK, Links, module_bars, part_bars, totals
from courses.manager.trends import trend
from courses.manager.units import parts_of
from courses.manager.words import LOOKS
from courses.records.figures import figures
from courses.records.kept import kept_figures
from courses.records.team import Team


@require_safe
@for_managers
def overview(request: HttpRequest, team: Team) -> HttpResponse:
    """Figures, bars and a trend, today or on a day that is over. At most 6 queries: user, her topmost units,
    those to choose from, modules, one statement for every figure, and one for twelve months."""
    found = TeamFilter(request.GET, team)
    places = parts_of(found.team, found.chosen_unit) if found.ok and not found.alone else []
    parts = [(place.unit.pk, place.alone) for place in places]
    kept = kept_figures(found.team, found.chosen_unit, parts) if found.ok and not found.alone else None
    if kept is None:
        found.while_waiting()
    counted, counted_at = kept or (figures(found.states, parts, found.team.posts()), None)
    links = Links(found.team, request.GET.get("unit", "") if found.ok else "")
    bars = module_bars(found.team.modules, counted.tally, links)
    return render(
        request,
        "manager/overview.html",
        {
            "team": found.team,
            "found": found,
            **totals(counted, links),
            "bars": [bar for bar in bars if bar.counted.number],
            "parts": part_bars(places, counted.parts, links),
            "above": found.chosen_unit and above(found.team, found.chosen_unit.parent_id),
            "unasked": [bar for bar in bars if not bar.counted.number],
            "work": [LOOKS[state] for state in WORK],
            "trend": trend(found, counted),
            "counted_at": counted_at,
        },
    )


def above(team: Team, parent: int | None) -> str:
    """The address value of the unit above, when it is hers; else of all her units."""
    return str(parent) if any(unit.pk == parent for unit in team.near.units) else ""
