"""What a trainer does with uploads. What is in them is `interop`'s business, in the background."""

from __future__ import annotations

import contextlib
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.content.models import Package, PackageUpload, UploadStatus
from courses.interop import tasks
from courses.people.models import Person


@transaction.atomic
def take_file(*, file: Any, by: Person, package: Package | None) -> PackageUpload:
    """Puts an uploaded file in the queue to be looked at."""
    upload = file_of(file=file, by=by, package=package)
    tasks.check_upload.enqueue(str(upload.pk))
    return upload


def file_of(*, file: Any, by: Person, package: Package | None) -> PackageUpload:
    """An upload that nobody has looked at yet. `package` is the one it is to become a version of."""
    return PackageUpload.objects.create(
        package=package, file=file, source_name=file.name[:255], uploaded_at=timezone.now(), uploaded_by=by
    )


@transaction.atomic
def begin_storing(*, upload: PackageUpload, by: Person, title: str) -> None:
    """Has an upload kept that was found good; asked twice, it is kept once. `title` is that of a new package."""
    may = (UploadStatus.READY, UploadStatus.WAITING, UploadStatus.FAILED)
    begun = PackageUpload.objects.filter(pk=upload.pk, status__in=may).update(
        status=UploadStatus.STORING, progress=0, faults=[], touched_at=timezone.now()
    )
    if begun:
        tasks.store_upload.enqueue(str(upload.pk), by.pk, title)


@transaction.atomic
def discard(*, upload: PackageUpload) -> None:
    """Throws away an upload that was not kept, and its file."""
    gone, _ = PackageUpload.objects.filter(pk=upload.pk, version=None).exclude(status=UploadStatus.STORING).delete()
    if gone:
        transaction.on_commit(lambda: _remove(upload))


def _remove(upload: PackageUpload) -> None:
    with contextlib.suppress(OSError):
        upload.file.storage.delete(str(upload.file.name))
