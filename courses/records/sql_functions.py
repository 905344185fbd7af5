"""What PostgreSQL can do with dates and SQLite cannot, so that both engines give the same day.

SQLite keeps moments as UTC text and overflows 31 January + 1 month into March; a completion at half past midnight in
summer belongs to the day that London had, and a month from the end of January ends with February.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

from . import rules


def local_date(moment: str | None) -> str | None:
    """The day, in our time zone, of a moment as SQLite keeps it."""
    if moment is None:
        return None
    utc = datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC)
    return timezone.localtime(utc).date().isoformat()


def add_months(day: str | None, months: int | None) -> str | None:
    """`day` some months later, at most the last of that month."""
    if day is None or months is None:
        return None
    return rules.add_months(datetime.date.fromisoformat(day), months).isoformat()


def _register(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        make = connection.connection.create_function
        make("alongside_local_date", 1, local_date, deterministic=True)
        make("alongside_add_months", 2, add_months, deterministic=True)


def register() -> None:
    """From now on every connection has them. Called when the app is ready, before the first one."""
    connection_created.connect(_register, dispatch_uid="alongside_sql_functions")
