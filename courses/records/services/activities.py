"""Interactive activities: where a learner stands in one, what an attempt at it came to, and what hangs on its rule."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from courses.records import queries, rules
from courses.records.events import event, tell_all
from courses.records.models import ActivityAttempt, ActivityProgress, Attempt, Completion, Enrolment, Event
from courses.records.models.event import EventKind

from .lessons import lesson_done


@dataclass(frozen=True)
class Standing:
    """What an activity's rule came to: whether it is met now, and the completion that followed at once, if one did."""

    satisfied: bool
    completion: Completion | None = None


def progress_of(*, attempt: Attempt, block_id: str, version_id: int) -> ActivityProgress:
    """Where she stands in an activity; begun now when she has not opened it before. The version stays the one it was
    begun with. Call it with the enrolment locked; 1 query, 3 the first time."""
    found, _ = ActivityProgress.objects.get_or_create(
        attempt=attempt, block_id=block_id, defaults={"version_id": version_id}
    )
    return found


def open_attempt(*, progress: ActivityProgress, now: datetime.datetime) -> ActivityAttempt:
    """The attempt at an activity that is under way, or the next one. With the enrolment locked; 1 query, 3 for a new
    one."""
    latest = progress.attempts.order_by("-number").first()
    if latest is not None and latest.finished_at is None:
        return latest
    number = latest.number + 1 if latest else 1
    return ActivityAttempt.objects.create(progress=progress, number=number, started_at=now)


def settle(
    *,
    enrolment: Enrolment,
    attempt: Attempt,
    progress: ActivityProgress,
    rule: rules.Data,
    by: str,
    facts: rules.ActivityFacts,
    now: datetime.datetime,
    events: Sequence[Event] = (),
) -> Standing:
    """Marks the activity as done when `facts` meet its rule, its lesson when that was the lesson's last activity, and
    completes the module when nothing else is missing; tells `events` with it.

    Call it in a transaction that holds the lock of `enrolment`; it saves the enrolment. What was met once stays met: a
    later attempt takes nothing away.
    """
    told = list(events)
    met = progress.satisfied_at is not None
    if met or enrolment.completed_at is not None or not rules.activity_satisfied(rule, facts):
        tell_all(told)
        return Standing(met)
    progress.satisfied_at, progress.satisfied_by = now, by
    progress.save(update_fields=["satisfied_at", "satisfied_by"])
    told.append(
        event(
            enrolment=enrolment,
            kind=EventKind.ACTIVITY_DONE,
            at=now,
            client_id=f"activity-done:{attempt.number}:{progress.block_id}",
            data={"block": progress.block_id, "by": by},
        )
    )
    tell_all(told)
    lesson = rules.lesson_of_activity(attempt.version.outline, progress.block_id)
    if lesson is None or not rules.activities_done(lesson, queries.activities_done(attempt)):
        enrolment.last_active_at = now
        enrolment.save()
        return Standing(True)
    return Standing(True, lesson_done(enrolment=enrolment, attempt=attempt, lesson=lesson, now=now))
