"""Django's flush for tests: opens the append-only triggers, and ends in the state the migrations left."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.core.management.color import no_style
from django.db import connections

from courses.append_only import rewriting
from tests.support import baseline


class Command(BaseCommand):
    help = "Empties the test database between transactional tests."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", action="store_false", dest="interactive")
        parser.add_argument("--database", default="default")

    # What Django's test runner says besides is not needed here: sequences run on, nothing cascades, and post_migrate
    # has nothing to make, because content types, permissions and triggers stay.
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate")

    def handle(self, *, database: str, **options: Any) -> None:
        connection = connections[database]
        tables = baseline.flushed_tables(database)
        statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
        with rewriting(database):
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            baseline.put_back(database)
