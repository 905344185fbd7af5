"""A made-up workforce of any size, to measure on: organisations of up to 100,000, their trees, rules and five years.

Deterministic by `--seed`. Logins: lead-1@scale.example and manager-1@scale.example (and -2, ...), password carers-demo.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from courses.demo.scale import ground, writing


class Command(BaseCommand):
    help = "Fills the database with a made-up workforce. For measurements; never beside real people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learners", type=int, required=True)
        parser.add_argument("--seed", type=int, default=4)
        parser.add_argument("--without-history", action="store_true", help="People, posts and rules alone.")

    def handle(self, *, learners: int, seed: int, **options: Any) -> None:
        if learners < 1:
            raise CommandError("At least one learner.")
        number, left = 0, learners
        with transaction.atomic():
            taught = ground.modules()
        while left > 0:
            number += 1
            size = min(left, ground.LARGEST)
            left -= size
            with transaction.atomic():
                made = ground.organisation(number, size, taught, timezone.localdate())
            if made is None:
                self.stdout.write(f"Made-up Organisation {number} is there already.")
                continue
            say = partial(self._say, number)
            writing.write(made, size, seed + number, history=not options["without_history"], say=say)

    def _say(self, number: int, said: str) -> None:
        self.stdout.write(f"Organisation {number}: {said}")
