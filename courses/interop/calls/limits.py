"""How many calls one learner's activity may send: a package in a loop must not cost others their answers."""

from __future__ import annotations

import time

from django.core.cache import cache

MOST, SECONDS = 600, 300


def seconds_to_wait(*, who: str, calls: int) -> int:
    """Counts these calls; 0 when they are among the first of their five minutes, else how long it is until the next
    ones. Kept in the cache, which all web processes share in production; two questions to it, none to the database."""
    window, passed = divmod(int(time.time()), SECONDS)
    key = f"calls:{who}:{window}"
    cache.add(key, 0, 2 * SECONDS)
    try:
        count = cache.incr(key, calls)
    except ValueError:  # thrown out of a full cache between the two
        return 0
    return SECONDS - passed if count > MOST else 0
