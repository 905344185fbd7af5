"""Brings an H5P or SCORM file in from the command line, by the same road as an upload in the CMS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from courses.content.models import Package, PackageUpload, UploadStatus
from courses.interop.uploads import importing
from courses.people.models import Person, User


class Command(BaseCommand):
    help = "Checks an H5P or SCORM file and stores it. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--title", default="", help="A package of this title gets a new version, if there is one.")
        parser.add_argument("--as", dest="email", default="", help="The e-mail address of whoever brings it.")
        parser.add_argument("--approve-libraries", action="store_true", help="Approve the H5P libraries it brings.")

    def handle(self, *, file: Path, title: str, email: str, approve_libraries: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        by = _person(email)
        package = Package.objects.filter(title=title, archived_at=None).order_by("pk").first() if title else None
        with file.open("rb") as source:
            upload = PackageUpload.objects.create(
                package=package,
                file=File(source, name=file.name),
                source_name=file.name[:255],
                uploaded_at=timezone.now(),
                uploaded_by=by,
            )
        importing.check(upload.pk)
        upload.refresh_from_db()
        version = None
        if upload.status == UploadStatus.READY or (upload.status == UploadStatus.WAITING and approve_libraries):
            version = importing.store(upload.pk, by, title=title, approve=approve_libraries)
            upload.refresh_from_db()
        upload.file.delete(save=False)
        if version is None:
            raise CommandError(_why_not(upload))
        new = "unchanged" if upload.report.get("unchanged") else "stored"
        self.stdout.write(
            f"{new}: {version} ({version.get_kind_display()}, {version.files} files, {version.size} bytes)"
        )
        for key in ("repaired", "external", "hints", "dropped"):
            for line in upload.report.get(key, []):
                self.stdout.write(f"  {key}: {line}")


def _person(email: str) -> Person | None:
    if not email:
        return None
    login = User.objects.select_related("person").filter(email__iexact=email).first()
    if login is None:
        raise CommandError(f"Nobody signs in as {email}.")
    return login.person


def _why_not(upload: PackageUpload) -> str:
    if upload.status == UploadStatus.WAITING:
        new = [f"{one['name']} {one['version']}" for one in upload.report["libraries"] if one["status"] == "new"]
        return f"It brings libraries that nobody approved: {', '.join(new)}. Approve them with --approve-libraries."
    return "\n".join([f"{upload.source_name} cannot be used:", *upload.faults])
