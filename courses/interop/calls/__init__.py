"""One call of a package, and the two ways in which one is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call of a package, as its page sent it. `seq` rises within an opening; `age_ms` is how long ago it was made
    when it was sent, by the browser's own clock."""

    seq: int
    kind: str
    part: str = ""
    body: Any = None
    age_ms: int = 0


class RefusedCallError(Exception):
    """This call cannot be taken; `reason` says why in plain words, without what was in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:200]


class StaleCallError(Exception):
    """Something newer stands already: this call has no effect."""
