"""What a section of the file of one's own data is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from courses.people.models import Person

Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One key of the file. `of` names the pointers to a person ("records.Enrolment.person") whose rows it gives."""

    key: str
    about: str
    rows: Callable[[Person], Iterator[Row]]
    of: tuple[str, ...] = ()


def rows(found: QuerySet[Any], *fields: str, **renamed: str) -> Iterator[Row]:
    """The rows as dictionaries, some at a time."""
    values = found.order_by("pk").values(*fields, **{new: F(old) for new, old in renamed.items()})
    return values.iterator(chunk_size=500)
