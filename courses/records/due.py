"""When something is due and until when it counts, as pure functions: what the SQL of states says, said once more for
explanations and held against it by a test."""

from __future__ import annotations

import datetime

from .rules import add_months

EARLY_DAYS = 60
"""So long before a window of the year opens a completion counts for it already, as a renewal may be that early."""


def due_on(
    *,
    joined: datetime.date,
    day: datetime.date | None,
    days_after_joining: int | None,
    grace_days: int,
    applies_since: datetime.date,
) -> datetime.date:
    """A day for everybody, or so many days after joining; never sooner than the grace after it came to apply to her."""
    due = day or joined + datetime.timedelta(days=days_after_joining or 0)
    return max(due, max(joined, applies_since) + datetime.timedelta(days=grace_days)) if grace_days else due


def window_closes(done_on: datetime.date, opens: str, closes: str) -> datetime.date:
    """The last day of the window of the year (MMDD to MMDD) that comes after the one `done_on` was done for."""
    ahead = done_on + datetime.timedelta(days=EARLY_DAYS)
    years = (0 if f"{ahead:%m%d}" < opens else 1) + (1 if closes < opens else 0)
    return datetime.date(ahead.year + years, int(closes[:2]), int(closes[2:]))


def counts_until(
    done_on: datetime.date, *, refresh_months: int | None, window_from: str, window_to: str
) -> datetime.date | None:
    """Until when a completion counts for a requirement, whatever the certificate says; None: as long as that."""
    if refresh_months is not None:
        return add_months(done_on, refresh_months)
    return window_closes(done_on, window_from, window_to) if window_from else None
