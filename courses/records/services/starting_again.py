"""A learner begins an activity from its beginning: what she did before is kept, what the package kept is put away."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from courses.records.events import event, tell_all
from courses.records.models import Attempt
from courses.records.models.event import EventKind

from .activities import held_progress


@transaction.atomic
def start_again(*, attempt: Attempt, block_id: str, now: datetime.datetime | None = None) -> bool:
    """Closes the attempt under way and forgets where the package stood; the next report begins a new attempt. False
    when there is nothing to begin again: it was not begun, or the module is completed.

    Every mark of what stood moves to now, so that a late call of an earlier opening does not bring its state back.
    """
    now = now or timezone.now()
    person_id = attempt.enrolment.person_id
    progress = held_progress(attempt_id=attempt.pk, person_id=person_id, block_id=block_id)
    if progress is None or progress.attempt.enrolment.completed_at is not None:
        return False
    if not progress.state and not progress.attempts.exists():
        return False
    progress.attempts.filter(finished_at__isnull=True).update(finished_at=now)
    progress.state = {}
    progress.marks = {slot: ["", 0, now.isoformat()] for slot in progress.marks}
    progress.save(update_fields=["state", "marks"])
    again = event(
        enrolment=progress.attempt.enrolment,
        kind=EventKind.ACTIVITY_OPENED,
        at=now,
        client_id=f"activity-again:{attempt.number}:{block_id}:{now.isoformat()}",
        data={"block": block_id, "again": True},
    )
    tell_all([again])
    return True
