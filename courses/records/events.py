"""Writes the timeline."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from .models import Enrolment, Event


def tell(
    *, enrolment: Enrolment, kind: str, at: datetime.datetime, client_id: str, data: dict[str, Any] | None = None
) -> None:
    """Adds a row to the timeline of an enrolment; the same `client_id` again adds nothing."""
    tell_all([event(enrolment=enrolment, kind=kind, at=at, client_id=client_id, data=data)])


def event(
    *, enrolment: Enrolment, kind: str, at: datetime.datetime, client_id: str, data: dict[str, Any] | None = None
) -> Event:
    """A row not written yet, for `tell_all`. `client_id` is made unique to the enrolment."""
    return Event(
        person_id=enrolment.person_id,
        enrolment=enrolment,
        kind=kind,
        at=at,
        client_id=f"e{enrolment.pk}:{client_id}",
        data=data or {},
    )


def tell_all(events: Sequence[Event]) -> None:
    """Adds several rows in one statement, leaving out those that stand already."""
    Event.objects.bulk_create(events, ignore_conflicts=True)
