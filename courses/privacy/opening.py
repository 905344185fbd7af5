"""The one door through which rows that are never changed are changed (DESIGN §3): it leaves a tombstone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from courses.append_only import rewriting
from courses.people.models import Organisation, Person

from .models import Tombstone, Why


@contextmanager
def opened(
    *, why: Why, by: Person | None, person: Person | None = None, organisation: Organisation | None = None
) -> Iterator[tuple[Counter[str], dict[str, Any]]]:
    """Opens the append-only tables for one transaction. Gives a count of changed rows by table and a place for keys and
    numbers; both stand in the tombstone that is written at the end. Raises nothing of its own: when the body raises,
    nothing was changed and there is no tombstone."""
    changed: Counter[str] = Counter()
    data: dict[str, Any] = {}
    with rewriting():
        yield changed, data
        Tombstone.objects.create(
            why=why,
            at=timezone.now(),
            by=by,
            person=person,
            organisation=organisation,
            changed=dict(changed),
            data=data,
        )
