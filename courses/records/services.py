"""Writes of learning records. Each is one transaction, harmless when repeated, and on the timeline.

What may happen to one enrolment at the same moment (two tabs, a retry, two devices) is put in line by locking its row:
`select_for_update` on PostgreSQL, the immediate transaction on SQLite.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.content.models import ChangeKind, ModulePage, ModuleVersion, QuestionVersion
from courses.people.models import Membership, Person, Role

from . import queries, rules
from .completing import after_completion
from .errors import AlreadyCompleted, LessonsMissing, NotOpen, NotPublished, TriesUsedUp, Unanswered
from .events import event, tell, tell_all
from .models import Attempt, Completion, Enrolment, Event, LessonProgress, Response, Try
from .models.event import EventKind
from .saving import Saved, delete_reflection, note_place, save_answer, save_reflection

__all__ = [
    "Result",
    "Saved",
    "allow_another_try",
    "begin_try",
    "complete_if_satisfied",
    "delete_reflection",
    "finish_lesson",
    "note_place",
    "save_answer",
    "save_reflection",
    "start",
    "submit_try",
]

RENEW_WITHIN = datetime.timedelta(days=60)
"""A completion may be renewed this long before it runs out."""


@dataclass(frozen=True)
class Result:
    """A handed-in try, and the completion if it (or an earlier one) completed the module."""

    sitting: Try
    completion: Completion | None


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment, held for this transaction."""
    return Enrolment.objects.select_for_update().get(pk=enrolment_id)


@transaction.atomic
def start(*, person: Person, module: ModulePage, now: datetime.datetime | None = None) -> Attempt:
    """Enrols a person or brings her back to where she was.

    An open attempt is returned as it is, on its own version. A completed module begins a new period when its completion
    runs out soon, has run out or was revoked, or when it was taught anew since; otherwise the finished attempt is
    returned.
    Raises NotPublished when there is nothing to begin.
    """
    now = now or timezone.now()
    enrolment = Enrolment.objects.select_for_update().filter(person=person, module=module).order_by("-period").first()
    version = module.current_version
    if enrolment is None:
        return _begin(person, module, _published(module, version), period=1, now=now)
    attempt = enrolment.attempts.select_related("version", "enrolment").order_by("-number").first()
    if attempt is None:
        return _attempt(enrolment, _published(module, version), now)
    if attempt.finished_at is None or enrolment.completed_at is None:
        return attempt
    if module.live and version and _may_renew(enrolment, attempt, timezone.localdate(now)):
        return _begin(person, module, version, period=enrolment.period + 1, now=now)
    return attempt


def _published(module: ModulePage, version: ModuleVersion | None) -> ModuleVersion:
    if not module.live or version is None:
        raise NotPublished
    return version


def _may_renew(enrolment: Enrolment, attempt: Attempt, today: datetime.date) -> bool:
    """Whether what she holds runs out soon, was revoked, or was taught anew since: corrections that came after the new
    training do not take it back."""
    runs_out = enrolment.valid_until is not None and enrolment.valid_until <= today + RENEW_WITHIN
    return (
        runs_out
        or ModuleVersion.objects.filter(
            module_id=enrolment.module_id, number__gt=attempt.version.number, change_kind=ChangeKind.NEW_TRAINING
        ).exists()
        or queries.is_revoked(enrolment.pk)
    )


def _begin(
    person: Person, module: ModulePage, version: ModuleVersion, *, period: int, now: datetime.datetime
) -> Attempt:
    enrolment, made = Enrolment.objects.get_or_create(
        person=person,
        module=module,
        period=period,
        defaults={"enrolled_at": now, "started_at": now, "last_active_at": now},
    )
    if not made:
        locked(enrolment.pk)
        existing = enrolment.attempts.select_related("version", "enrolment").order_by("-number").first()
        if existing:
            return existing
    tell(enrolment=enrolment, kind=EventKind.ENROLLED, at=now, client_id="enrolled", data={"period": period})
    return _attempt(enrolment, version, now)


def _attempt(enrolment: Enrolment, version: ModuleVersion, now: datetime.datetime) -> Attempt:
    attempt = Attempt.objects.create(enrolment=enrolment, version=version, number=1, started_at=now)
    tell(
        enrolment=enrolment,
        kind=EventKind.STARTED,
        at=now,
        client_id=f"started:{attempt.number}",
        data={"version": version.number},
    )
    return attempt


