"""Years of continuing professional development (CPD), and what a profession asks for in one.

Social Work England: the registration year runs from 1 December to 30 November. In each, a social worker records at
least two different pieces of CPD by 30 November, at least one of them with a peer reflection; there is no number of
hours. Source: the project's fact pack §5.2 (Social Work England's CPD rules, partly checked), as of 22 November 2026;
check it against the regulator's own page at every review. Recording with Social Work England itself happens in its own
online account: this record helps to write it.
Others keep CPD by the calendar year here (fact pack §5.2: employers and other bodies differ, none asks for less).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from courses.people.models import Person, Profession

from .learning import completions
from .models import Completion, CpdNote

PIECES_ASKED = 2
"""Pieces of CPD a year that Social Work England asks of a social worker."""

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Year:
    """A year of CPD, named after the calendar year in which it ends."""

    number: int
    begins: datetime.date
    ends: datetime.date
    registration: bool
    """Whether it is the registration year of social workers."""

    def holds(self, moment: datetime.datetime) -> bool:
        """Whether `moment`, by our clock, lies in the year."""
        return self.begins <= timezone.localdate(moment) <= self.ends


def year_of(day: datetime.date, profession: str) -> Year:
    """The year of CPD in which `day` lies."""
    late = profession == Profession.SOCIAL_WORKER and day.month == 12
    return year_numbered(day.year + 1 if late else day.year, profession)


def year_numbered(number: int, profession: str) -> Year:
    """The year that ends in the calendar year `number`."""
    if profession == Profession.SOCIAL_WORKER:
        return Year(number, datetime.date(number - 1, 12, 1), datetime.date(number, 11, 30), registration=True)
    return Year(number, datetime.date(number, 1, 1), datetime.date(number, 12, 31), registration=False)


@dataclass(frozen=True)
class Piece:
    """Something completed in the year, with what she wrote about it."""

    completion: Completion
    note: CpdNote | None

    @property
    def reflected(self) -> bool:
        """Both halves are written: what she learned, and what she will change."""
        return self.note is not None and bool(self.note.learned.strip()) and bool(self.note.change.strip())

    @property
    def with_peer(self) -> bool:
        """A peer signed that they talked about it."""
        return self.reflected and self.note is not None and self.note.peer_signed_at is not None


@dataclass(frozen=True)
class Record:
    """One year of CPD of one person."""

    year: Year
    pieces: list[Piece]
    years: list[int]
    """The years in which she completed something, and this one; newest first."""

    @property
    def minutes(self) -> int:
        return sum(piece.completion.minutes for piece in self.pieces)

    @property
    def reflected(self) -> int:
        """Different modules with a whole reflection: the same module twice is one piece."""
        return len({piece.completion.module_id for piece in self.pieces if piece.reflected})

    @property
    def with_peer(self) -> int:
        return sum(piece.with_peer for piece in self.pieces)

    @property
    def pieces_missing(self) -> int:
        return max(0, PIECES_ASKED - self.reflected)

    @property
    def complete(self) -> bool:
        """Whether what Social Work England asks for stands in this record."""
        return not self.pieces_missing and bool(self.with_peer)


def record(person: Person, year: Year, today: datetime.date) -> Record:
    """The year's completions, oldest first, with her notes. 1 query."""
    every = list(completions(person).select_related("cpd_note", "version"))
    pieces = [Piece(one, getattr(one, "cpd_note", None)) for one in reversed(every) if year.holds(one.completed_at)]
    return Record(year, pieces, _years(every, person.profession, year, today))


def _years(every: Iterable[Completion], profession: str, shown: Year, today: datetime.date) -> list[int]:
    numbers = {year_of(timezone.localdate(one.completed_at), profession).number for one in every}
    return sorted(numbers | {shown.number, year_of(today, profession).number}, reverse=True)
