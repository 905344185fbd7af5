"""The end of a module: the completion, and what hangs on it, in the transaction of whatever was missing last."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.people.models import Membership, Person, Role
from courses.records import queries, rules
from courses.records.completing import after_completion
from courses.records.events import event, tell_all
from courses.records.models import Attempt, Completion, Enrolment, Event
from courses.records.models.event import EventKind
from courses.records.states import States

RENEW_WITHIN = datetime.timedelta(days=60)
"""A completion may be renewed this long before it runs out."""


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment, held for this transaction."""
    return Enrolment.objects.select_for_update().get(pk=enrolment_id)


def complete(
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
        counts_from=_counts_from(enrolment, today) if previous else None,
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


def _counts_from(enrolment: Enrolment, today: datetime.date) -> datetime.date | None:
    """The day on which what she holds would have run out where she is asked for it, when she renews it early: the
    refresher of a requirement goes on from there. 1 query."""
    me = Person.objects.filter(pk=enrolment.person_id)
    [cell] = States(people=me, modules=[enrolment.module_id], on=today, private_versions=True).cells()
    until = cell.valid_until
    return until if cell.required and until and today < until <= today + RENEW_WITHIN else None


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
    completion = complete(enrolment, attempt, score=passed_with, now=now)
    enrolment.save()
    return completion
