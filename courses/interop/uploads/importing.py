"""From an uploaded file to a package version: looked at first, stored when a trainer says so.

`check` writes a report and nothing else: no file of a refused package ever reaches the store. `store` looks again (a
library may have been withdrawn since), then writes the files under their hashes, and last of all, in one transaction,
the rows. A worker that dies before leaves files without a version: the next run uses them, `sweep_packages` removes
them. Both may run twice, also at once: one upload makes one version.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from courses.content import trees
from courses.content.models import Package, PackageUpload, PackageVersion, UploadStatus
from courses.interop.h5p.libraries import Brought, install
from courses.interop.h5p.planning import kept_files
from courses.people.models import Person, User
from courses.people.permissions import curates_libraries

from .plans import KINDS, Plan, make_plan
from .progress import Progress
from .refusals import Refused
from .zips import SafeZip

logger = logging.getLogger(__name__)
Files = dict[str, tuple[str, int]]
OUR_FAULT = "Something went wrong on our side while the package was worked on. Nothing was stored. Please try again."
MAY_CHECK = (UploadStatus.QUEUED, UploadStatus.CHECKING, UploadStatus.FAILED)
MAY_STORE = (UploadStatus.READY, UploadStatus.WAITING, UploadStatus.STORING, UploadStatus.FAILED)
MOST_SHOWN = 30


def check(upload_id: uuid.UUID | str) -> None:
    """Reads an uploaded file and writes down what was found. Does nothing when that was done already."""
    if not _begin(upload_id, MAY_CHECK, UploadStatus.CHECKING):
        return
    upload = PackageUpload.objects.select_related("package__current_version").get(pk=upload_id)
    with _faults_written(upload, UploadStatus.CHECKING), _package(upload, UploadStatus.CHECKING) as (package, progress):
        plan = make_plan(package, progress.move)
        _check_kind(upload, plan)
        _end(upload, UploadStatus.CHECKING, _standing(plan), plan)


def store(
    upload_id: uuid.UUID | str, by: Person | None, *, title: str = "", approve: bool = False
) -> PackageVersion | None:
    """Keeps an uploaded package: its files, and a version of its package. None when that cannot be done; the upload
    says why. `approve`: libraries that nobody approved yet are approved with it; a curator's word does that too."""
    if not _begin(upload_id, MAY_STORE, UploadStatus.STORING):
        return PackageUpload.objects.select_related("version").get(pk=upload_id).version
    upload = PackageUpload.objects.select_related("package__current_version").get(pk=upload_id)
    version = None
    with _faults_written(upload, UploadStatus.STORING), _package(upload, UploadStatus.STORING) as (package, progress):
        progress.share = 0.5
        plan = make_plan(package, progress.move)
        _check_kind(upload, plan)
        standing = _standing(plan)
        if standing == UploadStatus.WAITING and (approve or _is_curator(by)):
            standing = UploadStatus.READY
        if standing != UploadStatus.READY:
            _end(upload, UploadStatus.STORING, standing, plan)
            return None
        files = _put_files(package, plan, progress)
        version = _write_rows(upload=upload, plan=plan, files=files, by=by, title=title)
    if version and plan.new_libraries:
        _look_again()
    return version


def _is_curator(person: Person | None) -> bool:
    logins = User.objects.filter(person=person, is_active=True) if person else User.objects.none()
    return any(curates_libraries(login) for login in logins)


def _begin(upload_id: uuid.UUID | str, may: tuple[UploadStatus, ...], status: UploadStatus) -> bool:
    begun = PackageUpload.objects.filter(pk=upload_id, version=None, status__in=may)
    return bool(begun.update(status=status, progress=0, faults=[], touched_at=timezone.now()))


def _end(upload: PackageUpload, running: UploadStatus, status: UploadStatus, plan: Plan) -> None:
    PackageUpload.objects.filter(pk=upload.pk, status=running).update(
        status=status, progress=100, faults=plan.faults[:MOST_SHOWN], report=plan.report, touched_at=timezone.now()
    )


def _standing(plan: Plan) -> UploadStatus:
    if plan.faults:
        return UploadStatus.REFUSED
    return UploadStatus.WAITING if plan.new_libraries else UploadStatus.READY


