"""What is said of a cell, one person and one module: its state, which cells are wanted, and in what they are added up.

How they are read is `records.states`, through which everybody imports these as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

SOON_DAYS = 60
"""N of the fact pack §5.7: how long before a date something counts as soon."""

FOR_EVER = datetime.date(9999, 12, 31)


class State(StrEnum):
    """What a cell says, in the order in which a manager needs to read them."""

    OVERDUE = "overdue"
    FAILED = "failed-needs-help"
    DUE_SOON = "due-soon-never-held"
    EXPIRING_SOON = "expiring-soon"
    IN_PROGRESS = "in-progress"
    NOT_STARTED = "not-started"
    VALID = "valid"
    EXEMPT = "exempt"
    NOT_REQUIRED = "not-required"


HELD = (State.VALID, State.EXPIRING_SOON)
"""The states that count as compliant: a completion that is valid today."""


class Need(StrEnum):
    """Which cells of the percentage are meant; "counted" is its denominator, "held" its numerator."""

    COUNTED = "counted"
    HELD = "held"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which cells are wanted; empty means all. The window is on the date that the cell shows."""

    states: Collection[State] = ()
    need: Need | None = None
    after: datetime.date | None = None
    before: datetime.date | None = None

    def __bool__(self) -> bool:
        return bool(self.states or self.need or self.after or self.before)

    @property
    def sparse(self) -> bool:
        """Whether no cell is wanted of which nothing is known."""
        return bool(self) and (State.NOT_REQUIRED not in self.states if self.states else True)


KNOWN_CELLS = Selection(states=[state for state in State if state != State.NOT_REQUIRED])


class Done(NamedTuple):
    """How a completion came about."""

    completed_at: datetime.datetime
    version: int
    score: int | None


class Cell(NamedTuple):
    """One person and one module: the state, whether a requirement asks for it, and the dates behind it."""

    person_id: int
    module_id: int
    state: State
    required: bool
    due_on: datetime.date | None
    valid_until: datetime.date | None
    exempt_until: datetime.date | None
    shown_on: datetime.date | None
    completion_id: int | None
    done: Done | None = None
    """The completion behind it, where it was asked for."""

    @property
    def held(self) -> bool:
        return self.state in HELD


class Tally(NamedTuple):
    """How many cells of one module are in one state."""

    module_id: int
    state: State
    required: bool
    cells: int


class Outlook(NamedTuple):
    """How many people stand alike with everything that is asked of them."""

    held: bool
    settled: bool
    """Held, or exempt from what is not."""
    first_due: datetime.date | None
    people: int


class Known(NamedTuple):
    """A cell as it is added up."""

    person_id: int
    module_id: int
    state: str
    required: int
    shown_on: datetime.date | None


class Count(NamedTuple):
    """How many cells, of how many people."""

    cells: int
    people: int
