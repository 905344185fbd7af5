"""Reads of certificates."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Q, When
from django.utils import timezone

from courses.content.typography import curly
from courses.people.models import Person
from courses.people.rules import ERASED

from . import rules
from .models import Certificate

NO_NUMBER = "-"
"""Stands in no row: asked for in place of what is no number, so that every answer costs the same."""


def private(completion: str = "completion__") -> Q:
    """Of a module that was private when it was completed, or is private today (to trainers or to learners).

    It may have become so long after somebody completed it: what that tells of her is hers to show from that day on.
    `completion` leads from the model asked to the completion.
    """
    paths = ("version__private", "module__private", "module__current_version__private")
    return Q(*((f"{completion}{path}", True) for path in paths), _connector=Q.OR)


def checkable(completion: str = "completion__", holder: str = "holder__") -> Case:
    """Whether anyone may check a certificate by its number."""
    return Case(When(private(completion), then=f"{holder}allowed"), default=True, output_field=BooleanField())


@dataclass(frozen=True)
class Held:
    """A certificate as its holder sees it."""

    certificate: Certificate
    private: bool
    """Whether others may check it is hers to say."""
    public: bool
    """Whether they may today."""


def held_by(person: Person, number: str) -> Held | None:
    """The certificate with this number, for its holder alone. One query."""
    found = (
        Certificate.objects.filter(person=person, number=rules.parse_number(number) or NO_NUMBER)
        .select_related("holder", "completion__enrolment", "revocation")
        .annotate(private=Case(When(private(), then=True), default=False), public=checkable())
        .first()
    )
    return Held(certificate=found, private=found.private, public=found.public) if found else None


def state_of(certificate: Certificate, today: datetime.date) -> rules.State:
    """Valid, expired or revoked today. No query on a certificate read here."""
    return rules.state(valid_until=certificate.valid_until, revoked=hasattr(certificate, "revocation"), today=today)


def standing(number: str) -> tuple[Any, ...] | None:
    """What of a certificate anyone may check can still change: who is named on it, and whether it was revoked. None as
    `check` gives None, by the same single query for every number.

    With the day (it may expire) this names a page that is kept: whatever changes it, changes the name. The query is
    phrased once a process, because Django takes longer to phrase it than the database to answer.
    """
    sql, given = _standing_sql()
    asked = rules.parse_number(number) or NO_NUMBER
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked if value == NO_NUMBER else value for value in given])
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


@functools.cache
def _standing_sql() -> tuple[str, tuple[Any, ...]]:
    rows = Certificate.objects.filter(checkable(), number=NO_NUMBER)
    return rows.values_list("number", "holder__name", "revocation__revoked_at").query.sql_with_params()


@dataclass(frozen=True)
class Checked:
    """What anyone may learn of a certificate, and nothing more."""

    number: str
    state: rules.State
    initials: str
    erased: bool
    """Whether its holder was erased: then there is nobody to compare a surname with."""
    module: str
    version: int
    issued_on: datetime.date
    valid_until: datetime.date | None
    revoked_on: datetime.date | None
    surname_matches: bool | None
    """None when nobody asked."""


def check(number: str, *, today: datetime.date, surname: str = "") -> Checked | None:
    """What anyone may know of a number. Unknown, malformed and not public give None, by the same single query.

    Plain values instead of rows of four tables: strangers ask this page, and it costs half.
    """
    found = (
        Certificate.objects.filter(checkable(), number=rules.parse_number(number) or NO_NUMBER)
        .values_list(
            "number",
            "issued_at",
            "valid_until",
            "completion__snapshot",
            "holder__name",
            "holder__family_name",
            "revocation__revoked_at",
        )
        .first()
    )
    nobody: tuple[Any, ...] = (NO_NUMBER, None, None, {}, NO_NUMBER, NO_NUMBER, None)
    known, issued_at, valid_until, snapshot, name, family_name, revoked_at = found or nobody
    matches = rules.surname_matches(typed=surname, family_name=family_name, name=name)
    if issued_at is None:
        return None
    return Checked(
        number=known,
        state=rules.state(valid_until=valid_until, revoked=revoked_at is not None, today=today),
        initials=rules.initials(name),
        erased=name == ERASED,
        module=curly(snapshot["title"]),
        version=snapshot["version"],
        issued_on=timezone.localdate(issued_at),
        valid_until=valid_until,
        revoked_on=timezone.localdate(revoked_at) if revoked_at else None,
        surname_matches=matches if surname.strip() and name != ERASED else None,
    )
