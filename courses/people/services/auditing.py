"""Writing down who saw, exported and changed what (fact pack §5.8)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from courses.people.models import Action, AuditEntry, Organisation, Person


def note(
    *,
    action: Action,
    what: str,
    by: Person | None,
    organisation: Organisation | None = None,
    organisation_id: int | None = None,
    key: object = "",
    about: Person | None = None,
    **data: Any,
) -> None:
    """One line of the audit log, in the transaction of whatever it tells of. One statement. `data` holds numbers and
    keys only: the log names nobody in words."""
    AuditEntry.objects.create(
        action=action,
        what=what,
        by=by,
        organisation_id=organisation.pk if organisation else organisation_id,
        key=str(key),
        about=about,
        at=timezone.now(),
        data=data,
    )
