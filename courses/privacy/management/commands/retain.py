"""For the night: what has come due is listed, and carried out where the organisation said so; requests for erasure of
which something was left to do are gone on with. Run twice or killed, it does no harm."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.people.models import Organisation
from courses.privacy.services import carrying_out, nightly


class Command(BaseCommand):
    help = "Lists training records whose time is over, carries out what may go by itself, goes on with erasure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only make the list; nothing is carried out.")
        parser.add_argument("--organisation", metavar="SLUG", help="Only this one.")

    def handle(self, **options: Any) -> None:
        found = Organisation.objects.order_by("pk")
        if options["organisation"]:
            found = found.filter(slug=options["organisation"])
            if not found:
                raise CommandError(f"There is no organisation “{options['organisation']}”.")
        for organisation in found:
            for said in nightly.retain(organisation, dry=options["dry_run"]):
                self.stdout.write(f"{organisation}: {said}")
        if not options["dry_run"] and not options["organisation"]:
            self.stdout.write(f"Requests for erasure: {carrying_out.go_on()} gone on with.")
