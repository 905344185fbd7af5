"""The figures of an overview: one statement adds up a whole team by module, by unit and by the days to come.

The same cells as the lists (`records.states`), so that a figure and the list behind it cannot disagree.
"""
# ruff: noqa: S608 (the SQL is constants of ours and what Django compiled; values are parameters)

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from courses.people.models import Membership, Unit

from .models import UnitDay
from .states import HELD, Need, Selection, State, States, Tally, _sql_day

WINDOWS = (30, 60, 90)
HELD_SQL = "state IN ('valid', 'expiring-soon')"


Part = tuple[int, bool]
"""A unit that figures are wanted of, and whether alone, without everything below it."""


class PartTally(NamedTuple):
    """How many cells of one part (its place in the list that was asked about) are in one state."""

    part: int
    state: State
    required: bool
    cells: int


class Coming(NamedTuple):
    """What lies within so many days: required and not held, and held and expiring."""

    days: int
    due: int
    expiring: int


@dataclass(frozen=True)
class Figures:
    """What an overview shows. `people` counts people by state, required or not, and `learners` all of them."""

    tally: list[Tally]
    parts: list[PartTally]
    people: Mapping[State, int]
    coming: list[Coming]
    learners: int


def figures(states: States, parts: Sequence[Part], posts: QuerySet[Membership]) -> Figures:
    """Everything that is added up, in one statement: by module, by part (who learns in two counts in both), people by
    state, and what comes within 30, 60 and 90 days. `posts` say who learns where."""
    selects = [
        "SELECT 'tally', module_id, state, required, COUNT(*) FROM cells GROUP BY 2, 3, 4",
        "SELECT 'people', 0, state, 0, COUNT(DISTINCT person_id) FROM cells GROUP BY 3",
        "SELECT 'learners', 0, '', 0, COUNT(DISTINCT person_id) FROM cells",
    ]
    params: list[Any] = []
    for days in WINDOWS:
        near = "required = 1 AND state NOT IN ('exempt', 'not-required') AND shown_on >= %s AND shown_on <= %s"
        selects.append(
            f"SELECT 'coming', {days}, '', CASE WHEN {HELD_SQL} THEN 1 ELSE 0 END, COUNT(*) FROM cells "
            f"WHERE {near} GROUP BY 4"
        )
        params += [_sql_day(states.on), _sql_day(states.on + datetime.timedelta(days=days))]
    if parts:
        inside, of_places = places(parts, posts)
        selects.append(
            "SELECT 'part', place.part, state, required, COUNT(*) FROM cells "
            f"JOIN ({inside}) place ON place.person_id = cells.person_id GROUP BY 2, 3, 4"
        )
        params += of_places
    rows = states._run(" UNION ALL ".join(selects), params)
    near_by = {(row[1], bool(row[3])): row[4] for row in rows if row[0] == "coming"}
    return Figures(
        tally=[Tally(row[1], State(row[2]), bool(row[3]), row[4]) for row in rows if row[0] == "tally"],
        parts=[PartTally(row[1], State(row[2]), bool(row[3]), row[4]) for row in rows if row[0] == "part"],
        people={State(row[2]): row[4] for row in rows if row[0] == "people"},
        coming=[Coming(days, near_by.get((days, False), 0), near_by.get((days, True), 0)) for days in WINDOWS],
        learners=next(row[4] for row in rows if row[0] == "learners"),
    )


def places(parts: Sequence[Part], posts: QuerySet[Membership]) -> tuple[str, list[Any]]:
    """Who belongs to which part: a row for each person and part."""
    sql, params = posts.order_by().values("person_id", "unit_id").query.sql_with_params()
    inside = " UNION ALL ".join(
        f"SELECT {number} AS part, {int(unit_id)} AS unit_id, {int(alone)} AS alone"
        for number, (unit_id, alone) in enumerate(parts)
    )
    return (
        f"""SELECT DISTINCT post.person_id, wanted.part FROM ({sql}) post
        JOIN people_unit here ON here.id = post.unit_id
        JOIN people_unit top ON here.path LIKE top.path || '%%'
        JOIN ({inside}) wanted ON wanted.unit_id = top.id AND (wanted.alone = 0 OR here.id = top.id)""",
        list(params),
    )


class Month(NamedTuple):
    """A team at the end of a month."""

    day: datetime.date
    counted: int
    held: int


def month_ends(before: datetime.date, months: int = 12) -> list[datetime.date]:
    """The last days of the months that were over on the day `before`, the oldest first."""
    days: list[datetime.date] = []
    first = before.replace(day=1)
    for _ in range(months):
        last = first - datetime.timedelta(days=1)
        days.append(last)
        first = last.replace(day=1)
    return days[::-1]


def worked_out(days: Sequence[States]) -> list[Month]:
    """The months of a small team, worked out from the records: one statement, a part of it for each day."""
    if not days:
        return []
    parts: list[str] = []
    params: list[Any] = []
    for number, states in enumerate(days):
        head, of_head = states._head()
        needed, of_need = states._where(Selection(need=Need.COUNTED))
        parts.append(
            f"SELECT {number}, day.counted, day.held FROM ({head} SELECT COUNT(*) AS counted, "
            f"SUM(CASE WHEN {HELD_SQL} THEN 1 ELSE 0 END) AS held FROM cells {needed}) day"
        )
        params += [*of_head, *of_need]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows = sorted(cursor.fetchall())
    return [Month(days[number].on, counted, held or 0) for number, counted, held in rows]


@dataclass(frozen=True)
class Kept:
    """The months of a large team as they were counted, and when the last of them was."""

    months: list[Month]
    counted_at: datetime.datetime | None


def kept(units: Sequence[Unit], days: Sequence[datetime.date], modules: Collection[int]) -> Kept:
    """The months of a large team, from the daily summary: those days on which every one of the units was counted. One
    query."""
    found: dict[datetime.date, list[UnitDay]] = {}
    for each in UnitDay.objects.filter(unit__in=units, day__in=days):
        found.setdefault(each.day, []).append(each)
    months = [_month(day, found[day], modules) for day in days if len(found.get(day, ())) == len(units)]
    times = [each.counted_at for together in found.values() for each in together]
    return Kept(months, max(times, default=None))


def _month(day: datetime.date, counted: Iterable[UnitDay], modules: Collection[int]) -> Month:
    """The figures of some units on a day, without modules that are no longer anybody's business."""
    required: dict[str, int] = {}
    for each in counted:
        for module, by_state in each.tally.items():
            if int(module) in modules:
                for state, numbers in by_state.items():
                    required[state] = required.get(state, 0) + numbers[0]
    return Month(
        day,
        sum(cells for state, cells in required.items() if state != State.EXEMPT),
        sum(cells for state, cells in required.items() if state in HELD),
    )