@contextmanager
def _faults_written(upload: PackageUpload, running: UploadStatus) -> Iterator[None]:
    """What goes wrong stands in the upload: the package's fault in its words, ours as ours, and in the log."""
    mine = PackageUpload.objects.filter(pk=upload.pk, status=running)
    try:
        yield
    except Refused as error:
        mine.update(status=UploadStatus.REFUSED, faults=[error.message], touched_at=timezone.now())
    except Exception:
        logger.exception("Package upload %s failed", upload.pk)
        mine.update(status=UploadStatus.FAILED, faults=[OUR_FAULT], touched_at=timezone.now())
        raise


@contextmanager
def _package(upload: PackageUpload, running: UploadStatus) -> Iterator[tuple[SafeZip, Progress]]:
    with upload.file.open("rb") as file:
        package = SafeZip(cast("BinaryIO", file.file))
        yield package, Progress(upload, package, running)


def _check_kind(upload: PackageUpload, plan: Plan) -> None:
    current = upload.package.current_version if upload.package else None
    if current and current.kind != plan.kind:
        wanted = str(KINDS[current.kind])
        raise Refused("other-package", current.title, given=str(KINDS[plan.kind]), wanted=wanted)


def _put_files(package: SafeZip, plan: Plan, progress: Progress) -> Files:
    files: Files = dict(plan.stored)
    for path, name in plan.members.items():
        files[path] = _put(package, name)
        progress.move()
    for path, content in plan.written.items():
        files[path] = trees.put_blob(cast("BinaryIO", ContentFile(content)))
    for path, name in plan.members.items():
        if not default_storage.exists(trees.blob_name(files[path][0])):  # swept away under our hands
            _put(package, name)
    return files


def _put(package: SafeZip, name: str) -> tuple[str, int]:
    with package.open(name) as stream:
        return trees.put_blob(cast("BinaryIO", stream))


@transaction.atomic
def _write_rows(
    *, upload: PackageUpload, plan: Plan, files: Files, by: Person | None, title: str
) -> PackageVersion | None:
    """The end of storing: libraries, package, version, upload; all or nothing."""
    upload = PackageUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.version_id or upload.status != UploadStatus.STORING:
        return upload.version
    now = timezone.now()
    libraries = [*plan.libraries, *(_install(one, files, by) for one in plan.new_libraries)]
    sha256 = trees.put_tree(files)
    package = _locked_package(upload, plan, by, title)
    current = package.current_version
    if current and current.sha256 == sha256 and current.manifest == plan.manifest:
        version, plan.report["unchanged"] = current, True
    else:
        newest = package.versions.order_by("-number").first()
        version = PackageVersion.objects.create(
            package=package,
            number=newest.number + 1 if newest else 1,
            sha256=sha256,
            kind=plan.kind,
            title=plan.title[:255],
            manifest=plan.manifest,
            libraries=sorted(libraries, key=lambda one: str(one["name"])),
            report=plan.report,
            size=sum(size for _, size in files.values()),
            files=len(files),
            source_name=upload.source_name,
            stored_at=now,
            stored_by=by,
        )
        package.current_version = version
        package.save(update_fields=["current_version"])
    PackageUpload.objects.filter(pk=upload.pk).update(
        status=UploadStatus.STORED,
        progress=100,
        faults=[],
        report=plan.report,
        package=package,
        version=version,
        touched_at=now,
    )
    return version


def _locked_package(upload: PackageUpload, plan: Plan, by: Person | None, title: str) -> Package:
    if upload.package_id:
        return Package.objects.select_for_update().get(pk=upload.package_id)
    return Package.objects.create(title=(title or plan.title)[:255], created_at=timezone.now(), created_by=by)


def _install(brought: Brought, files: Mapping[str, tuple[str, int]], by: Person | None) -> dict[str, str]:
    folder = f"{brought.name}-{brought.major}.{brought.minor}"
    own = {path: files[f"{folder}/{path}"] for path in kept_files(brought) if f"{folder}/{path}" in files}
    library = install(brought=brought, sha256=trees.put_tree(own), by=by)
    return {"name": brought.name, "version": brought.version, "sha256": library.sha256}


def _look_again() -> None:
    """Libraries were approved: other uploads may have waited for the same ones."""
    from courses.interop import tasks

    for upload in PackageUpload.objects.filter(status=UploadStatus.WAITING):
        if PackageUpload.objects.filter(pk=upload.pk, status=UploadStatus.WAITING).update(status=UploadStatus.QUEUED):
            tasks.check_upload.enqueue(str(upload.pk))
