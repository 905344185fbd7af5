"""The same as an activity asks, in words: marked by the server, and as good as the activity itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from courses.content.activity_words import words_needed
from courses.records import rules
from courses.records.errors import AlreadyCompleted, BadAnswer, NotOpen, Unanswered
from courses.records.events import event
from courses.records.models import (
    ActivityAttempt,
    ActivityProgress,
    Attempt,
    Completion,
    ItemResponse,
    SatisfiedBy,
)
from courses.records.models.event import EventKind

from .activities import begun_progress, settle

PRESSED_TWICE = datetime.timedelta(seconds=10)
"""The same answers again within this time are one submission: a button pressed twice, or a request sent again."""


@dataclass(frozen=True)
class InWords:
    """What a submission came to. `needed` is the per cent that it needs; 0 where reading is enough."""

    satisfied: bool
    right: int
    total: int
    needed: int
    completion: Completion | None = None

    @property
    def percent(self) -> int:
        return rules.score(self.right, self.total)


@transaction.atomic
def answer_in_words(
    *,
    attempt: Attempt,
    block: rules.Data,
    chosen: Mapping[str, Sequence[str]],
    now: datetime.datetime | None = None,
) -> InWords:
    """Takes the answers to an activity's questions in words (option keys by the id of the question's block), or for an
    activity without marks the learner's word that she has worked through them.

    Every submission is an attempt of its own with its answers, and there may be as many as she likes: any one that has
    enough right meets the rule. Marks decide for rules that need marks; what other rules ask is taken on her word.
    Raises AlreadyCompleted after the module's completion, Unanswered and BadAnswer. `attempt` is hers.
    """
    now = now or timezone.now()
    if attempt.finished_at is not None:
        raise AlreadyCompleted
    asked = [one for one in block["words"] if one["type"] == "knowledge_check"]
    needed = words_needed(dict(block))
    answers = [_valid(one["question"], chosen.get(one["id"], ()), needed=bool(needed)) for one in asked]
    marks = [rules.is_right(one["question"], given) for one, given in zip(asked, answers, strict=True)]
    right = sum(marks)
    passed = rules.score(right, len(marks)) >= needed if needed else None
    progress = _held(attempt, block)
    if progress.attempt.enrolment.completed_at is not None:
        raise AlreadyCompleted
    items = [
        ItemResponse(
            item=one["question"]["key"],
            position=position,
            kind=one["question"]["kind"],
            asked=one["question"]["stem"],
            answer="; ".join(option["text"] for option in one["question"]["options"] if option["key"] in given),
            correct=mark,
            score=float(mark),
            maximum=1.0,
            at=now,
        )
        for position, (one, given, mark) in enumerate(zip(asked, answers, marks, strict=True))
    ]
    goes = list(progress.attempts.order_by("number"))
    if _pressed_twice(goes, items, now):
        return InWords(progress.satisfied_at is not None, right, len(marks), needed)
    go = ActivityAttempt(
        progress=progress,
        number=goes[-1].number + 1 if goes else 1,
        by=SatisfiedBy.WORDS,
        started_at=now,
        finished_at=now,
        raw=right if marks else None,
        maximum=len(marks) or None,
        scaled=right / len(marks) if marks else None,
        success=passed,
        completion="completed" if passed is not False else "incomplete",
    )
    go.save(force_insert=True)
    for item in items:
        item.attempt = go
    if items:
        ItemResponse.objects.bulk_create(items)
    told = event(
        enrolment=progress.attempt.enrolment,
        kind=EventKind.ACTIVITY_CALLS,
        at=now,
        client_id=f"words:{progress.pk}:{go.number}",
        data={"block": progress.block_id, "calls": [[go.number, "words", "accepted"]]},
    )
    standing = settle(
        progress=progress,
        rule=block["rule"],
        by=SatisfiedBy.WORDS,
        facts=rules.ActivityFacts(opened=True, completed=True, passed=bool(passed), scaled=go.scaled),
        now=now,
        events=[told],
    )
    return InWords(standing.satisfied, right, len(marks), needed, standing.completion)


def _valid(question: rules.Data, given: Sequence[str], *, needed: bool) -> set[str]:
    """What was chosen, if the question has it."""
    chosen = set(given)
    if not chosen <= {option["key"] for option in question["options"]}:
        raise BadAnswer
    if len(chosen) > 1 and question["kind"] != "several":
        raise BadAnswer
    if needed and not chosen:
        raise Unanswered
    return chosen


def _held(attempt: Attempt, block: rules.Data) -> ActivityProgress:
    try:
        return begun_progress(
            attempt=attempt,
            person_id=attempt.enrolment.person_id,
            block_id=block["id"],
            version_id=block["version_id"],
        )
    except ActivityProgress.DoesNotExist as error:
        raise NotOpen from error


def _pressed_twice(goes: Sequence[ActivityAttempt], items: Sequence[ItemResponse], now: datetime.datetime) -> bool:
    last = goes[-1] if goes else None
    if last is None or last.by != SatisfiedBy.WORDS or last.finished_at is None:
        return False
    if now - last.finished_at > PRESSED_TWICE:
        return False
    before = set(last.items.values_list("item", "position", "answer"))
    return before == {(item.item, item.position, item.answer) for item in items}
