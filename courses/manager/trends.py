"""Twelve months of the percentage: worked out on the spot for a small team, from the daily summary for a large one."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.formats import date_format

from courses.records.figures import Figures, Month, kept, month_ends, worked_out
from courses.records.states import Need

from .charts import Line, line
from .filter_fields import REMEMBERED
from .filters import TeamFilter
from .overview import Links, total
from .words import percentage

SMALL = 200
"""So many people are worked out on the spot for twelve days."""


@dataclass(frozen=True)
class Point:
    """A day of the trend; `per_cent` leads to the overview as it was then."""

    day: datetime.date
    per_cent: int | None
    counted: int
    held: int
    url: str


@dataclass(frozen=True)
class Trend:
    """The points, the oldest first and the day of the page last; when they were counted, where they were not worked
    out just now."""

    points: list[Point]
    counted_at: datetime.datetime | None

    @property
    def drawn(self) -> bool:
        """Whether there is a line to draw."""
        return sum(1 for point in self.points if point.per_cent is not None) > 1

    @property
    def chart(self) -> Line:
        return line(
            [
                (date_format(point.day, "M"), point.per_cent, "" if point.per_cent is None else f"{point.per_cent}%")
                for point in self.points
            ]
        )

    @property
    def in_words(self) -> str:
        """What the line says, for who does not see it."""
        known = [point for point in self.points if point.per_cent is not None]
        return f"From {known[0].per_cent}% on {date_format(known[0].day, 'j F Y')} to {known[-1].per_cent}% now."


def trend(found: TeamFilter, counted: Figures) -> Trend:
    """The ends of the twelve months before the day of the page, and that day. At most one query."""
    days = month_ends(found.team.on)
    now = Month(found.team.on, total(counted.tally, Need.COUNTED), total(counted.tally, Need.HELD))
    modules = [module.id for module in found.team.ever_asked]
    months: list[Month] = []
    counted_at = None
    if found.ok and counted.learners <= SMALL:
        months = _months(found, days)
    elif found.ok and not found.alone:
        summary = kept([found.chosen_unit] if found.chosen_unit else found.team.tops, days, modules)
        months, counted_at = summary.months, summary.counted_at
    return Trend([_point(found, month) for month in (*months, now)], counted_at)


def _months(found: TeamFilter, days: list[datetime.date]) -> list[Month]:
    """What is past changes seldom, and costs more than all else on the page: it is remembered for some minutes."""
    asked = "-".join(str(module.id) for module in found.team.ever_asked)
    key = f"manager-trend:{found.key}:{hashlib.sha256(asked.encode()).hexdigest()}"
    months: list[Month] | None = cache.get(key)
    if months is None:
        teams = [found.team.at(day) for day in days]
        months = worked_out([team.states(found.people_on(team), found.team.ever_asked) for team in teams])
        cache.set(key, months, REMEMBERED)
    return months


def _point(found: TeamFilter, month: Month) -> Point:
    links = Links(found.team.at(month.day), found.form.data.get("unit", "") if found.ok else "")
    return Point(month.day, percentage(month.held, month.counted), month.counted, month.held, links.to("overview"))
