"""PostgreSQL under a million made-up lives: without what each row costs beside being written.

Keys that point to other tables are not checked and most indexes are built afterwards, which takes a fifth of the time.
Needs a superuser and a database that can be thrown away: who ends the command in between has one without indexes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection

Step = Callable[[], None]


@contextlib.contextmanager
def without_indexes(tables: Collection[str]) -> Iterator[None]:
    """Takes the indexes of these tables away that are no constraint, and builds them anew at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisunique",
            [list(tables)],
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for _, definition in found:
                cursor.execute(definition)


@contextlib.contextmanager
def beside_us() -> Iterator[Callable[[Step], None]]:
    """Gives what carries a step out on a connection of its own while the next one is being made; one at a time."""
    with ThreadPoolExecutor(1, initializer=_unchecked) as worker:
        under_way: list[Future[None]] = []

        def carry_out(step: Step) -> None:
            while under_way:
                under_way.pop().result()
            under_way.append(worker.submit(step))

        yield carry_out
        while under_way:
            under_way.pop().result()
        worker.submit(_close).result()


def _close() -> None:
    connection.close()  # the connection of this thread


def _unchecked() -> None:
    """Of this connection, rows are not checked against the tables that they point to."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
