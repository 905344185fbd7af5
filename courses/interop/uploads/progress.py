"""How far the work on an upload is, for the trainer who waits; and that it still moves, for the lease."""

from __future__ import annotations

import time

from django.utils import timezone

from courses.content.models import PackageUpload, UploadStatus

from .zips import SafeZip

SECONDS = 1.0


class Progress:
    """Writes the share of bytes that were read, at most once a second: a thousand small files are not worth a thousand
    writes. `share` is how much of the whole one reading is."""

    def __init__(self, upload: PackageUpload, package: SafeZip, running: UploadStatus) -> None:
        self.upload, self.package, self.running = upload, package, running
        self.share = 1.0
        self._whole = max(package.packed_bytes, 1)
        self._next = time.monotonic() + SECONDS

    def move(self) -> None:
        """Called after each file."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + SECONDS
        done = min(99, int(100 * self.share * self.package.packed_read / self._whole))
        rows = PackageUpload.objects.filter(pk=self.upload.pk, status=self.running)
        rows.update(progress=done, touched_at=timezone.now())
