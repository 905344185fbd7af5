"""When an answer to a request is due, and when the time is over for which a record is kept. Pure: no Django here."""

from __future__ import annotations

import calendar
import datetime
from typing import NamedTuple

LATEST = datetime.date.max
AFTER_COMPLETION, AFTER_LEAVING = "after-completion", "after-leaving"
DAYS_SHORT = 7
"""So many days before an answer is due, the screen says it louder."""


class Clock(NamedTuple):
    """From what a class counts, and for how long."""

    starts: str
    months: int


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, the last of the month where that day does not exist: 29 February comes to
    28 February in a year without one. Beyond the calendar's last year it is the last day there is."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > LATEST.year:
        return LATEST
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def answer_by(asked_on: datetime.date) -> datetime.date:
    """The last day for an answer: one calendar month after the day of asking (UK GDPR, article 12(3))."""
    return months_after(asked_on, 1)


def time_left(today: datetime.date, by: datetime.date) -> str:
    """How long there is for an answer, in words."""
    days = (by - today).days
    if days < 0:
        return f"{-days} {'day' if days == -1 else 'days'} overdue"
    return {0: "due today", 1: "1 day left"}.get(days, f"{days} days left")


def is_short(today: datetime.date, by: datetime.date) -> bool:
    """Whether little time is left, or none."""
    return (by - today).days <= DAYS_SHORT


def kept_until(clock: Clock, *, completed_on: datetime.date, left_on: datetime.date | None) -> datetime.date | None:
    """The last day on which a record has to be kept; None while its clock has not begun, because she has not left."""
    if clock.starts == AFTER_COMPLETION:
        return months_after(completed_on, clock.months)
    return months_after(left_on, clock.months) if left_on is not None else None


def is_over(until: datetime.date | None, today: datetime.date) -> bool:
    """Whether the time is over: a record is kept to the end of its last day."""
    return until is not None and until < today


def length_in_words(months: int) -> str:
    """120 as "10 years", 18 as "1 year and 6 months"."""
    years, rest = divmod(months, 12)
    parts = [f"{n} {word if n == 1 else word + 's'}" for n, word in ((years, "year"), (rest, "month")) if n]
    return " and ".join(parts) or "no time"
