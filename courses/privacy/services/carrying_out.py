"""The job that does what was decided about a request: it mails the answers, then erases step by step.

One transaction a step; each asks for a legal hold first, and is written down with what it changed, so that a worker
that dies is followed by one that goes on there. Everything may be done again without harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Job, JobStatus, Person
from courses.privacy import rules
from courses.privacy.models import Decision, ErasurePart, ErasureRequest, Tombstone, Why
from courses.privacy.queries import organisations_of
from courses.privacy.registry import Fate

from . import erasing, holding, mailing
from .requests import ERASE

HELD = "A legal hold was placed. Nothing more is erased before it has ended; then this goes on by itself."
NOT_MAILED = "The answer could not be mailed, so nothing was erased yet. It is tried again at night."


def carry_out(work: jobs.Work) -> str:
    """What `people.jobs` runs. Says what it came to, naming nobody."""
    request = ErasureRequest.objects.select_related("person").get(pk=work.job.params["request"])
    if request.withdrawn_at is not None:
        raise jobs.Fault("The request was taken back.")
    for part in request.parts.filter(told_at=None).exclude(decision=""):
        _tell(part.pk)
    parts = list(request.parts.select_related("organisation"))
    todo = list(steps(parts))
    done: list[str] = list(work.cursor.get("steps", []))
    changed = Counter[str](work.cursor.get("changed", {}))
    for step in todo:
        if step.key not in done:
            with transaction.atomic():
                _refuse_held(request.person, step, parts)
                changed.update(erasing.take(step, request.person))
                done.append(step.key)
                work.reached(done=len(done), total=len(todo), steps=done, changed=dict(changed))
    _finish(request, changed, work.job)
    return "Done. What was erased and what is kept stands on the request." if todo else "Nothing was erased."


def steps(parts: list[ErasurePart]) -> Iterator[erasing.Step]:
    """What the answers given so far allow. What is hers alone goes when every organisation has said yes; her name, when
    none of them has to keep a training record any more."""
    for part in parts:
        if part.decision in {Decision.ERASE, Decision.KEEP} and part.organisation is not None:
            yield from erasing.steps_for(part.organisation, fates(part))
    if all(part.decision in {Decision.ERASE, Decision.KEEP} for part in parts):
        goes = all(fates(part) == erasing.EVERYTHING for part in parts)
        yield from erasing.steps_of_all(erasing.EVERYTHING if goes else (Fate.NOW,))


def fates(part: ErasurePart) -> tuple[Fate, ...]:
    """What one answer lets go today."""
    over = rules.is_over(part.keep_until, timezone.localdate())
    return erasing.EVERYTHING if part.decision == Decision.ERASE or over else (Fate.NOW,)


def go_on() -> int:
    """For the night: requests of which something is left that can be done by now (a hold has ended, a training record's
    time is over, a mail did not go). Work that lives is left alone. How many were asked for."""
    number = 0
    for request in ErasureRequest.objects.filter(withdrawn_at=None, ended_at=None).prefetch_related("parts"):
        with transaction.atomic():
            ErasureRequest.objects.select_for_update().get(pk=request.pk)
            mine = Job.objects.filter(kind=ERASE, params__request=request.pk)
            if mine.filter(status__in=[JobStatus.WAITING, JobStatus.RUNNING]).exists() or not _is_left(request):
                continue
            jobs.ask(kind=ERASE, by=None, request=request.pk)
            number += 1
    return number


def _is_left(request: ErasureRequest) -> bool:
    decided = [part for part in request.parts.all() if part.decision]
    if any(part.told_at is None for part in decided):
        return True
    return any(
        (part.now_done_at is None or fates(part) == erasing.EVERYTHING) and part.done_at is None
        for part in decided
        if part.decision != Decision.REFUSE
    )


@transaction.atomic
def _tell(pk: int) -> None:
    """The mark is set in the transaction of the mail: a server that takes no mail leaves none."""
    part = (
        ErasurePart.objects.select_for_update(of=("self",)).select_related("request__person", "organisation").get(pk=pk)
    )
    if part.told_at is None:
        ErasurePart.objects.filter(pk=pk).update(told_at=timezone.now())
        try:
            mailing.tell_answer(part)
        except OSError as fault:
            raise jobs.Fault(NOT_MAILED) from fault


def _refuse_held(person: Person, step: erasing.Step, parts: list[ErasurePart]) -> None:
    Person.objects.select_for_update().get(pk=person.pk)
    if step.organisation is not None:
        concerned = [step.organisation.pk]
    else:
        concerned = [one.pk for one in organisations_of(person)]
    if holding.is_held(person, concerned):
        raise jobs.Fault(HELD)


@transaction.atomic
def _finish(request: ErasureRequest, changed: Counter[str], job: Job) -> None:
    """Writes down what is done, and a tombstone of what it changed."""
    ErasureRequest.objects.select_for_update().get(pk=request.pk)
    now = timezone.now()
    parts = list(request.parts.select_related("organisation"))
    answered = all(part.decision in {Decision.ERASE, Decision.KEEP} for part in parts)
    refused = any(part.decision == Decision.REFUSE for part in parts)
    for part in parts:
        mine = ErasurePart.objects.filter(pk=part.pk)
        if part.decision == Decision.REFUSE:
            mine.filter(done_at=None).update(done_at=now)
        elif part.decision and (part.organisation_id is not None or answered):
            mine.filter(now_done_at=None).update(now_done_at=now)
            if fates(part) == erasing.EVERYTHING and (answered or refused):
                mine.filter(done_at=None).update(done_at=now)
    if not request.parts.filter(done_at=None).exists():
        ErasureRequest.objects.filter(pk=request.pk, ended_at=None).update(ended_at=now)
    if changed and not Tombstone.objects.filter(why=Why.ERASED, person=request.person, data__job=job.pk).exists():
        Tombstone.objects.create(
            why=Why.ERASED, at=now, by=job.by, person=request.person, organisation=job.organisation,
            changed=dict(changed), data={"job": job.pk, "request": request.pk},
        )  # fmt: skip
