"""What the overview says: figures that lead to the lists behind them, and bars that draw the same figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from courses.records.figures import Figures, PartTally
from courses.records.states import HELD, Need, State, Tally
from courses.records.team import ModuleRef, Team

from .charts import Piece, pieces
from .units import Place
from .words import LOOKS, Look, percentage

WORK = (State.OVERDUE, State.FAILED, State.DUE_SOON, State.IN_PROGRESS, State.NOT_STARTED)
"""The states of required modules that are not held, as the bars and the table show them."""


@dataclass(frozen=True)
class Figure:
    """A number and the filtered list behind it."""

    number: int
    url: str


@dataclass(frozen=True)
class Bar:
    """A module or a unit: the figures, and the same figures drawn."""

    title: str
    url: str
    counted: Figure
    held: Figure
    per_cent: int | None
    expiring: Figure
    work: list[tuple[Look, Figure]]
    parts: list[Piece]


class Links:
    """Addresses of the matrix, filtered; they keep the unit and the day that were chosen."""

    def __init__(self, team: Team, unit: str) -> None:
        self.team = team
        self.kept = {"unit": unit} if unit else {}

    def to(self, name: str = "matrix", *args: str, **choice: Any) -> str:
        chosen = {**self.kept, **{key: str(value) for key, value in choice.items()}}
        if self.team.past:
            chosen["as_at"] = self.team.on.isoformat()
        address = reverse(f"manager:{name}", args=args)
        return f"{address}?{urlencode(chosen)}" if chosen else address


def totals(counted: Figures, links: Links) -> dict[str, Any]:
    """The tiles, and the table of what comes."""
    required, held = total(counted.tally, Need.COUNTED), total(counted.tally, Need.HELD)
    return {
        "per_cent": percentage(held, required),
        "counted": Figure(required, links.to(need=Need.COUNTED)),
        "held": Figure(held, links.to(need=Need.HELD)),
        "overdue_people": counted.people.get(State.OVERDUE, 0),
        **{
            name: Figure(sum(t.cells for t in counted.tally if t.state == state), links.to(state=state))
            for name, state in (
                ("overdue", State.OVERDUE),
                ("expiring", State.EXPIRING_SOON),
                ("begun", State.IN_PROGRESS),
                ("failed", State.FAILED),
            )
        },
        "learners": Figure(counted.learners, links.to("people")),
        "coming": [
            (
                near.days,
                Figure(near.due, links.to(need=Need.MISSING, due=near.days)),
                Figure(near.expiring, links.to(need=Need.HELD, due=near.days)),
            )
            for near in counted.coming
        ],
    }


def total(tally: Iterable[Tally | PartTally], need: Need) -> int:
    """The numerator or denominator of the percentage."""
    counted = [t for t in tally if t.required and t.state != State.EXEMPT]
    return sum(t.cells for t in counted if need == Need.COUNTED or t.state in HELD)


def module_bars(modules: Iterable[ModuleRef], tally: Sequence[Tally], links: Links) -> list[Bar]:
    """A bar for each module; the bar is everybody who must hold it and is not exempt."""
    return [
        _bar(
            module.title,
            links.to("module", module.slug),
            [t for t in tally if t.module_id == module.id],
            links,
            module=module.slug,
        )
        for module in modules
    ]


def part_bars(places: Sequence[Place], tally: Sequence[PartTally], links: Links) -> list[Bar]:
    """A bar for each unit one level below that anything is asked of, and one for who is directly here."""
    bars = [
        _bar(
            f"{place.name}" if not place.alone else f"Directly in {place.unit.name}",
            links.to("overview", unit=place),
            [t for t in tally if t.part == number],
            links,
            unit=place,
        )
        for number, place in enumerate(places)
    ]
    return [bar for place, bar in zip(places, bars, strict=True) if bar.counted.number or not place.alone]


def _bar(title: str, url: str, tally: Sequence[Tally | PartTally], links: Links, **chosen: Any) -> Bar:
    by_state: dict[State, int] = defaultdict(int)
    for line in tally:
        if line.required:
            by_state[line.state] += line.cells
    counted, held = total(tally, Need.COUNTED), total(tally, Need.HELD)
    return Bar(
        title=title,
        url=url,
        counted=Figure(counted, links.to(**chosen, need=Need.COUNTED)),
        held=Figure(held, links.to(**chosen, need=Need.HELD)),
        per_cent=percentage(held, counted),
        expiring=Figure(
            by_state[State.EXPIRING_SOON], links.to(**chosen, state=State.EXPIRING_SOON, need=Need.COUNTED)
        ),
        work=[
            (LOOKS[state], Figure(by_state[state], links.to(**chosen, state=state, need=Need.COUNTED)))
            for state in WORK
        ],
        parts=pieces([(state.value, by_state[state]) for state in (State.VALID, State.EXPIRING_SOON, *WORK[::-1])]),
    )
