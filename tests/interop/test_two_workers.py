"""Two workers at the same upload, and two uploads of the same package at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from courses.content.models import Library, Package, PackageVersion, UploadStatus
from courses.interop.uploads import importing
from tests.interop.packages import CHOICE_CONTENT, h5p
from tests.interop.uploading import checked, kept

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_store")]


def at_once(*works: Callable[[], object]) -> None:
    """Runs each in a thread; the first fault of any is raised."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(run, work) for work in works]:
            done.result(timeout=60)


def test_one_upload_makes_one_version() -> None:
    upload = checked(h5p())
    at_once(*[lambda: importing.store(upload.pk, None, approve=True)] * 4)
    upload.refresh_from_db()
    assert upload.status == UploadStatus.STORED
    assert upload.version == PackageVersion.objects.get()
    assert Package.objects.count() == Library.objects.count() == 1


def test_two_files_for_one_package_make_two_versions_in_a_row() -> None:
    package = kept(h5p()).package
    uploads = [checked(h5p(CHOICE_CONTENT | {"question": f"<p>{n}</p>"}), package=package) for n in range(3)]
    at_once(*(lambda one=one: importing.store(one.pk, None) for one in uploads))
    package.refresh_from_db()
    numbers = sorted(package.versions.values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4]
    assert package.current_version
    assert package.current_version.number == 4
