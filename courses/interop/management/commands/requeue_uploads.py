"""Gives uploads whose worker died back to the queue, minutes after it died.

Why not `requeue_tasks` alone: it must wait longer than the longest task runs. An upload says every second that it still
moves, so one which has not for some minutes has lost its worker. Both may run: working twice makes one version.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.content.models import PackageUpload, UploadStatus
from courses.interop import tasks
from courses.interop.uploads.importing import OUR_FAULT

RUNNING, READY = "RUNNING", "READY"
BUSY = (UploadStatus.CHECKING, UploadStatus.STORING)
OURS = (tasks.check_upload.module_path, tasks.store_upload.module_path)
MOST_RUNS = 3


class Command(BaseCommand):
    help = "Gives uploads whose worker died back to the queue; after three workers they are marked as failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lease-minutes", type=int, default=5, help="How long an upload may stand still.")

    def handle(self, *, lease_minutes: int, **options: Any) -> None:
        before = timezone.now() - datetime.timedelta(minutes=lease_minutes)
        requeued = failed = 0
        for upload in PackageUpload.objects.filter(status__in=BUSY, touched_at__lt=before):
            if self._requeue(str(upload.pk)):
                requeued += 1
            else:
                still = PackageUpload.objects.filter(pk=upload.pk, status=upload.status, touched_at__lt=before)
                failed += still.update(status=UploadStatus.FAILED, faults=[OUR_FAULT], touched_at=timezone.now())
        self.stdout.write(f"{requeued} uploads requeued, {failed} given up.")

    @staticmethod
    def _requeue(upload_id: str) -> bool:
        """Whether a task of the upload waits (again)."""
        for task in DBTaskResult.objects.filter(task_path__in=OURS, status__in=(RUNNING, READY)):
            if task.args_kwargs["args"][:1] != [upload_id]:
                continue
            if task.status == READY:
                return True
            if len(task.worker_ids) < MOST_RUNS:
                mine = DBTaskResult.objects.filter(pk=task.pk, status=RUNNING)
                return bool(mine.update(status=READY, started_at=None))
        return False
