"""What a learner is told when the module has been published anew since she began. She keeps her version."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.cache import cache

from courses.content.models import ChangeKind, ModuleVersion
from courses.content.queries import generation
from courses.records.models import Attempt

KEPT_SECONDS = 300
"""Not longer, because web processes may not share a cache."""


@dataclass(frozen=True)
class Change:
    """The newest publishing that matters to somebody on an older version; an urgent correction before anything else."""

    urgent: bool
    note: str
    on: datetime.datetime


def change_since(attempt: Attempt) -> Change | None:
    """None when she is on the current version. Looked up once for all learners of her version: 1 query then."""
    key = f"changes:{attempt.version_id}:{generation()}"
    kept: tuple[Change | None] | None = cache.get(key)
    if kept is None:
        kept = (_newest(attempt),)
        cache.set(key, kept, KEPT_SECONDS)
    return kept[0]


def _newest(attempt: Attempt) -> Change | None:
    later = list(
        ModuleVersion.objects.filter(module_id=attempt.version.module_id, number__gt=attempt.version.number)
        .order_by("-number")
        .only("change_kind", "change_note", "published_at")
    )
    urgent = [version for version in later if version.change_kind == ChangeKind.URGENT_CORRECTION]
    for version in urgent or later:
        return Change(urgent=bool(urgent), note=version.change_note, on=version.published_at)
    return None
