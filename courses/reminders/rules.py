"""When a reminder is due, and when mails may go out. Pure: no Django here."""

from __future__ import annotations

import datetime
from typing import NamedTuple

GRACE_OF_A_STAGE = 6
"""A reminder that could not go out on its day (quiet hours, a week's outage) still goes out this many days later."""


class Steps(NamedTuple):
    """Days before a date at which to remind, the farthest first, and every how many days after it."""

    before: tuple[int, ...] = (60, 30, 7)
    after_every: int = 14


def stage(date: datetime.date, today: datetime.date, steps: Steps) -> str:
    """The stage that a date is at on a day: "60", "30" or "7" before it, "late-0", "late-1", ... after it; "" before
    the first. A stage lasts until the next, and each is mailed once, so a run that was missed is made up for."""
    days = (date - today).days
    if days < 0:
        return f"late-{(-days - 1) // steps.after_every}"
    reached = [step for step in steps.before if days <= step]
    return str(min(reached)) if reached else ""


def may_go(now: datetime.datetime, *, opens: datetime.time, closes: datetime.time, weekends: bool) -> bool:
    """Whether `now` (local time) is outside the quiet hours: from `opens`, before `closes`, on a working day."""
    return opens <= now.time() < closes and (weekends or now.weekday() < 5)


def week_of(day: datetime.date) -> datetime.date:
    """The Monday of a day's week."""
    return day - datetime.timedelta(days=day.weekday())
