"""What a requirement will touch, before it is set: counted by the database, whatever the number of people."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.utils import timezone

from courses.people.models import Person
from courses.records.drafting import Terms, piece, subjects_of, terms_of, whom
from courses.records.models import Requirement
from courses.records.services.requiring import since
from courses.records.states import Outlook, States
from courses.records.team import in_order

FIRST = 10


@dataclass(frozen=True)
class Due:
    """How many become due in a part of the time that is to come."""

    when: str
    people: int


@dataclass(frozen=True)
class Preview:
    """Whom a draft touches."""

    people: int
    first: list[Person]
    held: int
    exempt: int
    dues: list[Due]
    before: int | None
    """How many the rule that it replaces touches today."""
    starts_on: datetime.date
    later: bool

    @property
    def others(self) -> int:
        return self.people - len(self.first)

    @property
    def open(self) -> int:
        return self.people - self.held - self.exempt


def preview_of(terms: Terms, changing: Requirement | None = None) -> Preview:
    """4 queries, 2 more where a rule is changed."""
    today = timezone.localdate()
    if changing is not None:
        terms = replace(terms, applies_since=since(changing, terms))
    people = whom(terms, today)
    subjects = subjects_of(terms, today)
    states = States(
        people=people,
        modules=subjects,
        on=today,
        organisations=[terms.organisation.pk],
        draft=piece(terms, subjects),
    )
    outlook = states.outlook() if subjects else []
    return Preview(
        people=sum(row.people for row in outlook),
        first=list(in_order(people)[:FIRST]) if outlook else [],
        held=sum(row.people for row in outlook if row.held),
        exempt=sum(row.people for row in outlook if row.settled and not row.held),
        dues=dues(outlook, today),
        before=None if changing is None else whom(terms_of(changing), today).count(),
        starts_on=terms.starts_on,
        later=terms.starts_on > today,
    )


def dues(outlook: list[Outlook], today: datetime.date) -> list[Due]:
    """The first due dates of those who hold it not, in parts of the time to come; empty parts are left out."""
    found: dict[str, int] = {}
    for row in outlook:
        if row.first_due is not None and not row.settled:
            said = _when((row.first_due - today).days)
            found[said] = found.get(said, 0) + row.people
    return [Due(when, found[when]) for when in PARTS.values() if when in found]


PARTS = {
    -1: "Overdue at once: the date has passed for them",
    30: "In the next 30 days",
    60: "In 31 to 60 days",
    90: "In 61 to 90 days",
    100_000: "Later than that",
}


def _when(days: int) -> str:
    return next(said for limit, said in PARTS.items() if days <= limit)
