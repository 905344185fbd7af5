"""Asks for the reports of this week and month that managers want regularly; each is mailed as a link when it is made.

Run it once a day, in the small hours. Twice is harmless: a period is sent once to each.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courses.manager.out.sending import send_due


class Command(BaseCommand):
    help = "Asks for the scheduled reports that are due; running it twice sends nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        asked, ended = send_due()
        self.stdout.write(f"{asked} reports asked for, {ended} schedules ended because their owner manages nobody.")
