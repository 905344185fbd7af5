"""Removes the files that no package version and no library needs, and uploads that are done with."""

from __future__ import annotations

import datetime
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from courses.content import trees
from courses.content.models import Library, PackageUpload, PackageVersion, UploadStatus

DONE = (UploadStatus.STORED, UploadStatus.REFUSED)


class Command(BaseCommand):
    help = "Deletes package files that nothing points to, and the uploaded files of what was stored or refused."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--older-than", type=float, default=24, help="Hours. Longer than the longest import runs.")

    def handle(self, *, older_than: float, **options: Any) -> None:
        age = datetime.timedelta(hours=older_than)
        if PackageUpload.objects.filter(status=UploadStatus.STORING, touched_at__gt=timezone.now() - age).exists():
            self.stdout.write("A package is being stored: its files are not to be swept. Nothing was done.")
            return
        uploads = self._sweep_uploads(timezone.now() - age)
        versions = PackageVersion.objects.values_list("sha256", flat=True).distinct()
        libraries = Library.objects.values_list("sha256", flat=True)
        gone = trees.sweep(kept=chain(versions, libraries), older_than=age)
        self.stdout.write(f"{gone} files of packages and {uploads} uploaded files removed.")

    @staticmethod
    def _sweep_uploads(before: datetime.datetime) -> int:
        swept = 0
        for upload in PackageUpload.objects.filter(status__in=DONE, touched_at__lt=before).exclude(file=""):
            upload.file.delete(save=False)
            PackageUpload.objects.filter(pk=upload.pk).update(file="")
            swept += 1
        return swept
