"""When a reminder is due and when mail may go out, for any day."""

from __future__ import annotations

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.reminders.rules import Steps, may_go, stage, week_of

STEPS = Steps()
DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2035, 12, 31))


def test_the_stages_of_a_date() -> None:
    date = datetime.date(2026, 3, 1)
    days = {61: "", 60: "60", 31: "60", 30: "30", 8: "30", 7: "7", 0: "7", -1: "late-0", -14: "late-0", -15: "late-1"}
    assert {before: stage(date, date - datetime.timedelta(days=before), STEPS) for before in days} == days


@settings(deadline=None)
@given(DAYS, st.integers(-400, 400))
def test_a_stage_never_comes_back(date: datetime.date, before: int) -> None:
    """Day by day the stages follow each other, and one that is over does not return: each is mailed once."""
    day = date - datetime.timedelta(days=before)
    seen: list[str] = []
    for offset in range(120):
        reached = stage(date, day + datetime.timedelta(days=offset), STEPS)
        if not seen or seen[-1] != reached:
            assert reached not in seen
            seen.append(reached)


def test_quiet_hours() -> None:
    hours = {"opens": datetime.time(8), "closes": datetime.time(18)}
    monday = datetime.datetime(2026, 3, 30, 8, 0)  # noqa: DTZ001
    saturday = datetime.datetime(2026, 3, 28, 12, 0)  # noqa: DTZ001
    assert may_go(monday, **hours, weekends=False)
    assert not may_go(monday.replace(hour=7, minute=59), **hours, weekends=False)
    assert not may_go(monday.replace(hour=18), **hours, weekends=False)
    assert not may_go(saturday, **hours, weekends=False)
    assert may_go(saturday, **hours, weekends=True)


@settings(deadline=None)
@given(DAYS)
def test_a_week_begins_on_monday(day: datetime.date) -> None:
    monday = week_of(day)
    assert monday.weekday() == 0
    assert datetime.timedelta(0) <= day - monday < datetime.timedelta(days=7)
