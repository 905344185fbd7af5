"""Counts where everybody stands, for organisations too large to be worked out while somebody waits, and for trends.

Without options everybody is counted, as `nightly` does; `--touched` counts those to whom something has happened since
the last time, in large organisations, and is run every minute; `--day` and `--months` fill in figures of the past.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.people.models import Organisation
from courses.records import counting, nightly, standing


class Command(BaseCommand):
    help = "Counts standings and the figures of the day; can be run again, and beside itself."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="One of them; without it, all.")
        parser.add_argument("--touched", action="store_true", help="Whom something has happened to alone.")
        parser.add_argument("--day", type=datetime.date.fromisoformat, help="The figures of a past day (YYYY-MM-DD).")
        parser.add_argument("--months", type=int, help="The figures of the ends of so many months past.")

    def handle(self, *, organisation: str | None, day: datetime.date | None, **options: Any) -> None:
        if options["touched"]:
            self.stdout.write(f"{standing.count_touched()} people counted again.")
            return
        chosen = Organisation.objects.order_by("pk")
        if organisation:
            chosen = chosen.filter(slug=organisation)
            if not chosen:
                raise CommandError(f"There is no organisation “{organisation}”.")
        today = timezone.localdate()
        days = _month_ends(today, options["months"]) if options["months"] else [day] if day else []
        for each in chosen:
            for past in days:
                if past >= today:
                    raise CommandError("A day that is over, please.")
                counting.count_day(each.pk, past)
                self.stdout.write(f"{each}: {past} counted.")
            if not days:
                self.stdout.write(f"{each}: {nightly.count(each)}")


def _month_ends(today: datetime.date, months: int) -> list[datetime.date]:
    """The last days of the months that are over, the newest first."""
    days, first = [], today.replace(day=1)
    for _ in range(months):
        days.append(first - datetime.timedelta(days=1))
        first = days[-1].replace(day=1)
    return days
