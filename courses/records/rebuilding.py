"""The summary row of an enrolment, derived again from what was written once (DESIGN §3).

`Enrolment` is mutable, so that lists and the matrix need one row a person and module. It may therefore be wrong after a
fault or a hand at the database; here is what it must say, from completions, lesson progress, tries and the timeline.
What only the learner's own moving about decides (`last_lesson`, `last_active_at`) is not derived and not touched.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields

from django.db import transaction

from courses.content.models import ModuleVersion

from . import rules
from .models import Attempt, Completion, Enrolment, Event, LessonProgress, Try
from .models.event import EventKind

BATCH = 500


@dataclass(frozen=True)
class Summary:
    """The fields of an enrolment that follow from other rows."""

    started_at: datetime.datetime | None
    completed_at: datetime.datetime | None
    valid_until: datetime.date | None
    lessons_done: int
    tries_used_up: bool


DERIVED = [field.name for field in fields(Summary)]


@dataclass(frozen=True)
class Difference:
    """An enrolment that does not say what the rows say."""

    enrolment_id: int
    stands: Summary
    should: Summary

    def __str__(self) -> str:
        """Names the fields, never the person."""
        parts = [
            f"{name} is {_say(getattr(self.stands, name))}, should be {_say(getattr(self.should, name))}"
            for name in DERIVED
            if getattr(self.stands, name) != getattr(self.should, name)
        ]
        return f"enrolment {self.enrolment_id}: {'; '.join(parts)}"


def _say(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def differences(*, batch: int = BATCH) -> Iterator[Difference]:
    """Every enrolment whose summary is wrong. Reads `batch` of them at a time, 6 queries each, in constant memory."""
    last = 0
    while True:
        ids = list(Enrolment.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch])
        if not ids:
            return
        # Learners go on meanwhile: what differs is looked at again, held still, before it is called wrong.
        for suspect in _differing(ids):
            if found := _held(suspect.enrolment_id):
                yield found
        last = ids[-1]


@transaction.atomic
def _held(enrolment_id: int) -> Difference | None:
    Enrolment.objects.select_for_update().get(pk=enrolment_id)
    return next(iter(_differing([enrolment_id])), None)


@transaction.atomic
def restore(*, enrolment_id: int) -> Difference | None:
    """Writes the derived fields of one enrolment; what was changed, or None when it was right."""
    found = _held(enrolment_id)
    if found:
        Enrolment.objects.filter(pk=enrolment_id).update(**{name: getattr(found.should, name) for name in DERIVED})
    return found


def _differing(ids: Collection[int]) -> list[Difference]:
    derived = derive(ids)
    found = []
    for enrolment in Enrolment.objects.filter(pk__in=ids).order_by("pk"):
        stands = Summary(**{name: getattr(enrolment, name) for name in DERIVED})
        if stands != derived[enrolment.pk]:
            found.append(Difference(enrolment.pk, stands, derived[enrolment.pk]))
    return found


def derive(ids: Collection[int]) -> dict[int, Summary]:
    """What the summaries of these enrolments must say. 6 queries."""
    attempts: dict[int, Attempt] = {}
    began: dict[int, datetime.datetime] = {}
    for attempt in Attempt.objects.filter(enrolment__in=ids).order_by("number"):
        attempts[attempt.enrolment_id] = attempt  # the latest counts
        began.setdefault(attempt.enrolment_id, attempt.started_at)
    latest = {attempt.pk: attempt for attempt in attempts.values()}
    completions = {one.enrolment_id: one for one in Completion.objects.filter(enrolment__in=ids).defer("snapshot")}
    outlines = {
        version.pk: version.outline
        for version in ModuleVersion.objects.filter(pk__in={attempt.version_id for attempt in latest.values()})
    }
    lessons: dict[int, int] = dict.fromkeys(latest, 0)
    for attempt_id in LessonProgress.objects.filter(attempt__in=latest).values_list("attempt_id", flat=True):
        lessons[attempt_id] += 1
    handed_in: dict[int, list[bool]] = {attempt_id: [] for attempt_id in latest}
    sittings = Try.objects.filter(attempt__in=latest, submitted_at__isnull=False).order_by("number")
    for attempt_id, passed in sittings.values_list("attempt_id", "passed"):
        handed_in[attempt_id].append(bool(passed))
    extra: dict[int, int] = {}
    allowed = Event.objects.filter(enrolment__in=ids, kind=EventKind.EXTRA_TRY)
    for enrolment_id in allowed.values_list("enrolment_id", flat=True):
        if enrolment_id is not None:
            extra[enrolment_id] = extra.get(enrolment_id, 0) + 1
    derived = {}
    for enrolment_id in ids:
        found, done = attempts.get(enrolment_id), completions.get(enrolment_id)
        tries = handed_in[found.pk] if found else []
        left = (
            rules.tries_left(outlines[found.version_id], len(tries), extra.get(enrolment_id, 0))
            if found and tries
            else None
        )
        derived[enrolment_id] = Summary(
            started_at=began.get(enrolment_id),
            completed_at=done.completed_at if done else None,
            valid_until=done.valid_until if done else None,
            lessons_done=lessons[found.pk] if found else 0,
            tries_used_up=done is None and left == 0 and not tries[-1],
        )
    return derived
