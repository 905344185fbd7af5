"""Gives tasks whose worker died back to the queue.

Why: django-tasks-db marks a task as running and never looks at it again; when its worker is killed (a restart, lack of
memory, a power cut) an export or mail would wait for ever. A task is leased for `--lease-minutes`; after that it is
taken as lost. Run it every few minutes beside the workers. Tasks of ours can be run twice without harm.

Jobs (imports, exports) say every few seconds that they live, so theirs are given back after two minutes. Files that
jobs made and whose week is over are taken away here as well.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.people import jobs

RUNNING, READY, FAILED = "RUNNING", "READY", "FAILED"
MOST_RUNS = 3


class Command(BaseCommand):
    help = "Gives tasks whose worker died back to the queue; a task that took three workers with it is marked failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lease-minutes", type=int, default=60, help="Longer than the longest task runs.")
        parser.add_argument("--all", action="store_true", help="Every running task: only while no worker is running.")

    def handle(self, *, lease_minutes: int, **options: Any) -> None:
        lost = DBTaskResult.objects.filter(status=RUNNING)
        if not options["all"]:
            lost = lost.filter(started_at__lt=timezone.now() - datetime.timedelta(minutes=lease_minutes))
        requeued = failed = 0
        with transaction.atomic():
            for task in lost.select_for_update(skip_locked=True):
                if len(task.worker_ids) >= MOST_RUNS:
                    failed += self._fail(task)
                else:
                    mine = DBTaskResult.objects.filter(pk=task.pk, status=RUNNING)
                    requeued += mine.update(status=READY, started_at=None)
        self.stdout.write(f"{requeued} tasks requeued, {failed} given up.")
        back = jobs.requeue_lost(older_than=datetime.timedelta() if options["all"] else jobs.LEASE)
        gone = jobs.take_away_expired()
        if back or gone:
            self.stdout.write(f"{back} jobs requeued, {gone} files taken away.")

    @staticmethod
    def _fail(task: Any) -> int:
        return DBTaskResult.objects.filter(pk=task.pk, status=RUNNING).update(
            status=FAILED,
            finished_at=timezone.now(),
            exception_class_path="courses.records.LostWorker",
            traceback=f"{MOST_RUNS} workers died while running this task.",
        )
