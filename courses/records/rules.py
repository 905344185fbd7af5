"""The rules of learning, as pure functions over plain data: nothing here knows of a database."""

from __future__ import annotations

import calendar
import datetime
import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]
WORDING_NOTE = (
    "The principles are the common core principles for working with carers (Skills for Care with Skills for Health, "
    "2011). The wording here is our summary."
)


@dataclass(frozen=True)
class Progress:
    """Where a learner stands in the lessons of one attempt."""

    done: int
    total: int
    minutes_left: int
    next_slug: str
    """The first lesson not worked through yet; "" when all are."""

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 100


def progress(outline: Data, done: Collection[str]) -> Progress:
    """Progress from the ids of the lessons worked through. `minutes_left` counts the assessment's share of the module
    (what its lessons' minutes leave of its own) as long as lessons remain."""
    lessons = outline["lessons"]
    missing = [lesson for lesson in lessons if lesson["id"] not in done]
    assessment = max(0, outline["minutes"] - sum(lesson["minutes"] for lesson in lessons))
    return Progress(
        done=len(lessons) - len(missing),
        total=len(lessons),
        minutes_left=sum(lesson["minutes"] for lesson in missing) + assessment,
        next_slug=missing[0]["slug"] if missing else "",
    )


def has_assessment(outline: Data) -> bool:
    """Whether the module ends in a scored assessment."""
    return bool(outline["questions_per_outcome"]) and bool(outline["question_counts"])


def can_sit(outline: Data, done: Collection[str]) -> bool:
    """The assessment opens when every lesson has been worked through."""
    return all(lesson["id"] in done for lesson in outline["lessons"])


def satisfied(outline: Data, done: Collection[str], passed: bool) -> bool:
    """Whether the module is complete: all lessons, and a passed assessment where there is one."""
    return can_sit(outline, done) and (passed or not has_assessment(outline))


def tries_left(outline: Data, used: int, extra: int = 0) -> int | None:
    """How many tries remain after `used`, with `extra` ones allowed; None when they are not limited."""
    if not outline["tries"]:
        return None
    return max(0, int(outline["tries"]) + extra - used)


def draw(outline: Data, bank: Sequence[Data], seed: int, previous: Iterable[Collection[str]]) -> list[dict[str, Any]]:
    """The questions of a try: for each outcome, so many of its questions, in an order and with options shuffled by
    `seed`. `bank` is a list of {key, outcome, kind, options: [option keys]}; `previous` holds the question keys of
    earlier tries.

    Questions not seen before come first, then those seen longest ago, and the set differs from that of the try before
    whenever the bank allows it. True and False keep their order (fact pack §6).
    """
    chance = random.Random(seed)  # noqa: S311  (a shuffle that can be repeated; the seed itself is a secret's)
    earlier = list(previous)
    last_seen = {key: number for number, keys in enumerate(earlier, 1) for key in keys}
    chosen: list[Data] = []
    for outcome in outline["outcomes"]:
        pool = [question for question in bank if question["outcome"] == outcome["key"]]
        chance.shuffle(pool)
        pool.sort(key=lambda question: last_seen.get(question["key"], 0))
        chosen += pool[: outline["questions_per_outcome"]]
    chance.shuffle(chosen)
    return [{"question": question["key"], "options": _shuffled(question, chance)} for question in chosen]


def _shuffled(question: Data, chance: random.Random) -> list[str]:
    options = list(question["options"])
    if question["kind"] != "true-false":
        chance.shuffle(options)
    return options


def is_right(question: Data, chosen: Collection[str]) -> bool:
    """Right means exactly the right options: all of them and no other."""
    return {option["key"] for option in question["options"] if option["correct"]} == set(chosen)


def score(right: int, total: int) -> int:
    """Whole per cent, rounded down, so that nobody is told 80 who has 79.9."""
    return right * 100 // total if total else 0


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later; the last of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def valid_until(completed_on: datetime.date, months: int) -> datetime.date | None:
    """The last day on which a completion counts; None when it counts for ever."""
    return add_months(completed_on, months) if months else None


def snapshot(outline: Data, *, version: int, score: int | None, organisation: str) -> dict[str, Any]:
    """What a completion freezes: titles, outcomes, principles and rules as they were. No name, no free text."""
    return {
        "title": outline["title"],
        "module_slug": outline["slug"],
        "version": version,
        "language": outline["language"],
        "nations": outline["nations"],
        "outcomes": [outcome["text"] for outcome in outline["outcomes"]],
        "principles_taught": outline["principles_taught"],
        "principles_assessed": outline["principles_assessed"],
        "wording_note": WORDING_NOTE,
        "minutes": outline["minutes"],
        "pass_mark": outline["pass_mark"] if has_assessment(outline) else None,
        "score": score,
        "valid_months": outline["valid_months"],
        "retention": outline["retention"],
        "private": outline["private"],
        "organisation": organisation,
    }


@dataclass(frozen=True)
class ActivityFacts:
    """What is known of one activity, over the attempts that its setting counts."""

    opened: bool = False
    completed: bool = False
    passed: bool = False
    scaled: float | None = None
    """0 to 1 of the marks; None when it gave none."""


def activity_satisfied(rule: Data, facts: ActivityFacts) -> bool:
    """Whether an activity counts, by its rule {kind: opened|completed|passed|score, score: per cent}."""
    if rule["kind"] == "opened":
        return facts.opened
    if rule["kind"] == "completed":
        return facts.completed
    if rule["kind"] == "passed":
        return facts.passed
    return facts.scaled is not None and round(facts.scaled * 100, 6) >= rule["score"] > 0


def counted(attempts: Sequence[Data], counts: str) -> ActivityFacts:
    """The facts of the attempts {completed, passed (None: not said), scaled} in their order, by the setting `counts`:
    the best of them (each fact at its best), the last or the first one. An attempt that has said nothing yet hides no
    other."""
    chosen = [
        each for each in attempts if each["completed"] or each["passed"] is not None or each["scaled"] is not None
    ]
    if counts != "best" and chosen:
        chosen = chosen[-1:] if counts == "last" else chosen[:1]
    scores = [each["scaled"] for each in chosen if each["scaled"] is not None]
    return ActivityFacts(
        opened=bool(attempts),
        completed=any(each["completed"] for each in chosen),
        passed=any(each["passed"] for each in chosen),
        scaled=max(scores) if scores else None,
    )


def lesson_of_activity(outline: Data, block_id: str) -> Data | None:
    """The lesson of the outline in which an activity stands; None when none has it."""
    for lesson in outline["lessons"]:
        if any(activity["id"] == block_id for activity in lesson.get("activities", ())):
            found: Data = lesson
            return found
    return None


def activities_done(lesson: Data, done: Collection[str]) -> bool:
    """Whether every activity of a lesson is among `done` (block ids); true for a lesson without any."""
    return all(activity["id"] in done for activity in lesson.get("activities", ()))
