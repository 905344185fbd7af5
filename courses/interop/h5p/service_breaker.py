"""A circuit breaker, shared by every process through Django's cache: when the H5P service fails again and again, nobody
waits for it any more until it has had a pause; then one call tries it, and the others follow when that one works."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from django.core.cache import BaseCache
from django.core.cache import cache as default_cache

DAY = 24 * 60 * 60


class Breaker:
    """Opens after `failures` within `window` seconds; half-open `pause` seconds later, for one call at a time."""

    def __init__(
        self,
        name: str,
        *,
        failures: int = 5,
        window: int = 60,
        pause: int = 20,
        cache: BaseCache = default_cache,
        clock: Callable[[], float] = time.time,
    ) -> None:
        key = hashlib.sha256(name.encode()).hexdigest()[:24]
        self.counted, self.opened, self.trying = (f"breaker:{key}:{part}" for part in ("counted", "opened", "trying"))
        self.failures, self.window, self.pause, self.cache, self.clock = failures, window, pause, cache, clock

    def allows(self) -> bool:
        """Whether a call may be made now. Half-open, it says yes to the one who comes first."""
        since = self.cache.get(self.opened)
        if since is None:
            return True
        if self.clock() - float(since) < self.pause:
            return False
        return bool(self.cache.add(self.trying, 1, self.pause))

    def worked(self) -> None:
        """A call was answered as it should be: closed, and nothing counted."""
        if self.cache.get_many([self.counted, self.opened]):
            self.cache.delete_many([self.counted, self.opened, self.trying])

    def failed(self) -> None:
        """A call was not answered as it should be."""
        if self.cache.get(self.opened) is not None:
            self._open()
            return
        self.cache.add(self.counted, 0, self.window)
        try:
            count = self.cache.incr(self.counted)
        except ValueError:  # it ran out in between
            count = 1
        if count >= self.failures:
            self._open()

    def _open(self) -> None:
        self.cache.set(self.opened, self.clock(), DAY)
        self.cache.delete(self.trying)
