"""What a load balancer or an operator asks: does the process live, and can it do its work?

`/health/live` touches nothing: a database that is away must not make every web process restart. `/health/ready` says no
as long as anything is missing that would lose or falsify a record. Neither tells a stranger more than a word a check.
"""

from __future__ import annotations

import logging
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


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Everything needed to keep a learner's answer is there; 503 with the failing checks otherwise."""
    checks = {name: _word(name, check) for name, check in CHECKS.items()}
    well = all(word == "ok" for word in checks.values())
    return JsonResponse({"status": "ok" if well else "unavailable", "checks": checks}, status=200 if well else 503)


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
