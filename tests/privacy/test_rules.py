"""The clock of an answer and of a record, on any day there is."""

from __future__ import annotations

import calendar
import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.privacy.rules import (
    AFTER_COMPLETION,
    AFTER_LEAVING,
    Clock,
    answer_by,
    is_over,
    is_short,
    kept_until,
    length_in_words,
    months_after,
    time_left,
)

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2060, 12, 31))
MONTHS = st.integers(0, 1200)
ONE_DAY = datetime.timedelta(days=1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_ends_of_months_and_leap_days() -> None:
    assert answer_by(day("2026-01-31")) == day("2026-02-28")
    assert answer_by(day("2028-01-31")) == day("2028-02-29")
    assert answer_by(day("2026-11-30")) == day("2026-12-30")
    assert months_after(day("2024-02-29"), 120) == day("2034-02-28")
    assert months_after(day("2024-02-29"), 48) == day("2028-02-29")
    assert months_after(day("9999-12-01"), 1) == datetime.date.max


@settings(deadline=None)
@given(DAYS, MONTHS)
def test_the_same_day_or_the_last_of_the_month(start: datetime.date, months: int) -> None:
    end = months_after(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == min(start.day, calendar.monthrange(end.year, end.month)[1])


@settings(deadline=None)
@given(DAYS, DAYS, MONTHS)
def test_who_is_later_is_kept_no_shorter(one: datetime.date, other: datetime.date, months: int) -> None:
    early, late = sorted([one, other])
    assert months_after(early, months) <= months_after(late, months)


@settings(deadline=None)
@given(DAYS, st.one_of(st.none(), DAYS), MONTHS)
def test_a_record_is_over_on_the_day_after_its_last(
    completed: datetime.date, left: datetime.date | None, months: int
) -> None:
    for starts in (AFTER_COMPLETION, AFTER_LEAVING):
        until = kept_until(Clock(starts, months), completed_on=completed, left_on=left)
        if until is None:
            assert starts == AFTER_LEAVING
            assert left is None
            assert not is_over(until, datetime.date.max)
        else:
            assert not is_over(until, until)
            assert is_over(until, until + ONE_DAY)


@settings(deadline=None)
@given(DAYS)
def test_an_answer_has_a_month(asked: datetime.date) -> None:
    by = answer_by(asked)
    assert 28 <= (by - asked).days <= 31
    assert time_left(by, by) == "due today"
    assert time_left(by + ONE_DAY, by) == "1 day overdue"
    assert is_short(by, by)
    assert not is_short(asked, by)


def test_in_words() -> None:
    by = day("2026-12-30")
    assert [time_left(by - ONE_DAY * n, by) for n in (30, 1, -2)] == ["30 days left", "1 day left", "2 days overdue"]
    assert [length_in_words(n) for n in (120, 18, 12, 1, 0)] == [
        "10 years", "1 year and 6 months", "1 year", "1 month", "no time",
    ]  # fmt: skip
