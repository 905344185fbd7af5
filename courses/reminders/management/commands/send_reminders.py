"""Sends the reminders that are due. Run it every hour: quiet hours hold it back, and nobody gets two mails a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses.reminders.services.sending import send_all


class Command(BaseCommand):
    help = "Sends reminders of training that is due, overdue or running out, and the weekly mail to managers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", action="store_true", help="Also in quiet hours.")

    def handle(self, **options: Any) -> None:
        self.stdout.write(str(send_all(even_if_quiet=options["now"])))
