"""What is kept of each SCO between openings, and what the next opening begins with. Plain data, no database.

A sitting's state is {SCO id: {element: value, …, "_": {…}}, "": {"run": 1, "over": false}}. Under "_" stands what is
not the package's:

    run        which run through the package it belongs to (one run is one ActivityAttempt)
    session    the page load that wrote last; the next one adds its time to `before`
    before     seconds of the sessions before this one
    go         how often this SCO was begun in this run
    answers    how many answers it has given in this run, for a limit
    ended      it was finished without asking to go on
    best       what this SCO came to in this run: [completed, success, raw, maximum, scaled]

A SCO goes on where it was when it asked for that (exit "suspend"), and also when it never said that it ended: a closed
tab is no decision to begin again. Otherwise it begins anew (SCORM 1.2 RTE §3.4.4 exit, entry; 2004 RTE §4.2.7).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from . import rules
from .rules import Result

OURS, RUN = "_", ""
State = Mapping[str, Any]


@dataclass
class Kept:
    """What is kept of one SCO."""

    values: dict[str, str] = field(default_factory=dict)
    run: int = 1
    session: str = ""
    before: float = 0.0
    go: int = 1
    answers: int = 0
    ended: bool = False
    best: Result | None = None

    def as_data(self) -> dict[str, Any]:
        """For the state."""
        ours = {"run": self.run, "session": self.session, "before": self.before, "go": self.go}
        ours |= {"answers": self.answers, "ended": self.ended}
        return {**self.values, OURS: {**ours, "best": list(asdict(self.best).values()) if self.best else None}}

    def seconds(self, edition: str) -> float:
        """Time spent in it in this run."""
        return self.before + rules.session_time(edition, self.values)


def edition_of(manifest: Mapping[str, Any]) -> str:
    """1.2 or 2004: the editions of 2004 are ruled alike."""
    return "1.2" if manifest["edition"] == "1.2" else "2004"


def parts(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What can be opened one by one, in order."""
    for item in items:
        if item["href"]:
            yield item
        yield from parts(item["items"])


def part(manifest: Mapping[str, Any], wanted: str) -> dict[str, Any] | None:
    """The item of that id; without an id the first. None when there is none."""
    found = list(parts(manifest["items"]))
    if not wanted:
        return found[0] if found else None
    return next((item for item in found if item["id"] == wanted), None)


def run(state: State) -> tuple[int, bool]:
    """Which run through the package the state is of, and whether it is over."""
    told = state.get(RUN) or {}
    return int(told.get("run", 1)), bool(told.get("over", False))


def kept(state: State, identifier: str) -> Kept | None:
    """What is kept of a SCO; None before it was opened first in this run."""
    stands = state.get(identifier)
    if not isinstance(stands, dict) or OURS not in stands:
        return None
    ours = dict(stands[OURS])
    best = ours.pop("best", None)
    values = {key: value for key, value in stands.items() if key != OURS}
    found = Kept(values=values, **ours, best=Result(*best) if best else None)
    return found if found.run == run(state)[0] else None


def opened(state: State, identifier: str, session: str, edition: str) -> Kept:
    """What a SCO goes on from in a session: as it is within the same one, with its time added up in the next one, or
    anew when it had ended. When the whole run was over, a new run begins."""
    number, over = run(state)
    stands = kept(state, identifier)
    if stands is None or (over and session != stands.session):
        return Kept(run=number + over, session=session)
    if session == stands.session:
        return stands
    if stands.ended:
        return Kept(
            run=number,
            session=session,
            go=stands.go + 1,
            best=stands.best,
            before=stands.seconds(edition),
            answers=stands.answers,
        )
    stands.before = stands.seconds(edition)
    stands.session = session
    for element in ("cmi.core.session_time", "cmi.session_time", "cmi.core.exit", "cmi.exit", "adl.nav.request"):
        stands.values.pop(element, None)
    return stands


def best_status(state: State, identifier: str) -> str:
    """What a SCO came to in this run at its best, as one word: passed, failed or completed; "" when to nothing yet."""
    stands = kept(state, identifier)
    best = stands.best if stands else None
    if best is None:
        return ""
    if best.success is not None:
        return "passed" if best.success else "failed"
    return "completed" if best.completed else ""
