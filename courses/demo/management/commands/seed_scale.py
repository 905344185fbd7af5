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
from courses.demo.scale.lives import Ground


class Command(BaseCommand):
    help = "Fills the database with a made-up workforce. For measurements; never beside real people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learners", type=int, required=True)
        parser.add_argument("--seed", type=int, default=4)
        parser.add_argument("--without-history", action="store_true", help="People, posts and rules alone.")
        parser.add_argument(
            "--fast", action="store_true", help="PostgreSQL, as superuser: indexes are built afterwards. For a million."
        )

    def handle(self, *, learners: int, seed: int, **options: Any) -> None:
        if learners < 1:
            raise CommandError("At least one learner.")
        with transaction.atomic():
            taught = ground.modules()
        sizes = [min(ground.LARGEST, learners - done) for done in range(0, learners, ground.LARGEST)]
        made: list[tuple[int, int, Ground]] = []
        for number, size in enumerate(sizes, 1):
            with transaction.atomic():
                found = ground.organisation(number, size, taught, timezone.localdate())
            if found is None:
                self.stdout.write(f"Made-up Organisation {number} is there already.")
            else:
                made.append((number, size, found))
        keys = writing.next_keys()
        with writing.at_once(fast=options["fast"]) as carry_out:
            for number, size, found in made:
                writing.write(
                    found, size, seed + number, history=not options["without_history"], keys=keys,
                    carry_out=carry_out, say=partial(self._say, number),
                )  # fmt: skip

    def _say(self, number: int, said: str) -> None:
        self.stdout.write(f"Organisation {number}: {said}")
