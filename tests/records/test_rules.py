"""The rules of learning as pure functions: progress, drawing, marking, dates."""

from __future__ import annotations

import calendar
import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.records import rules
from tests.records.quick import outline, question

DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 12, 31))
MONTHS = st.integers(0, 240)
OUTLINE = outline("Carer awareness")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_progress_counts_lessons_and_minutes_with_the_assessments_share() -> None:
    assert rules.progress(OUTLINE, set()) == rules.Progress(done=0, total=2, minutes_left=20, next_slug="lesson-1")
    assert rules.progress(OUTLINE, {"l1"}) == rules.Progress(done=1, total=2, minutes_left=15, next_slug="lesson-2")
    assert rules.progress(OUTLINE, {"l1", "l2"}) == rules.Progress(done=2, total=2, minutes_left=10, next_slug="")
    assert rules.progress(OUTLINE, {"gone"}).done == 0
    assert rules.progress(outline("Empty", lessons=[]), set()).percent == 100


def test_what_completes_a_module() -> None:
    every = {"l1", "l2"}
    assert not rules.satisfied(OUTLINE, every, passed=False)
    assert not rules.satisfied(OUTLINE, {"l1"}, passed=True)
    assert rules.satisfied(OUTLINE, every, passed=True)
    changes: list[dict[str, Any]] = [{"question_counts": {}}, {"questions_per_outcome": 0}]
    for without in changes:
        assert rules.satisfied(outline("Reading", **without), every, passed=False)


@pytest.mark.parametrize(
    ("tries", "used", "extra", "left"), [(3, 0, 0, 3), (3, 3, 0, 0), (3, 3, 1, 1), (3, 9, 0, 0), (0, 50, 0, None)]
)
def test_tries_left(tries: int, used: int, extra: int, left: int | None) -> None:
    assert rules.tries_left(outline("x", tries=tries), used, extra) == left


@pytest.mark.parametrize(
    ("from_", "months", "to"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2025-10-31", 13, "2026-11-30"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-03-30", 0, "2025-03-30"),
    ],
)
def test_the_same_day_months_later(from_: str, months: int, to: str) -> None:
    assert rules.add_months(day(from_), months) == day(to)


@given(DAYS, MONTHS)
def test_adding_months_lands_in_the_right_month_and_never_later_in_it(start: datetime.date, months: int) -> None:
    end = rules.add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == min(start.day, calendar.monthrange(end.year, end.month)[1])


@given(DAYS, DAYS, MONTHS)
def test_who_completed_later_is_never_valid_for_less_long(one: datetime.date, two: datetime.date, months: int) -> None:
    early, late = sorted((one, two))
    assert rules.add_months(early, months) <= rules.add_months(late, months)


def test_validity() -> None:
    assert rules.valid_until(day("2026-03-07"), 24) == day("2028-03-07")
    assert rules.valid_until(day("2026-03-07"), 0) is None


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_score_is_never_rounded_up(right: int, total: int) -> None:
    right = min(right, total)
    score = rules.score(right, total)
    assert 0 <= score <= 100
    assert score * total <= right * 100
    assert (score == 100) == (right == total and total > 0)


def test_seven_ninths_is_not_78() -> None:
    assert rules.score(7, 9) == 77
    assert rules.score(0, 0) == 0


@pytest.mark.parametrize(
    ("kind", "chosen", "right"),
    [
        ("single", ["a"], True),
        ("single", ["b"], False),
        ("single", ["a", "b"], False),
        ("single", [], False),
        ("several", ["a", "b"], True),
        ("several", ["b", "a"], True),
        ("several", ["a"], False),
        ("several", ["a", "b", "c"], False),
        ("several", ["a", "b", "not an option"], False),
        ("true-false", ["true"], True),
    ],
)
def test_right_is_all_that_is_right_and_nothing_else(kind: str, chosen: list[str], right: bool) -> None:
    assert rules.is_right(question("q", "O1", kind), chosen) is right


def bank_of(sizes: dict[str, int]) -> list[dict[str, Any]]:
    kinds = ("single", "true-false", "several")
    return [
        {
            "key": f"{outcome}-{number}",
            "outcome": outcome,
            "kind": kinds[number % 3],
            "options": [o["key"] for o in question("", outcome, kinds[number % 3])["options"]],
        }
        for outcome, size in sizes.items()
        for number in range(size)
    ]


SIZES = st.fixed_dictionaries({"O1": st.integers(0, 6), "O2": st.integers(1, 6)})


@given(SIZES, st.integers(1, 3), st.lists(st.integers(0, 2**62), min_size=1, max_size=8))
def test_drawing(sizes: dict[str, int], each: int, seeds: list[int]) -> None:
    """Over a row of tries: by outcome, no question twice, all options once, true before false, never the same set twice
    in a row when the bank allows another, every question seen before one comes back, and the same seed the same try."""
    plan = outline("x", questions_per_outcome=each)
    bank = {item["key"]: item for item in bank_of(sizes)}
    earlier: list[list[str]] = []
    for seed in seeds:
        drawn = rules.draw(plan, list(bank.values()), seed, earlier)
        assert drawn == rules.draw(plan, list(bank.values()), seed, earlier)
        keys = [item["question"] for item in drawn]
        assert len(set(keys)) == len(keys)
        for outcome, size in sizes.items():
            mine = [key for key in keys if bank[key]["outcome"] == outcome]
            assert len(mine) == min(each, size)
            seen = {key for before in earlier for key in before if bank[key]["outcome"] == outcome}
            fresh = size - len(seen)
            assert len([key for key in mine if key not in seen]) == min(len(mine), fresh)
        for item in drawn:
            asked = bank[item["question"]]
            assert sorted(item["options"]) == sorted(asked["options"])
            if asked["kind"] == "true-false":
                assert item["options"] == ["true", "false"]
        if earlier and any(size > each for size in sizes.values()):
            assert set(keys) != set(earlier[-1])
        earlier.append(keys)


def test_options_are_shuffled_by_the_seed() -> None:
    bank = bank_of({"O1": 3, "O2": 3})
    orders = {str(rules.draw(outline("x"), bank, seed, [])) for seed in range(30)}
    assert len(orders) > 20


def test_a_snapshot_holds_titles_and_rules_but_nobody() -> None:
    frozen = rules.snapshot(OUTLINE, version=3, score=90, organisation="Northfield Council")
    assert (frozen["title"], frozen["version"], frozen["pass_mark"], frozen["score"]) == ("Carer awareness", 3, 80, 90)
    assert frozen["outcomes"] == ["One", "Two"]
    assert rules.snapshot(outline("x", question_counts={}), version=1, score=None, organisation="")["pass_mark"] is None
