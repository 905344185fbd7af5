"""Keeps answers and reflections as the learner gives them, so that nothing acknowledged is ever lost."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from .errors import BadAnswer, NotOpen
from .models import AnswerDraft, Attempt, Enrolment, Reflection, Try

OLDEST = datetime.timedelta(days=60)
MAX_REFLECTION = 10_000
"""Characters a reflection may have."""


@dataclass(frozen=True)
class Saved:
    """What stands now: when it was saved, and whether something newer stood already."""

    saved_at: datetime.datetime
    value: list[str]
    stale: bool


def _given_at(now: datetime.datetime, age_ms: int) -> datetime.datetime:
    age = datetime.timedelta(milliseconds=max(0, age_ms))
    return now - min(age, OLDEST)


def _newer(client: str, counter: int, given_at: datetime.datetime) -> Q:
    """Whether a stored row is older than this save: within a tab by its counter, otherwise (and for a plain form, which
    has no tab) by the time of choosing."""
    if not client:
        return Q(given_at__lte=given_at)
    return Q(client=client, counter__lt=counter) | (~Q(client=client) & Q(given_at__lte=given_at))


@transaction.atomic
def save_answer(
    *,
    attempt: Attempt,
    slot: str,
    value: list[str],
    age_ms: int = 0,
    client: str = "",
    counter: int = 0,
    sitting: Try | None = None,
    now: datetime.datetime | None = None,
) -> Saved:
    """Keeps the options chosen in one slot ("q:<try>:<question>" or "l:<block>").

    `age_ms` is how long ago she chose, by the browser's own clock, so that a wrong clock does no harm; `counter` rises
    with each save of one `client` (a tab). Repeating a save, or sending it late, changes nothing newer. The caller has
    checked that the slot and the options exist; NotOpen when the attempt is finished, or the `sitting` handed in
    meanwhile: an answer that no longer counts must not be called saved.
    """
    if attempt.finished_at is not None:
        raise NotOpen
    if len(slot) > 80 or len(client) > 40 or len(value) > 20:
        raise BadAnswer
    now = now or timezone.now()
    given_at = _given_at(now, age_ms)
    row = AnswerDraft(
        attempt=attempt, slot=slot, value=value, given_at=given_at, client=client, counter=counter, saved_at=now
    )
    # First, because it takes the lock of the enrolment's row, which handing in holds too.
    Enrolment.objects.filter(pk=attempt.enrolment_id).update(last_active_at=now)
    if sitting is not None and not Try.objects.filter(pk=sitting.pk, submitted_at__isnull=True).exists():
        raise NotOpen
    AnswerDraft.objects.bulk_create([row], ignore_conflicts=True)
    mine = AnswerDraft.objects.filter(attempt=attempt, slot=slot)
    mine.filter(_newer(client, counter, given_at)).update(
        value=value, given_at=given_at, client=client, counter=counter, saved_at=now
    )
    stands = mine.get()
    return Saved(stands.saved_at, stands.value, stale=stands.value != value)


@transaction.atomic
def save_reflection(
    *, attempt: Attempt, block_id: str, text: str, age_ms: int = 0, client: str = "", counter: int = 0
) -> Saved:
    """Keeps what a learner writes for herself; the same rules of order as `save_answer`. Open after completion too."""
    if len(block_id) > 40 or len(client) > 40:
        raise BadAnswer
    if len(text) > MAX_REFLECTION:
        raise BadAnswer(f"Keep it to {MAX_REFLECTION:,} characters; nothing was saved.")
    now = timezone.now()
    given_at = _given_at(now, age_ms)
    row = Reflection(
        attempt=attempt, block_id=block_id, text=text, given_at=given_at, client=client, counter=counter, saved_at=now
    )
    Reflection.objects.bulk_create([row], ignore_conflicts=True)
    mine = Reflection.objects.filter(attempt=attempt, block_id=block_id)
    mine.filter(_newer(client, counter, given_at)).update(
        text=text, given_at=given_at, client=client, counter=counter, saved_at=now
    )
    stands = mine.get()
    return Saved(stands.saved_at, [stands.text], stale=stands.text != text)


def note_place(*, enrolment: Enrolment, lesson: str) -> None:
    """Remembers the lesson (by its slug) that is open, so that she finds her place on another device. 1 query, none
    when it was the last one already or the module is completed."""
    if enrolment.completed_at is None and enrolment.last_lesson != lesson:
        Enrolment.objects.filter(pk=enrolment.pk).update(last_lesson=lesson)
        enrolment.last_lesson = lesson


def delete_reflection(*, attempt: Attempt, block_id: str) -> None:
    """Takes away what she wrote; nobody else ever had it."""
    Reflection.objects.filter(attempt=attempt, block_id=block_id).delete()
