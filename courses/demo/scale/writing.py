"""Writes made-up lives in bulk: COPY on PostgreSQL, many rows at a time on SQLite. Keys are given out here."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from courses.people.models import Employment, Membership, Person
from courses.records.models import Attempt, Completion, Enrolment, Event, Exemption

from .bulk import Step, beside_us, without_indexes
from .lives import NEVER, Ground, Numbers, live

MODELS: dict[str, type[Model]] = {
    model._meta.db_table: model
    for model in (Person, Employment, Membership, Enrolment, Attempt, Completion, Event, Exemption)
}
STEP = 2_000


def next_keys() -> Numbers:
    """Behind whatever is there."""
    ends = {name: (model._default_manager.aggregate(n=Max("pk"))["n"] or 0) + 1 for name, model in MODELS.items()}
    return Numbers(
        person=ends["people_person"], membership=ends["people_membership"], employment=ends["people_employment"],
        enrolment=ends["records_enrolment"], attempt=ends["records_attempt"], completion=ends["records_completion"],
        event=ends["records_event"], exemption=ends["records_exemption"],
    )  # fmt: skip


@contextlib.contextmanager
def at_once(*, fast: bool) -> Iterator[Callable[[Step], None]]:
    """How steps are carried out: here, one after the other; or `fast` (see `bulk`)."""
    if not fast:
        yield lambda step: step()
    else:
        with without_indexes(MODELS), beside_us() as carry_out:
            yield carry_out
    _go_on_from_here()


def write(
    ground: Ground, learners: int, seed: int, *, history: bool, keys: Numbers,
    carry_out: Callable[[Step], None], say: Callable[[str], None],
) -> None:  # fmt: skip
    """So many learners of today and one in twelve more who have left. A step is a transaction."""
    everybody = learners + learners // 12
    for start in range(0, everybody, STEP):
        rows: dict[str, list[str]] = {name: [] for name in MODELS}
        for number in range(start, min(start + STEP, everybody)):
            live(number, seed, ground, keys, rows, left=number >= learners, history=history)
        carry_out(partial(_step, rows))
        say(f"{min(start + STEP, everybody)} of {everybody} people")


@transaction.atomic
def _step(rows: dict[str, list[str]]) -> None:
    for name, lines in rows.items():
        _write(name, lines)


def _write(table: str, lines: list[str]) -> None:
    columns = [str(field.column) for field in MODELS[table]._meta.concrete_fields]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    if not lines:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write("\n".join(lines) + "\n")
            return
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 our own names
            [[None if value == NEVER else value for value in line.split("\t")] for line in lines],
        )


def _go_on_from_here() -> None:
    """Rows that are made later get keys behind ours; the planner learns what there is."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(MODELS.values())):
            cursor.execute(sql)
        cursor.execute("ANALYZE")
