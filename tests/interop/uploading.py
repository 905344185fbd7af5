"""Uploads for tests, as the CMS makes them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from courses.content.models import Package, PackageUpload, PackageVersion
from courses.interop.uploads import importing
from courses.people.models import Person


def uploaded(content: bytes, *, name: str = "talk.h5p", package: Package | None = None) -> PackageUpload:
    """A file that nobody has looked at."""
    return PackageUpload.objects.create(
        package=package, file=ContentFile(content, name), source_name=name, uploaded_at=timezone.now()
    )


def checked(content: bytes, *, name: str = "talk.h5p", package: Package | None = None) -> PackageUpload:
    """A file with its report."""
    upload = uploaded(content, name=name, package=package)
    importing.check(upload.pk)
    upload.refresh_from_db()
    return upload


def kept(content: bytes, *, by: Person | None = None, package: Package | None = None) -> PackageVersion:
    """A file that was checked and stored; its libraries are approved."""
    upload = checked(content, package=package)
    version = importing.store(upload.pk, by, approve=True)
    assert version is not None, upload.faults
    return version


def files_stored() -> set[str]:
    """Every file in the store of packages."""
    root = Path(settings.MEDIA_ROOT) / "packages"
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
