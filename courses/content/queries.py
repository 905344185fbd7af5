"""Reads of what is taught. Learners' pages read versions only."""

from __future__ import annotations

import uuid

from django.core.cache import cache
from django.db import transaction

GENERATION = "content-generation"


def generation() -> str:
    """A token that changes whenever published content changes; part of the key of everything cached about it."""
    token: str | None = cache.get(GENERATION)
    if token is None:
        token = uuid.uuid4().hex
        cache.add(GENERATION, token, None)
        token = cache.get(GENERATION) or token
    return token


def bump_generation() -> None:
    """Makes everything cached about content stale, once the transaction that changed it is through."""
    transaction.on_commit(lambda: cache.set(GENERATION, uuid.uuid4().hex, None))
