"""How a team answered the questions of a module, added up: never one person's answers, nothing of fewer than five."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from courses.content.models import QuestionVersion
from courses.people.models import Person

from .models import Response, Try
from .team import ModuleRef, Team, completions_of, end_of

FEW = 5
"""Of fewer people or answers nothing is said: few enough to be somebody (fact pack §5.7, §5.8)."""


@dataclass
class Asked:
    """One question, over the versions of its module."""

    key: str
    stem: str = ""
    given: int = 0
    right: int = 0
    people: int = 0

    @property
    def known(self) -> bool:
        return self.given >= FEW and self.people >= FEW

    @property
    def share(self) -> int | None:
        return round(100 * self.right / self.given) if self.known else None


@dataclass(frozen=True)
class Answers:
    """Questions, the hardest first, without those of too few; the mean by principle, None where there are too few."""

    questions: list[Asked]
    hidden: int
    by_principle: dict[str, int | None]


Sum = tuple[int, str, int, int, int]
"""Version, question, given, right, people: of answers, or of the sums that stayed when answers were deleted."""


def settled(module: ModuleRef, team: Team) -> datetime.datetime | None:
    """Up to when answers are added up: always by at least five people more than the time before, so that what two days
    differ by is never somebody's own. None where fewer than five have handed in. One query."""
    handed_in = Try.objects.filter(
        attempt__enrolment__person__in=team.people.order_by().values("pk"),
        attempt__enrolment__module=module.id,
        attempt__version__private=False,
        submitted_at__lt=end_of(team.on),
    )
    until: datetime.datetime | None = None
    waiting: set[int] = set()
    rows = handed_in.order_by("submitted_at", "pk").values_list("submitted_at", "attempt__enrolment__person_id")
    for at, person in rows.iterator():
        waiting.add(person)
        if len(waiting) >= FEW:
            until, waiting = at, set()
    return until


def answers_of(module: ModuleRef, team: Team, kept: QuerySet[Any] | None = None) -> Answers:
    """What the whole team had answered up to the day. Never a part of it: what a team and its parts differ by may be
    one person's. `kept` are sums of answers that were deleted since. 3 queries.

    People are counted by the question; that as many answered a principle as answered one of its questions is certain,
    more may have."""
    until = settled(module, team)
    if until is None:
        return Answers([], 0, {})
    counted = (
        Response.objects.filter(
            sitting__attempt__enrolment__person__in=team.people.order_by().values("pk"),
            sitting__attempt__enrolment__module=module.id,
            sitting__attempt__version__private=False,
            sitting__submitted_at__lte=until,
        )
        .order_by()
        .values_list("sitting__attempt__version_id", "question_key")
        .annotate(
            given=Count("pk"),
            right=Count("pk", filter=Q(correct=True)),
            people=Count("sitting__attempt__enrolment__person", distinct=True),
        )
    )
    bodies = {
        (version, key): (stem, principles or [])
        for version, key, stem, principles in QuestionVersion.objects.filter(
            version__module=module.id, version__private=False
        )
        .order_by("version__number")
        .values_list("version_id", "key", "body__stem", "body__principles")
    }
    asked: dict[str, Asked] = {}
    principles: dict[str, Asked] = {}
    together: QuerySet[Any] = counted if kept is None else counted.union(kept, all=True)
    for version, key, given, right, different in _summed(together):
        stem, codes = bodies.get((version, key), ("", []))
        rows = [asked.setdefault(key, Asked(key)), *(principles.setdefault(code, Asked(code)) for code in codes)]
        rows[0].stem = stem or rows[0].stem
        for row in rows:
            row.given += given
            row.right += right
            row.people = max(row.people, different)
    shown = sorted((row for row in asked.values() if row.known), key=lambda row: (row.share or 0, row.key))
    return Answers(shown, len(asked) - len(shown), {code: row.share for code, row in sorted(principles.items())})


def _summed(rows: Iterable[Sum]) -> list[Sum]:
    """One row for each question of each version."""
    found: dict[tuple[int, str], Sum] = {}
    for version, key, *numbers in rows:
        before = found.get((version, key), (version, key, 0, 0, 0))
        given, right, people = (old + new for old, new in zip(before[2:], numbers, strict=True))
        found[version, key] = (version, key, given, right, people)
    return list(found.values())


@dataclass(frozen=True)
class Scores:
    """Scores of completions, and how many there are by version."""

    number: int
    median: int | None
    mean: int | None
    versions: list[tuple[int, int]]


def scores_of(people: QuerySet[Person], module: ModuleRef, team: Team) -> Scores:
    """Scores and versions of what these people completed up to the day; no average of few. One query."""
    done = completions_of(people, [module], team.on).order_by()
    rows = list(done.values_list("version__number", "score").annotate(times=Count("pk")))
    versions: dict[int, int] = defaultdict(int)
    by_score: dict[int, int] = defaultdict(int)
    for version, score, times in rows:
        versions[version] += times
        if score is not None:
            by_score[score] += times
    number = sum(by_score.values())
    enough = number >= FEW
    return Scores(
        number,
        _median(by_score.items()) if enough else None,
        round(sum(score * times for score, times in by_score.items()) / number) if enough else None,
        sorted(versions.items(), reverse=True),
    )


def _median(by_score: Iterable[tuple[int, int]]) -> int:
    """The score that half of them reach."""
    rows = sorted(by_score, reverse=True)
    half, reached = sum(times for _, times in rows) / 2, 0
    for score, times in rows:
        reached += times
        if reached >= half:
            return score
    return rows[-1][0]
