"""The words in which the table of erasure is written."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Fate(enum.Enum):
    """When something goes."""

    NOW = "now"
    """At once, also where the training record must be kept: nobody needs it to show that she was trained."""
    RECORD = "record"
    """With the training record: it says whose record it is, or what stands behind it."""


class Special(enum.Enum):
    """What takes more than emptying fields or deleting rows: functions of `privacy.services.specials`."""

    INVITATIONS = "invitations"
    IMPORTS = "imports"
    LOGINS = "logins"
    LOG = "log"
    POSTS = "posts"
    SESSIONS = "sessions"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What is done with the rows of one model that are about a person.

    `of` leads from a row to her. `ours` leads from it to the organisation whose record it is (one way of several);
    empty: it is hers, and goes when every organisation that has to do with her has said yes. `put` is what stands in
    the fields afterwards; without it the rows are deleted. `only` narrows the rows. `fields` says
    what a special covers.
    """

    model: str
    fate: Fate
    of: str = ""
    ours: tuple[str, ...] = ()
    put: Mapping[str, Any] = field(default_factory=dict)
    only: Mapping[str, Any] = field(default_factory=dict)
    special: Special | None = None
    fields: tuple[str, ...] = ()

    @property
    def deletes(self) -> bool:
        return not self.put and self.special is None

    @property
    def covers(self) -> tuple[str, ...]:
        """The fields it deals with; all of them where rows are deleted."""
        return self.fields or tuple(self.put)

    @property
    def key(self) -> str:
        """What a job writes down when it is done."""
        return ":".join([self.model, self.of, *sorted(self.covers), self.special.value if self.special else ""])
