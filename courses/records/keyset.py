"""Pages of people by name that cost the same wherever they begin: each goes on from the person the last one ended with.

A page number makes the database read and throw away everything before it. Here the index in the order of names
(`person_by_name`) is entered at the place itself. The place travels in the address as the signed key of a person: no
name gets into logs, and nobody can ask where in the order of names somebody stands who is not hers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core import signing
from django.db.models import BooleanField, F, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Lower, NullIf

from courses.people.models import Person

SIZE = 50
SALT = "courses.records.keyset"

FAMILY_NAME = Lower(Coalesce(NullIf(F("family_name"), Value("")), F("name")))
"""What people are put in order by; who has no family name, or one only, stands under the whole name."""

PLACE = "LOWER(COALESCE(NULLIF({0}.family_name, ''), {0}.name)), LOWER({0}.name), {0}.id"

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the addresses of the pages beside them (`?after=…`, `?before=…`); empty where there is none."""

    rows: Sequence[Row]
    after: str
    before: str


@dataclass(frozen=True)
class Cut:
    """Which page of a list of people is wanted: the first, the one after somebody, or the one before somebody."""

    after: int | None = None
    before: int | None = None
    size: int = SIZE

    @classmethod
    def read(cls, data: Mapping[str, str], size: int = SIZE) -> Cut:
        """What the address asks for. A place that we did not give out is the first page."""
        return cls(_person(data.get("after", "")), _person(data.get("before", "")), size)

    def of(self, people: QuerySet[Person]) -> QuerySet[Person]:
        """The rows of the page and one more, which says that there is another page. Give them to `page`."""
        if self.after is not None:
            found = in_order(people.filter(_beyond(">", self.after)))
        elif self.before is not None:
            found = in_order(people.filter(_beyond("<", self.before))).reverse()
        else:
            found = in_order(people)
        return found[: self.size + 1]

    def page(self, found: Sequence[Row], person_id: Callable[[Row], int]) -> Page[Row]:
        """The rows of `of`, however they were read, in the order of names."""
        more = len(found) > self.size
        rows = list(found[: self.size])
        backwards = self.before is not None and self.after is None
        if backwards:
            rows.reverse()
        if not rows:
            return Page(rows, "", "")
        first, last = _token(person_id(rows[0])), _token(person_id(rows[-1]))
        if backwards:
            return Page(rows, after=last, before=first if more else "")
        return Page(rows, after=last if more else "", before=first if self.after is not None else "")


def in_order(people: QuerySet[Person]) -> QuerySet[Person]:
    """By family name, then name; the id makes the order one. The expressions are those of the index."""
    return people.order_by(FAMILY_NAME, Lower("name"), "pk")


def _beyond(side: str, person_id: int) -> RawSQL:
    """Whether somebody stands before or after a person in the order of names: one comparison of rows, which the index
    answers. The person is looked up in the same statement."""
    here, there = PLACE.format("people_person"), PLACE.format("place")
    sql = f"({here}) {side} (SELECT {there} FROM people_person place WHERE place.id = %s)"  # noqa: S608 constants
    return RawSQL(sql, [person_id], output_field=BooleanField())  # noqa: S611 constants


def _token(person_id: int) -> str:
    return signing.dumps(person_id, salt=SALT)


def _person(token: str) -> int | None:
    try:
        return int(signing.loads(token, salt=SALT)) if token else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