@transaction.atomic
def finish_lesson(*, attempt: Attempt, lesson_id: str, now: datetime.datetime | None = None) -> Completion | None:
    """Notes that a lesson was worked through, and completes the module when that was the last thing missing.

    Nothing happens for a lesson done already, a finished attempt, or a lesson the version does not have.
    """
    now = now or timezone.now()
    lesson = next((lesson for lesson in attempt.version.outline["lessons"] if lesson["id"] == lesson_id), None)
    if lesson is None:
        return None
    enrolment = locked(attempt.enrolment_id)
    done = queries.lesson_facts(attempt).done
    if enrolment.completed_at is not None or lesson_id in done:
        return None
    LessonProgress.objects.bulk_create(
        [LessonProgress(attempt=attempt, lesson_id=lesson_id, satisfied_at=now)], ignore_conflicts=True
    )
    done = done | {lesson_id}
    tell(
        enrolment=enrolment,
        kind=EventKind.LESSON_DONE,
        at=now,
        client_id=f"lesson:{attempt.number}:{lesson_id}",
        data={"lesson": lesson["slug"]},
    )
    enrolment.lessons_done = len(done)
    enrolment.last_lesson = rules.progress(attempt.version.outline, done).next_slug or lesson["slug"]
    enrolment.last_active_at = now
    completion = None
    if rules.satisfied(attempt.version.outline, done, passed=False):
        completion = _complete(enrolment, attempt, score=None, now=now)
    enrolment.save()
    return completion


@transaction.atomic
def begin_try(*, attempt: Attempt, now: datetime.datetime | None = None) -> Try:
    """The open try of an attempt, or a new one with questions drawn from the bank of its version.

    Raises AlreadyCompleted, LessonsMissing or TriesUsedUp.
    """
    now = now or timezone.now()
    enrolment = locked(attempt.enrolment_id)
    if enrolment.completed_at is not None:
        raise AlreadyCompleted
    earlier = list(Try.objects.filter(attempt=attempt).order_by("number"))
    if earlier and earlier[-1].submitted_at is None:
        return earlier[-1]
    outline = attempt.version.outline
    if not rules.can_sit(outline, queries.lesson_facts(attempt).done):
        raise LessonsMissing
    if rules.tries_left(outline, len(earlier), queries.extra_tries(enrolment)) == 0:
        raise TriesUsedUp
    bank = [
        {
            "key": question.key,
            "outcome": question.outcome,
            "kind": question.body["kind"],
            "options": [option["key"] for option in question.body["options"]],
        }
        for question in QuestionVersion.objects.filter(version_id=attempt.version_id).order_by("key")
    ]
    seed = secrets.randbits(62)
    previous = [[item["question"] for item in sitting.drawn] for sitting in earlier]
    sitting = Try.objects.create(
        attempt=attempt,
        number=len(earlier) + 1,
        seed=seed,
        drawn=rules.draw(outline, bank, seed, previous),
        started_at=now,
    )
    tell(
        enrolment=enrolment,
        kind=EventKind.TRY_STARTED,
        at=now,
        client_id=f"try:{attempt.number}:{sitting.number}",
        data={"try": sitting.number},
    )
    return sitting


@transaction.atomic
def submit_try(*, sitting: Try, all_answered: bool = False, now: datetime.datetime | None = None) -> Result:
    """Marks a try from the kept answers, writes its responses, and in the same transaction completes the module and
    issues the certificate when it is passed. Handing in again, or in two tabs at once, gives the same result.

    With `all_answered`, raises Unanswered when a question has no answer; otherwise such a question counts as wrong.
    """
    now = now or timezone.now()
    attempt = sitting.attempt
    enrolment = locked(attempt.enrolment_id)
    sitting = Try.objects.get(pk=sitting.pk)
    sitting.attempt = attempt
    if sitting.submitted_at is not None:
        return Result(sitting, Completion.objects.filter(enrolment=enrolment).first())
    if enrolment.completed_at is not None:
        raise NotOpen
    outline = attempt.version.outline
    kept = queries.drafts(attempt, f"q:{sitting.number}:")
    given = {slot for slot, draft in kept.items() if draft.value}
    if all_answered and any(f"q:{sitting.number}:{item['question']}" not in given for item in sitting.drawn):
        raise Unanswered
    questions = queries.questions_of(attempt.version, [item["question"] for item in sitting.drawn])
    withdrawn = queries.withdrawn_keys(enrolment.module_id)
    responses = []
    for item in sitting.drawn:
        key = item["question"]
        draft = kept.get(f"q:{sitting.number}:{key}")
        chosen = sorted(draft.value) if draft else []
        responses.append(
            Response(
                sitting=sitting,
                question_key=key,
                outcome=questions[key]["outcome"],
                chosen=chosen,
                correct=key in withdrawn or rules.is_right(questions[key], chosen),
                answered_at=draft.saved_at if draft else now,
            )
        )
    Response.objects.bulk_create(responses)
    right = sum(response.correct for response in responses)
    sitting.score = rules.score(right, len(responses))
    sitting.passed = sitting.score >= outline["pass_mark"]
    sitting.submitted_at = now
    sitting.save(update_fields=["score", "passed", "submitted_at"])
    events = [
        event(
            enrolment=enrolment,
            kind=EventKind.TRY_SUBMITTED,
            at=now,
            client_id=f"submitted:{attempt.number}:{sitting.number}",
            data={
                "try": sitting.number,
                "score": sitting.score,
                "right": right,
                "questions": len(responses),
                "pass_mark": outline["pass_mark"],
                "passed": sitting.passed,
            },
        )
    ]
    completion = None
    enrolment.last_active_at = now
    if sitting.passed and rules.satisfied(outline, queries.lesson_facts(attempt).done, passed=True):
        completion = _complete(enrolment, attempt, score=sitting.score, now=now, events=events)
    else:
        if not sitting.passed and rules.tries_left(outline, sitting.number, queries.extra_tries(enrolment)) == 0:
            enrolment.tries_used_up = True
            events.append(
                event(
                    enrolment=enrolment,
                    kind=EventKind.TRIES_USED_UP,
                    at=now,
                    client_id=f"used-up:{attempt.number}:{sitting.number}",
                    data={"tries": sitting.number},
                )
            )
        tell_all(events)
    enrolment.save()
    return Result(sitting, completion)


