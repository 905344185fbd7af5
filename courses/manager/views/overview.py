"""`/manage/`: where the team stands, at a glance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import PeopleFilter
from courses.manager.words import LOOKS, Look, percentage
from courses.records.states import HELD, Count, Need, Selection, State, Tally
from courses.records.team import ModuleRef, Team

WORK = (State.OVERDUE, State.FAILED, State.DUE_SOON, State.IN_PROGRESS, State.NOT_STARTED)
"""The states of required modules that are not held, as the bars and the table show them."""


@dataclass(frozen=True)
class Figure:
    """A number and the filtered list behind it."""

    number: int
    url: str


@dataclass(frozen=True)
class Part:
    """A piece of a bar: where it begins and how wide it is, of 1000."""

    kind: str
    start: int
    width: int


@dataclass(frozen=True)
class ModuleBar:
    """One module: the figures, and the same figures drawn."""

    module: ModuleRef
    counted: Figure
    held: Figure
    per_cent: int | None
    expiring: Figure
    work: list[tuple[Look, Figure]]
    parts: list[Part]


@require_safe
@for_managers
def overview(request: HttpRequest, team: Team) -> HttpResponse:
    """Tiles and bars. At most 7 queries: session, user, roles, units, modules, the tally, and people overdue."""
    found = PeopleFilter(request.GET, team)
    tally = found.states.tally()
    overdue = found.states.count(Selection(states=(State.OVERDUE,)))
    links = Links(request.GET.get("unit", "") if found.ok else "")
    bars = [bar(module, [t for t in tally if t.module_id == module.id], links) for module in team.modules]
    counted, held = total(tally, Need.COUNTED), total(tally, Need.HELD)
    return render(
        request,
        "manager/overview.html",
        {
            "team": team,
            "found": found,
            "per_cent": percentage(held, counted),
            "counted": Figure(counted, links.to(need=Need.COUNTED)),
            "held": Figure(held, links.to(need=Need.HELD)),
            "overdue": Figure(overdue.cells, links.to(state=State.OVERDUE)),
            "overdue_people": Count(*overdue).people,
            "expiring": Figure(in_state(tally, State.EXPIRING_SOON), links.to(state=State.EXPIRING_SOON)),
            "begun": Figure(in_state(tally, State.IN_PROGRESS), links.to(state=State.IN_PROGRESS)),
            "failed": Figure(in_state(tally, State.FAILED), links.to(state=State.FAILED)),
            "bars": [bar for bar in bars if bar.counted.number],
            "unasked": [bar.module for bar in bars if not bar.counted.number],
            "work": [LOOKS[state] for state in WORK],
        },
    )


class Links:
    """Addresses of the matrix, filtered; they keep the unit that was chosen."""

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def to(self, **choice: str) -> str:
        chosen = {**choice, "unit": self.unit} if self.unit else choice
        return f"{reverse('manager:matrix')}?{urlencode({key: str(value) for key, value in chosen.items()})}"


def total(tally: list[Tally], need: Need) -> int:
    """The numerator or denominator of the percentage."""
    counted = [t for t in tally if t.required and t.state != State.EXEMPT]
    return sum(t.cells for t in counted if need == Need.COUNTED or t.state in HELD)


def in_state(tally: list[Tally], state: State) -> int:
    return sum(t.cells for t in tally if t.state == state)


def bar(module: ModuleRef, tally: list[Tally], links: Links) -> ModuleBar:
    """What is required of this module, by state: a bar is the whole of it."""
    by_state: dict[State, int] = defaultdict(int)
    for line in tally:
        if line.required:
            by_state[line.state] += line.cells
    counted, held = total(tally, Need.COUNTED), total(tally, Need.HELD)
    return ModuleBar(
        module=module,
        counted=Figure(counted, links.to(module=module.slug, need=Need.COUNTED)),
        held=Figure(held, links.to(module=module.slug, need=Need.HELD)),
        per_cent=percentage(held, counted),
        expiring=Figure(
            by_state[State.EXPIRING_SOON],
            links.to(module=module.slug, state=State.EXPIRING_SOON, need=Need.COUNTED),
        ),
        work=[
            (
                LOOKS[state],
                Figure(by_state[state], links.to(module=module.slug, state=state, need=Need.COUNTED)),
            )
            for state in WORK
        ],
        parts=parts([(state, by_state[state]) for state in (State.VALID, State.EXPIRING_SOON, *WORK[::-1])]),
    )


def parts(numbers: list[tuple[State, int]]) -> list[Part]:
    """The pieces of a bar, side by side, filling it."""
    whole = sum(number for _, number in numbers)
    drawn, before = [], 0
    for state, number in numbers:
        if number:
            start = round(1000 * before / whole)
            drawn.append(Part(state.value, start, round(1000 * (before + number) / whole) - start))
        before += number
    return drawn
