"""Reads of certificates."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from courses.content.typography import curly
from courses.people.models import Person

from . import rules
from .models import Certificate

NO_NUMBER = "-"
"""Stands in no row: asked for in place of what is no number, so that every answer costs the same."""


def _whole() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("holder", "completion__enrolment", "revocation")


def held_by(person: Person, number: str) -> Certificate | None:
    """The certificate with this number, for its holder alone. One query."""
    return _whole().filter(person=person, number=rules.parse_number(number) or NO_NUMBER).first()


def state_of(certificate: Certificate, today: datetime.date) -> rules.State:
    """Valid, expired or revoked today. No query on a certificate read here."""
    return rules.state(valid_until=certificate.valid_until, revoked=hasattr(certificate, "revocation"), today=today)


@dataclass(frozen=True)
class Checked:
    """What anyone may learn of a certificate, and nothing more."""

    number: str
    state: rules.State
    initials: str
    module: str
    version: int
    issued_on: datetime.date
    valid_until: datetime.date | None
    revoked_on: datetime.date | None
    surname_matches: bool | None
    """None when nobody asked."""


def check(number: str, *, today: datetime.date, surname: str = "") -> Checked | None:
    """What anyone may know of a number. Unknown, malformed and not public give None, by the same single query."""
    found = _whole().filter(number=rules.parse_number(number) or NO_NUMBER, holder__public=True).first()
    family_name, name = (found.holder.family_name, found.holder.name) if found else (NO_NUMBER, NO_NUMBER)
    matches = rules.surname_matches(typed=surname, family_name=family_name, name=name)
    if found is None:
        return None
    return Checked(
        number=found.number,
        state=state_of(found, today),
        initials=rules.initials(found.holder.name),
        module=curly(found.completion.snapshot["title"]),
        version=found.completion.snapshot["version"],
        issued_on=timezone.localdate(found.issued_at),
        valid_until=found.valid_until,
        revoked_on=timezone.localdate(found.revocation.revoked_at) if hasattr(found, "revocation") else None,
        surname_matches=matches if surname.strip() else None,
    )
