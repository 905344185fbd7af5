"""Reads of where one learner stands in the activities of an attempt: one query for all that a page says of them."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from .models import ActivityProgress, Attempt


@dataclass(frozen=True)
class Go:
    """One attempt at an activity."""

    number: int
    started_at: datetime.datetime
    finished_at: datetime.datetime | None
    scaled: float | None
    success: bool | None
    completion: str
    by: str
    """ "package" or "words"."""

    @property
    def percent(self) -> int | None:
        """Whole per cent of the marks, rounded down, so that nobody is told 80 who has 79.9."""
        return None if self.scaled is None else max(0, int(round(self.scaled * 100, 6)))

    @property
    def blank(self) -> bool:
        """Whether it has reported nothing yet."""
        return self.scaled is None and self.success is None and not self.completion


@dataclass(frozen=True)
class ActivityStanding:
    """One activity of an attempt. Somebody who has never opened it has none."""

    progress_id: int
    version_id: int
    saved_at: datetime.datetime | None
    satisfied_at: datetime.datetime | None
    satisfied_by: str
    state: object = None
    goes: list[Go] = field(default_factory=list)

    def percent(self, counts: str) -> int | None:
        """What the attempts came to, by the block's setting: best, last or first."""
        marks = [go.percent for go in self.goes if go.percent is not None]
        if not marks:
            return None
        return max(marks) if counts == "best" else marks[-1 if counts == "last" else 0]


FIELDS = ("pk", "block_id", "version_id", "saved_at", "satisfied_at", "satisfied_by")
GO = ("number", "started_at", "finished_at", "scaled", "success", "completion", "by")


def activity_standings(
    attempt: Attempt, block_ids: Collection[str], *, state: bool = False
) -> dict[str, ActivityStanding]:
    """Where she stands in these activities, by block id, with every attempt at them in order; with what the package
    keeps when `state` asks for it. 1 query."""
    found: dict[str, ActivityStanding] = {}
    rows = (
        ActivityProgress.objects.filter(attempt=attempt, block_id__in=block_ids)
        .order_by("block_id", "attempts__number")
        .values(*FIELDS, *(["state"] if state else []), *(f"attempts__{name}" for name in GO))
    )
    for row in rows:
        standing = found.get(row["block_id"])
        if standing is None:
            standing = ActivityStanding(
                progress_id=row["pk"],
                version_id=row["version_id"],
                saved_at=row["saved_at"],
                satisfied_at=row["satisfied_at"],
                satisfied_by=row["satisfied_by"],
                state=row.get("state"),
            )
            found[row["block_id"]] = standing
        if row["attempts__number"] is not None:
            standing.goes.append(Go(**{name: row[f"attempts__{name}"] for name in GO}))
    return found
