"""The rows that migrations insert (Wagtail's root page, locale, collection and groups), kept beside the tables.

Why: a transactional test ends in a flush, which would take these rows away from every test after it. Copies inside the
database work alike on both engines and cost milliseconds.
"""

from __future__ import annotations

from django.db import connections

KEPT = ("django_content_type", "auth_permission")
"""Never flushed: Django caches their ids, and making them again takes a second."""
PREFIX = "baseline_"


def flushed_tables(using: str = "default") -> list[str]:
    """Tables of the project that a flush empties."""
    return [
        name for name in connections[using].introspection.django_table_names(only_existing=True) if name not in KEPT
    ]


def take(using: str = "default") -> None:
    """Copies every table that holds rows now."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in flushed_tables(using):
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')
            if cursor.fetchone():
                cursor.execute(f'CREATE TABLE IF NOT EXISTS "{PREFIX}{table}" AS SELECT * FROM "{table}"')


def put_back(using: str = "default") -> None:
    """Fills the emptied tables again with what the migrations had put there."""
    connection = connections[using]
    with connection.cursor() as cursor:
        copies = [n for n in connection.introspection.table_names(cursor) if n.startswith(PREFIX)]
        for copy in copies:
            cursor.execute(f'INSERT INTO "{copy.removeprefix(PREFIX)}" SELECT * FROM "{copy}"')
