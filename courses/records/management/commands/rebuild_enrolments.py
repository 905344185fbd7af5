"""`manage.py rebuild_enrolments [--check]`: proves, or restores, that enrolments say what the records say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.records.rebuilding import BATCH, differences, restore


class Command(BaseCommand):
    help = (
        "Compares each enrolment's summary with completions, lessons and tries, and mends what differs. "
        "With --check nothing is changed, and the status is 1 when something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Only say what differs; status 1 when something does.")
        parser.add_argument("--batch", type=int, default=BATCH, help=f"Enrolments read at a time ({BATCH}).")

    def handle(self, *, check: bool, batch: int, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch must be 1 or more.")
        count = 0
        for difference in differences(batch=batch):
            found = difference if check else restore(enrolment_id=difference.enrolment_id)
            if found:
                count += 1
                self.stdout.write(str(found))
        if check and count:
            raise CommandError(
                f"{count} enrolment{'s' if count != 1 else ''} differ from the records. Nothing was changed."
            )
        words = f"{count} restored" if count else "all of them say what the records say"
        self.stdout.write(f"Enrolments: {words}.")
