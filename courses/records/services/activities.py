"""Interactive activities: where a learner stands in one, what an attempt at it came to, and what hangs on its rule."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from courses.people.models import User
from courses.records import queries, rules
from courses.records.events import event, tell_all
from courses.records.models import ActivityProgress, Attempt, Completion, Enrolment, Event
from courses.records.models.event import EventKind

from .lessons import lesson_done

TOUCHED_EVERY = datetime.timedelta(minutes=1)
"""How exact `last_active_at` is while she works in an activity."""


@dataclass(frozen=True)
class Standing:
    """What an activity's rule came to: whether it is met now, and the completion that followed at once, if one did."""

    satisfied: bool
    completion: Completion | None = None


def progress_of(*, attempt: Attempt, block_id: str, version_id: int) -> ActivityProgress:
    """Where she stands in an activity; begun now when she has not opened it before. The version stays the one it was
    begun with. 1 query, 4 the first time."""
    found, _ = ActivityProgress.objects.get_or_create(
        attempt=attempt, block_id=block_id, defaults={"version_id": version_id}
    )
    return found


def held_progress(*, attempt_id: int, person_id: int, block_id: str) -> ActivityProgress | None:
    """The same with its attempt and enrolment, held for this transaction; None when she has not opened it yet, when it
    is not hers, or when every login of hers is closed. 1 query.

    Whoever changes a progress holds it by this and nothing else, so that two never wait for each other crosswise. Both
    rows are locked, because PostgreSQL reads anew, after waiting, only what it locks.
    """
    logins = User.objects.filter(person=OuterRef("attempt__enrolment__person"), is_active=True)
    found = (
        ActivityProgress.objects.select_for_update(of=("self", "attempt__enrolment"))
        .select_related("attempt__enrolment")
        .filter(Exists(logins), attempt=attempt_id, attempt__enrolment__person=person_id, block_id=block_id)
        .first()
    )
    if found is not None:
        found.attempt.version = queries.version_of(found.attempt)
    return found


def begun_progress(*, attempt: Attempt, person_id: int, block_id: str, version_id: int) -> ActivityProgress:
    """The same for an attempt that is known to be hers, begun when she has not opened it before (5 queries more).
    Raises DoesNotExist when her logins are closed."""
    found = held_progress(attempt_id=attempt.pk, person_id=person_id, block_id=block_id)
    if found is None:
        progress_of(attempt=attempt, block_id=block_id, version_id=version_id)
        found = held_progress(attempt_id=attempt.pk, person_id=person_id, block_id=block_id)
    if found is None:
        raise ActivityProgress.DoesNotExist
    return found


def settle(
    *,
    progress: ActivityProgress,
    rule: rules.Data,
    by: str,
    facts: rules.ActivityFacts | None,
    now: datetime.datetime,
    events: Sequence[Event] = (),
    changed: Collection[str] = (),
) -> Standing:
    """Marks the activity as done when `facts` meet its rule, its lesson when that was the lesson's last activity, and
    completes the module when nothing else is missing; tells `events` with it and saves the `changed` fields.

    Call it in a transaction that holds the progress (`held_progress`). What was met once stays met: a later attempt
    takes nothing away. `facts` is None when nothing was reported that could meet a rule.
    """
    attempt = progress.attempt
    enrolment = attempt.enrolment
    told = list(events)
    met = progress.satisfied_at is not None
    newly = not met and enrolment.completed_at is None and facts is not None and rules.activity_satisfied(rule, facts)
    if newly:
        progress.satisfied_at, progress.satisfied_by = now, by
        changed = {*changed, "satisfied_at", "satisfied_by"}
        told.append(
            event(
                enrolment=enrolment,
                kind=EventKind.ACTIVITY_DONE,
                at=now,
                client_id=f"activity-done:{attempt.number}:{progress.block_id}",
                data={"block": progress.block_id, "by": by},
            )
        )
    if changed:
        progress.save(update_fields=sorted(changed))
    lesson = rules.lesson_of_activity(attempt.version.outline, progress.block_id) if newly else None
    parts = queries.parts_done(attempt) if lesson is not None else frozenset()
    if lesson is None or not rules.activities_done(lesson, parts):
        note_activity(enrolment=enrolment, events=told, now=now)
        return Standing(met or newly)
    done = parts & {one["id"] for one in attempt.version.outline["lessons"]}
    completion = lesson_done(enrolment=enrolment, attempt=attempt, lesson=lesson, done=done, now=now, events=told)
    return Standing(satisfied=True, completion=completion)


def note_activity(*, enrolment: Enrolment, events: Sequence[Event], now: datetime.datetime) -> None:
    """Tells the timeline, and that she is active. 1 or 2 queries."""
    if not events:
        return
    tell_all(events)
    if enrolment.last_active_at is None or now - enrolment.last_active_at >= TOUCHED_EVERY:
        Enrolment.objects.filter(pk=enrolment.pk).update(last_active_at=now)
        enrolment.last_active_at = now


def note_refused(*, attempt: Attempt, block_id: str, why: str, now: datetime.datetime) -> None:
    """Puts on the timeline that a whole request was refused, such as one with a forged token: once an hour and kind, so
    that nobody fills it. Nothing for an activity that her version does not have. 1 query."""
    if rules.lesson_of_activity(attempt.version.outline, block_id) is None:
        return
    told = event(
        enrolment=attempt.enrolment,
        kind=EventKind.ACTIVITY_CALLS,
        at=now,
        client_id=f"refused:{why}:{block_id}:{now:%Y%m%d%H}",
        data={"block": block_id, "calls": [], "refused": why},
    )
    tell_all([told])
