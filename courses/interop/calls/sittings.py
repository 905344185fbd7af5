"""What one request's calls of a package change, gathered in memory and written once at its end.

A handler of a kind of package (`h5p.statements`, `scorm.commits`) is one function

    def take(sitting: Sitting, call: Call) -> Any

It validates the call, changes the sitting, and returns what is to be written down as the call's body (what was typed in
it is a side row that can be redacted; what `state` keeps already is written down as {"bytes": n}). It must raise
RefusedCallError before it changes anything. It asks no database itself. What it may use:

    sitting.block, .manifest, .libraries   the frozen block (its rule), what the package says of itself
    sitting.given_at                       when this call was made, by the clock of the server
    sitting.claim(slot)                    for what replaces something (a state, a commit), before anything is changed:
                                           raises StaleCallError when something newer stands in this slot. One slot is
                                           one SCO, or one data type of one H5P sub-content
    sitting.state / .keep(part, value)     what the package asked to keep; `keep(part, None)` forgets it
    sitting.latest                         the last attempt at the activity, finished or not; None before the first
    sitting.go()                           the attempt under way; begins the next one when the last is finished
    sitting.mark(name, value)              remembers something small for the next request
    sitting.put_item(go, item)             an answer inside the attempt: a row of (item, position), replaced when it is
                                           there; `sitting.next_position(go, item)` for what is to be added

Attempts are rows of `ActivityAttempt`: set raw, maximum, scaled, success, completion, seconds, finished_at on them. The
sitting finds out by itself what changed.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.content.models import PackageVersion
from courses.records.models import ActivityAttempt, ActivityProgress, ItemResponse

from . import Call, RefusedCallError, StaleCallError

__all__ = ["Call", "RefusedCallError", "Sitting", "StaleCallError"]
Data = dict[str, Any]
MOST_ATTEMPTS = 1000
MOST_ITEMS = 2000
"""Answers of one attempt: a package that sends more is broken or hostile."""
MOST_STATE = 1_000_000
"""Characters of all that a package keeps for one learner."""
RESULT = ("finished_at", "raw", "maximum", "scaled", "success", "completion", "seconds")
ITEM = ("kind", "asked", "answer", "correct", "score", "maximum", "seconds", "at")


@dataclass
class Sitting:
    """One request's worth of changes to one activity of one learner. A trial has one too, over a progress that is not
    in the database: it is given its `goes`, and never written."""

    progress: ActivityProgress
    version: PackageVersion
    block: Data
    client: str
    now: datetime.datetime
    goes: list[ActivityAttempt] | None = None
    given_at: datetime.datetime = field(init=False)
    sequence: int = field(init=False, default=0)
    changed: set[str] = field(init=False, default_factory=set)
    """Fields of the progress that have to be saved."""

    def __post_init__(self) -> None:
        self.given_at = self.now
        self.state: Data = self.progress.state
        self._attempts = self.goes
        self._before: dict[int, tuple[Any, ...]] = {}
        self._items: dict[int, dict[tuple[str, int], ItemResponse]] = {}
        self._put: dict[tuple[int, str, int], ItemResponse] = {}
        self._known: list[ItemResponse] = []

    @property
    def manifest(self) -> Data:
        found: Data = self.version.manifest
        return found

    @property
    def libraries(self) -> list[Data]:
        found: list[Data] = self.version.libraries
        return found

    # What replaces something

    def claim(self, slot: str) -> None:
        """Says that this call replaces what stands in a slot. Within one opening its sequence decides, between openings
        the time at which it was made."""
        mark = self.progress.marks.get(slot)
        if mark is not None:
            client, sequence, given = mark
            newer = (
                self.sequence > sequence
                if client == self.client
                else self.given_at >= datetime.datetime.fromisoformat(given)
            )
            if not newer:
                raise StaleCallError
        if mark is None and len(self.progress.marks) >= 1000:
            raise RefusedCallError("The activity keeps too many different things.")
        self.progress.marks[slot] = [self.client, self.sequence, self.given_at.isoformat()]
        self.changed.add("marks")

    def mark(self, name: str, value: list[Any]) -> None:
        """Remembers something small beside the marks of the slots, in their form (a word, a number, a time), for the
        next request."""
        self.progress.marks[name] = value
        self.changed.add("marks")

    def keep(self, part: str, value: Any) -> None:
        """Keeps what the package asked to keep; None forgets it."""
        if value is None:
            self.state.pop(part, None)
        else:
            self.state[part] = value
        self.changed.add("state")

    # Attempts

    @property
    def attempts(self) -> list[ActivityAttempt]:
        """All of them in order, also those in words. 1 query, the first time."""
        if self._attempts is None:
            self._attempts = list(self.progress.attempts.order_by("number"))
            self._before = {go.number: _result(go) for go in self._attempts}
        return self._attempts

    @property
    def touched(self) -> bool:
        """Whether anybody looked at the attempts: without that nothing of them can have changed."""
        return self._attempts is not None

    @property
    def own(self) -> list[ActivityAttempt]:
        """The attempts of the package itself, in order."""
        return [go for go in self.attempts if go.by == "package"]

    @property
    def latest(self) -> ActivityAttempt | None:
        return self.own[-1] if self.own else None

    def go(self) -> ActivityAttempt:
        """The attempt under way, or the next one."""
        latest = self.latest
        if latest is not None and latest.finished_at is None:
            return latest
        if len(self.attempts) >= MOST_ATTEMPTS:
            raise RefusedCallError("There are too many attempts at this activity.")
        number = self.attempts[-1].number + 1 if self.attempts else 1
        begun = ActivityAttempt(progress=self.progress, number=number, started_at=self.given_at)
        self.attempts.append(begun)
        return begun

    # Answers inside an attempt

    def items(self, go: ActivityAttempt) -> dict[tuple[str, int], ItemResponse]:
        """What was answered in an attempt, by item and position. 1 query for an attempt that is not new."""
        if go.number not in self._items:
            rows: Sequence[ItemResponse] = [] if go._state.adding else list(go.items.all())
            self._items[go.number] = {(row.item, row.position): row for row in rows}
        return self._items[go.number]

    def next_position(self, go: ActivityAttempt, item: str) -> int:
        """The place of one more answer to the same item."""
        return sum(key == item for key, _ in self.items(go))

    def put_item(self, go: ActivityAttempt, item: ItemResponse, *, blindly: bool = False) -> None:
        """Adds an answer, or replaces the one at its position; one that says the same costs nothing. `blindly` spares
        the query that looks what stands there."""
        if blindly:
            self._put[(go.number, item.item, item.position)] = item
            return
        standing = self.items(go)
        key = (item.item, item.position)
        stands = standing.get(key)
        if stands is None and len(standing) >= MOST_ITEMS:
            raise RefusedCallError("There are too many answers in one attempt.")
        if stands is not None and all(getattr(stands, name) == getattr(item, name) for name in ITEM if name != "at"):
            return
        standing[key] = item
        self._put[(go.number, *key)] = item

    def put_known(self, attempt_id: int, item: ItemResponse) -> None:
        """The same blindly, for an attempt of which the handler kept the key: nothing has to be looked up at all."""
        item.attempt_id = attempt_id
        self._known.append(item)

    # At the end

    def write(self) -> None:
        """Writes attempts and answers: at most three statements. The progress is saved by whoever settles the rule."""
        if self._attempts is not None:
            new = [go for go in self._attempts if go._state.adding]
            if new:
                ActivityAttempt.objects.bulk_create(new)
            old = [go for go in self._attempts if self._before.get(go.number, _result(go)) != _result(go)]
            if old:
                ActivityAttempt.objects.bulk_update(old, RESULT)
        if self._put:
            attempts = {go.number: go for go in self.attempts}
            for (number, _, _), item in self._put.items():
                item.attempt = attempts[number]
                item.pk = None
        if self._put or self._known:
            # The last of what is said twice of the same place: one statement may touch a row once only.
            rows = {(item.attempt_id, item.item, item.position): item for item in (*self._known, *self._put.values())}
            ItemResponse.objects.bulk_create(
                rows.values(),
                update_conflicts=True,
                unique_fields=["attempt", "item", "position"],
                update_fields=ITEM,
            )


def _result(go: ActivityAttempt) -> tuple[Any, ...]:
    return tuple(getattr(go, name) for name in RESULT)
