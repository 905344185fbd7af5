"""Packages from the command line: bringing one in, sweeping, and taking back what a dead worker left."""

from __future__ import annotations

import datetime
import io
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from courses.content import trees
from courses.content.models import Library, Package, PackageUpload, PackageVersion, UploadStatus
from courses.interop.tasks import check_upload, store_upload
from courses.people.models import User
from tests.interop.packages import CHOICE_CONTENT, h5p, scorm
from tests.interop.uploading import checked, files_stored, kept, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
OTHER = CHOICE_CONTENT | {"question": "<p>Another question</p>"}


def run(*arguments: object) -> str:
    out = io.StringIO()
    call_command(*[str(each) for each in arguments], stdout=out)
    return out.getvalue()


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talk.h5p"
    path.write_bytes(h5p())
    return path


def test_a_file_is_brought_in(talk: Path, admin: User) -> None:
    said = run("import_package", talk, "--title", "A talk", "--as", admin.email, "--approve-libraries")
    assert "stored: Who is a carer?, version 1 (H5P, 6 files" in said
    version = PackageVersion.objects.get()
    assert (version.package.title, version.stored_by, version.source_name) == ("A talk", admin.person, "talk.h5p")


def test_the_same_title_is_the_same_package(talk: Path) -> None:
    run("import_package", talk, "--title", "A talk", "--approve-libraries")
    assert "unchanged" in run("import_package", talk, "--title", "A talk")
    talk.write_bytes(h5p(OTHER))
    assert "version 2" in run("import_package", talk, "--title", "A talk")
    assert Package.objects.count() == 1


def test_scorm_too(tmp_path: Path) -> None:
    (tmp_path / "talk.zip").write_bytes(scorm("2004 4th", scos=2))
    assert "SCORM 2004" in run("import_package", tmp_path / "talk.zip")


def test_what_cannot_be_used_is_said(talk: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Test\.Choice 1\.1\.0"):
        run("import_package", talk)
    with pytest.raises(CommandError, match="no file"):
        run("import_package", tmp_path / "gone.h5p")
    with pytest.raises(CommandError, match="Nobody signs in"):
        run("import_package", talk, "--as", "nobody@example.org")
    talk.write_bytes(b"no zip")
    with pytest.raises(CommandError, match="not a zip file"):
        run("import_package", talk)
    assert not files_stored()


def test_sweeping_keeps_what_versions_and_libraries_need() -> None:
    version = kept(h5p())
    Library.objects.update(withdrawn_at=timezone.now())
    before = files_stored()
    orphan, _ = trees.put_blob(io.BytesIO(b"left by a worker that died"))
    half = Path(default_storage.path(trees.blob_name(orphan))).with_name(".half.part")
    half.write_bytes(b"left by")
    assert "0 files" in run("sweep_packages")
    said = run("sweep_packages", "--older-than", 0)
    assert "2 files of packages and 1 uploaded files removed" in said
    assert files_stored() == before
    assert not PackageUpload.objects.exclude(file="").exists()
    assert trees.read_file(version.sha256, "h5p.json")
    with pytest.raises(FileNotFoundError):
        trees.open_blob(orphan)


def test_sweeping_waits_while_a_package_is_being_stored() -> None:
    orphan, _ = trees.put_blob(io.BytesIO(b"just written, its tree comes last"))
    upload = checked(h5p())
    PackageUpload.objects.filter(pk=upload.pk).update(status=UploadStatus.STORING)
    PackageUpload.objects.filter(pk=upload.pk).update(touched_at=timezone.now() + datetime.timedelta(seconds=5))
    assert "being stored" in run("sweep_packages", "--older-than", 0)
    trees.open_blob(orphan).close()


def stuck(status: str, *, minutes: int = 10) -> PackageUpload:
    upload = uploaded(h5p())
    stood = timezone.now() - datetime.timedelta(minutes=minutes)
    PackageUpload.objects.filter(pk=upload.pk).update(status=status, touched_at=stood)
    return upload


def task_of(upload: PackageUpload, *, checking: bool, workers: int = 1) -> Any:
    task = check_upload if checking else store_upload
    return DBTaskResult.objects.create(
        id=uuid.uuid4(),
        task_path=task.module_path,
        args_kwargs={"args": [str(upload.pk)], "kwargs": {}},
        status="RUNNING",
        started_at=timezone.now() - datetime.timedelta(minutes=10),
        run_after=timezone.now(),
        queue_name="default",
        backend_name="default",
        worker_ids=[str(number) for number in range(workers)],
    )


def test_an_upload_whose_worker_died_goes_back_to_the_queue() -> None:
    upload = stuck(UploadStatus.STORING)
    task = task_of(upload, checking=False)
    fresh = stuck(UploadStatus.CHECKING, minutes=1)
    assert "1 uploads requeued, 0 given up" in run("requeue_uploads")
    task.refresh_from_db()
    fresh.refresh_from_db()
    assert task.status == "READY"
    assert fresh.status == UploadStatus.CHECKING


def test_after_three_workers_or_without_a_task_it_is_given_up_and_said() -> None:
    for upload, workers in ((stuck(UploadStatus.CHECKING), 3), (stuck(UploadStatus.STORING), 0)):
        if workers:
            task_of(upload, checking=True, workers=workers)
    assert "0 uploads requeued, 2 given up" in run("requeue_uploads")
    assert {one.status for one in PackageUpload.objects.all()} == {UploadStatus.FAILED}


def test_a_task_that_comes_twice_works_once(tmp_path: Path) -> None:
    upload = stuck(UploadStatus.CHECKING)
    check_upload.call(str(upload.pk))
    upload.refresh_from_db()
    assert upload.status == UploadStatus.WAITING
    check_upload.call(str(upload.pk))
    store_upload.call(str(upload.pk))
    upload.refresh_from_db()
    assert upload.status == UploadStatus.WAITING
