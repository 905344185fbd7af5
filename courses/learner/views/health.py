"""What a load balancer or an operator asks: does the process live, and can it do its work?

`/health/live` touches nothing: a database that is away must not make every web process restart. `/health/ready` says no
as long as anything is missing that would lose or falsify a record. Neither tells a stranger more than a word a check,
and no stranger makes it work by asking often: what it found is kept for a few seconds.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.append_only import missing_triggers

logger = logging.getLogger(__name__)

KEPT_SECONDS, KEPT_WHEN_BAD_SECONDS = 5.0, 1.0
"""How long an answer stands. A bad one shorter: somebody waits for it to become a good one."""


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything needed to keep a learner's answer is there; 503 with the failing checks otherwise."""
    checks = found.now()
    well = _well(checks)
    return JsonResponse({"status": "ok" if well else "unavailable", "checks": checks}, status=200 if well else 503)


class Found:
    """What the checks found last, in this process. While one request looks again, the others get what is known: a
    database that does not answer holds up one of them, not all."""

    def __init__(self) -> None:
        self.looking = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Makes the next answer a fresh one."""
        self.checks: dict[str, str] = {}
        self.until = 0.0

    def now(self) -> dict[str, str]:
        """The word of each check."""
        if time.monotonic() >= self.until and self.looking.acquire(blocking=not self.checks):
            try:
                self._look()
            finally:
                self.looking.release()
        return self.checks

    def _look(self) -> None:
        if time.monotonic() < self.until:  # another request has just looked
            return
        self.checks = {name: _word(name, check) for name, check in CHECKS.items()}
        self.until = time.monotonic() + (KEPT_SECONDS if _well(self.checks) else KEPT_WHEN_BAD_SECONDS)


found = Found()


def _well(checks: dict[str, str]) -> bool:
    return all(word == "ok" for word in checks.values())


def _word(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception:
        logger.exception("Health check failed: %s", name)
        return "failed"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _append_only() -> str:
    return "triggers missing" if missing_triggers() else "ok"


def _storage() -> str:
    name = default_storage.save(f"health/{uuid.uuid4().hex}", ContentFile(b"ok"))
    default_storage.delete(name)
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "append_only": _append_only,
    "storage": _storage,
}
