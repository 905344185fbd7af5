"""Everything that is done once a night; see the operator's guide. One line each; what fails does not stop the rest."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError

from courses.records.nightly import parts

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Counts standings and figures of the day, takes away expired files, gives lost jobs back to the queue."

    def handle(self, **options: Any) -> None:
        failed = 0
        for about, do in parts():
            try:
                self.stdout.write(f"{about}: {do()}")
            except Exception:
                log.exception("nightly_failed", part=about)
                self.stderr.write(f"{about}: failed; the log says why.")
                failed += 1
        if failed:
            raise CommandError(f"{failed} parts failed.")
