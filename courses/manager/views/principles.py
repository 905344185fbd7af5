"""`/manage/principles/`: which common core principles each unit's people hold valid learning in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.content.models import Principle
from courses.manager.access import for_managers
from courses.manager.filters import TeamFilter
from courses.manager.overview import Figure, Links
from courses.manager.units import parts_of
from courses.records.principles import coverage, taught_by_versions
from courses.records.team import Team


@require_safe
@for_managers
def principles(request: HttpRequest, team: Team) -> HttpResponse:
    """Units one level below and the eight principles. At most 7 queries: user, her topmost units, those to choose
    from, modules, what versions taught, the principles, and who holds what."""
    found = TeamFilter(request.GET, team)
    then = found.team
    places = parts_of(then, found.chosen_unit) if found.ok and not found.alone else []
    taught = taught_by_versions([module.id for module in then.modules])
    found.while_waiting()
    covered = coverage(found.states, [(place.unit.pk, place.alone) for place in places], then.posts(), taught)
    people = {(row.part, row.code): row.people for row in covered}
    every = list(Principle.objects.all())
    whole = Links(then, request.GET.get("unit", "") if found.ok else "")
    rows: list[tuple[int | None, str, Links]] = [(None, "Everybody", whole)]
    rows += [(number, place.name, Links(then, str(place))) for number, place in enumerate(places)]
    return render(
        request,
        "manager/principles.html",
        {
            "team": then,
            "found": found,
            "principles": every,
            "rows": [
                (
                    name,
                    Figure(people.get((part, None), 0), links.to("people")),
                    [
                        Figure(people.get((part, each.code), 0), links.to("people", principle=each.code))
                        for each in every
                    ],
                )
                for part, name, links in rows
                if part is None or people.get((part, None))
            ],
        },
    )
