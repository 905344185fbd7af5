"""Working through lessons."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from courses.records import queries, rules
from courses.records.events import event, tell_all
from courses.records.models import Attempt, Completion, Enrolment, Event, LessonProgress
from courses.records.models.event import EventKind

from .finishing import complete, locked


@transaction.atomic
def finish_lesson(*, attempt: Attempt, lesson_id: str, now: datetime.datetime | None = None) -> Completion | None:
    """Notes that a lesson was worked through, and completes the module when that was the last thing missing.

    Nothing happens for a lesson done already, one with an activity that is not done, a finished attempt, or a lesson
    the version does not have.
    """
    now = now or timezone.now()
    lesson = next((lesson for lesson in attempt.version.outline["lessons"] if lesson["id"] == lesson_id), None)
    if lesson is None:
        return None
    if not rules.activities_done(lesson, queries.activities_done(attempt) if lesson.get("activities") else ()):
        return None
    enrolment = locked(attempt.enrolment_id)
    return lesson_done(
        enrolment=enrolment, attempt=attempt, lesson=lesson, done=queries.lesson_facts(attempt).done, now=now
    )


def lesson_done(
    *,
    enrolment: Enrolment,
    attempt: Attempt,
    lesson: rules.Data,
    done: frozenset[str],
    now: datetime.datetime,
    events: Sequence[Event] = (),
) -> Completion | None:
    """The same for a caller that holds the lock of `enrolment` and has seen that nothing in the lesson is missing: its
    last activity was done. `done` are the lessons worked through. Saves the enrolment; tells `events` too."""
    lesson_id = lesson["id"]
    if enrolment.completed_at is not None or lesson_id in done:
        tell_all(events)
        return None
    LessonProgress.objects.bulk_create(
        [LessonProgress(attempt=attempt, lesson_id=lesson_id, satisfied_at=now)], ignore_conflicts=True
    )
    done = done | {lesson_id}
    told = event(
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
        completion = complete(enrolment, attempt, score=None, now=now, events=[*events, told])
    else:
        tell_all([*events, told])
    enrolment.save()
    return completion
