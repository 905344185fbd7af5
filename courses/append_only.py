"""Rows that are written once. The database itself refuses to change or delete them, on PostgreSQL and SQLite.

Why: a record that an inspector relies on must not depend on every future line of Python being careful (DESIGN §3).
A model joins by the class decorator `append_only`; triggers are put (back) after every migrate, because SQLite drops
them when it remakes a table. `rewriting()` opens them for one transaction: for the audited service of erasure, and for
the flush between tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

REGISTERED: list[type[models.Model]] = []
M = TypeVar("M", bound=models.Model)
_sqlite = threading.local()


def append_only(model: type[M]) -> type[M]:
    """Class decorator: rows of this model can be inserted and read, never updated, deleted or truncated."""
    REGISTERED.append(model)
    return model


def tables() -> list[str]:
    """Names of the tables that are append-only."""
    return [model._meta.db_table for model in REGISTERED]


def install_triggers(using: str = "default") -> None:
    """Puts the refusing triggers on every append-only table that exists. Safe to run again."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for table in tables():
            if table in existing:
                for statement in _statements(connection.vendor, table):
                    cursor.execute(statement)


def missing_triggers(using: str = "default") -> set[str]:
    """Append-only tables without their triggers; empty when all is well. Asked by the health check and by tests."""
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    wanted = ("update", "delete") if connection.vendor == "sqlite" else ("row", "truncate")
    return {table for table in tables() if any(f"{table}_no_{kind}" not in present for kind in wanted)}


@contextmanager
def rewriting(using: str = "default") -> Iterator[None]:
    """Opens the triggers for one transaction of this thread. Every caller must write down why (DESIGN §3)."""
    connection = connections[using]
    with transaction.atomic(using=using):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL alongside.rewriting = 'on'")
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL alongside.rewriting = 'off'")
        else:
            _sqlite.open = True
            try:
                yield
            finally:
                _sqlite.open = False


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION alongside_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('alongside.rewriting', true), 'off') = 'on' THEN
        IF TG_LEVEL = 'STATEMENT' THEN RETURN NULL; END IF;
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f'CREATE OR REPLACE TRIGGER {table}_no_{name} BEFORE {verbs} ON "{table}" '
            f"FOR EACH {each} EXECUTE FUNCTION alongside_refuse()"
            for name, verbs, each in (("row", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
        ]
    return [
        f'CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON "{table}" '
        f"WHEN alongside_rewriting() = 0 BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("update", "delete")
    ]


def _register_function(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "alongside_rewriting", 0, lambda: 1 if getattr(_sqlite, "open", False) else 0
        )
        # REPLACE deletes the old row, and fires its delete trigger only when this is on.
        connection.connection.execute("PRAGMA recursive_triggers = ON")


def _after_migrate(using: str = "default", **_: Any) -> None:
    install_triggers(using)


connection_created.connect(_register_function, dispatch_uid="append_only_function")
post_migrate.connect(_after_migrate, dispatch_uid="append_only_triggers")