def _complete(
    enrolment: Enrolment,
    attempt: Attempt,
    *,
    score: int | None,
    now: datetime.datetime,
    events: Sequence[Event] = (),
) -> Completion:
    """Inserts the completion and what hangs on it (certificate). The caller holds the lock and saves the enrolment.
    `events` are told with it, in one statement."""
    version = attempt.version
    today = timezone.localdate(now)
    until = rules.valid_until(today, version.outline["valid_months"])
    previous = (
        Completion.objects.filter(person_id=enrolment.person_id, module_id=enrolment.module_id)
        .order_by("-completed_at")
        .first()
        if enrolment.period > 1
        else None
    )
    runs_out = previous.valid_until if previous else None
    inside = runs_out is not None and today <= runs_out <= today + RENEW_WITHIN
    if until and previous and runs_out and inside and not queries.is_revoked(previous.enrolment_id):
        # An early renewal inside the window keeps the days that remain.
        until = rules.valid_until(runs_out, version.outline["valid_months"])
    completion = Completion.objects.create(
        enrolment=enrolment,
        attempt=attempt,
        person_id=enrolment.person_id,
        module_id=enrolment.module_id,
        version=version,
        completed_at=now,
        valid_until=until,
        score=score,
        minutes=version.minutes,
        snapshot=rules.snapshot(
            version.outline, version=version.number, score=score, organisation=_organisation(enrolment.person_id, today)
        ),
    )
    Attempt.objects.filter(pk=attempt.pk).update(finished_at=now)
    attempt.finished_at = now
    enrolment.completed_at = now
    enrolment.valid_until = until
    enrolment.tries_used_up = False
    completed = event(
        enrolment=enrolment,
        kind=EventKind.COMPLETED,
        at=now,
        client_id="completed",
        data={
            "score": score,
            "version": version.number,
            "lessons": len(version.outline["lessons"]),
            "valid_until": until.isoformat() if until else None,
        },
    )
    tell_all([*events, completed])
    for listener in after_completion:
        listener(completion)
    return completion


def _organisation(person_id: int, today: datetime.date) -> str:
    """The name of the organisation a learner belongs to today; "" when to none."""
    name = (
        Membership.objects.current(today)
        .filter(Q(organisation__isnull=False) | Q(unit__isnull=False), person_id=person_id, role=Role.LEARNER)
        .order_by("starts_on", "pk")
        .values_list(Coalesce("organisation__name", "unit__organisation__name"), flat=True)
        .first()
    )
    return name or ""


@transaction.atomic
def complete_if_satisfied(
    *, attempt: Attempt, passed_with: int, now: datetime.datetime | None = None
) -> Completion | None:
    """Completes an open attempt that has earned its pass otherwise than by handing in a try: a withdrawn question that
    counts as right (urgent correction). Never takes a pass away; None when nothing is earned or all is done."""
    now = now or timezone.now()
    enrolment = locked(attempt.enrolment_id)
    done = queries.lesson_facts(attempt).done
    if enrolment.completed_at is not None or passed_with < attempt.version.outline["pass_mark"]:
        return None
    if not rules.satisfied(attempt.version.outline, done, passed=True):
        return None
    completion = _complete(enrolment, attempt, score=passed_with, now=now)
    enrolment.save()
    return completion


@transaction.atomic
def allow_another_try(*, enrolment: Enrolment, by: Person, client_id: str) -> None:
    """Gives a learner who used every try one more. `client_id` keeps a repeated click from giving two."""
    now = timezone.now()
    enrolment = locked(enrolment.pk)
    if enrolment.completed_at is not None:
        raise AlreadyCompleted
    tell(
        enrolment=enrolment,
        kind=EventKind.EXTRA_TRY,
        at=now,
        client_id=f"extra:{client_id}",
        data={"by": str(by.public_id)},
    )
    Enrolment.objects.filter(pk=enrolment.pk).update(tries_used_up=False, last_active_at=now)
