"""Sitting the assessment: questions drawn, handed in once, marked on the server."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from courses.content.models import QuestionVersion
from courses.people.models import Person
from courses.records import queries, rules
from courses.records.errors import AlreadyCompleted, LessonsMissing, NotOpen, TriesUsedUp, Unanswered
from courses.records.events import event, tell, tell_all
from courses.records.models import AnswerDraft, Attempt, Completion, Enrolment, Event, EventNote, Response, Try
from courses.records.models.event import EventKind

from .finishing import complete, locked


@dataclass(frozen=True)
class Result:
    """A handed-in try, and the completion if it (or an earlier one) completed the module."""

    sitting: Try
    completion: Completion | None


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
    responses = _marked(sitting, enrolment, kept, now)
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
        completion = complete(enrolment, attempt, score=sitting.score, now=now, events=events)
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


def _marked(sitting: Try, enrolment: Enrolment, kept: dict[str, AnswerDraft], now: datetime.datetime) -> list[Response]:
    """The responses of a try, not written yet. A question withdrawn since it was drawn counts as right (DESIGN §3)."""
    keys = [item["question"] for item in sitting.drawn]
    questions = queries.questions_of(sitting.attempt.version, keys)
    withdrawn = queries.withdrawn_keys(enrolment.module_id)
    responses = []
    for key in keys:
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
    return responses


@transaction.atomic
def allow_another_try(*, enrolment: Enrolment, by: Person, client_id: str, reason: str = "") -> None:
    """Gives a learner who used every try one more. `client_id` keeps a repeated click from giving two. The reason is
    hers to read, and whoever answers for her training; it stands in a side row that can be erased."""
    now = timezone.now()
    enrolment = locked(enrolment.pk)
    if enrolment.completed_at is not None:
        raise AlreadyCompleted
    allowed = event(
        enrolment=enrolment,
        kind=EventKind.EXTRA_TRY,
        at=now,
        client_id=f"extra:{client_id}",
        data={"by": str(by.public_id)},
    )
    tell_all([allowed])
    if reason:
        told = Event.objects.get(person=enrolment.person_id, client_id=allowed.client_id)
        EventNote.objects.get_or_create(event=told, defaults={"text": reason})
    Enrolment.objects.filter(pk=enrolment.pk).update(tries_used_up=False, last_active_at=now)
