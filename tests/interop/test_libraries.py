"""The store of H5P libraries: what curators approve, what packages share, what is withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from courses.content import trees
from courses.content.models import Library, PackageUpload, UploadStatus
from courses.interop.h5p import libraries
from courses.interop.uploads import importing
from courses.people.models import User
from courses.people.permissions import curates_libraries
from tests.interop.packages import CHOICE_CONTENT, dependency, h5p, h5p_files, library_files, zipped
from tests.interop.uploading import checked, kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
OTHER = CHOICE_CONTENT | {"question": "<p>Another question</p>"}


def statuses(upload: PackageUpload) -> dict[str, str]:
    return {f"{one['name']} {one['version']}": one["status"] for one in upload.report["libraries"]}


def test_an_approved_library_lets_content_alone_be_played() -> None:
    kept(h5p())
    upload = checked(h5p(OTHER, libraries={}))
    assert upload.status == UploadStatus.READY
    assert statuses(upload) == {"Test.Choice 1.1.0": "installed"}
    version = importing.store(upload.pk, None)
    assert version
    assert trees.read_file(version.sha256, "Test.Choice-1.1/library.json")


def test_a_trainer_waits_for_a_curator_and_a_curator_does_not(tariq: User, admin: User) -> None:
    assert not curates_libraries(tariq)
    assert curates_libraries(admin)
    upload = checked(h5p())
    assert upload.status == UploadStatus.WAITING
    assert importing.store(upload.pk, tariq.person) is None
    upload.refresh_from_db()
    assert upload.status == UploadStatus.WAITING
    assert not Library.objects.exists()
    version = importing.store(upload.pk, admin.person)
    assert version
    library = Library.objects.get()
    assert (str(library), library.installed_by, library.runnable) == ("Test.Choice 1.1.0", admin.person, True)
    assert set(trees.tree(library.sha256)) == {
        "library.json", "semantics.json", "scripts/library.js", "styles/library.css",
    }  # fmt: skip


def test_an_approval_lets_others_through_that_wait_for_the_same_library(tariq: User, admin: User) -> None:
    first, second = checked(h5p()), checked(h5p(OTHER))
    assert second.status == UploadStatus.WAITING
    importing.store(first.pk, admin.person)
    second.refresh_from_db()
    assert second.status == UploadStatus.READY
    assert importing.store(second.pk, tariq.person)


def test_libraries_are_files_once_however_many_packages_hold_them() -> None:
    first, second = kept(h5p()), kept(h5p(OTHER))
    script = "Test.Choice-1.1/scripts/library.js"
    assert trees.tree(first.sha256)[script] == trees.tree(second.sha256)[script]
    assert Library.objects.count() == 1


@pytest.mark.parametrize(
    ("brought", "status", "played"),
    [
        ("Test.Choice 1.1.3", UploadStatus.READY, "1.1.5"),
        ("Test.Choice 1.1.5", UploadStatus.READY, "1.1.5"),
        ("Test.Choice 1.1.6", UploadStatus.WAITING, "1.1.6"),
    ],
)
def test_the_site_plays_its_own_copy_unless_the_package_brings_a_newer_one(
    brought: str, status: str, played: str
) -> None:
    kept(h5p(libraries=library_files("Test.Choice 1.1.5", js="/* ours */")))
    upload = checked(h5p(OTHER, libraries=library_files(brought, js="/* theirs */")))
    assert upload.status == status
    assert list(statuses(upload)) == [f"Test.Choice {played}"]
    version = importing.store(upload.pk, None, approve=True)
    assert version
    assert version.libraries[0]["version"] == played
    expected = b"/* theirs */" if played == "1.1.6" else b"/* ours */"
    assert trees.read_file(version.sha256, "Test.Choice-1.1/scripts/library.js") == expected


def test_a_copy_that_differs_under_the_same_version_is_not_taken() -> None:
    kept(h5p(libraries=library_files(js="/* ours */")))
    version = kept(h5p(OTHER, libraries=library_files(js="/* evil */")))
    assert trees.read_file(version.sha256, "Test.Choice-1.1/scripts/library.js") == b"/* ours */"
    told = checked(h5p(OTHER, libraries=library_files("Test.Choice 1.1.0")))
    assert told.report["repaired"] == []


def test_another_minor_version_is_another_library() -> None:
    kept(h5p())
    asked = {"preloadedDependencies": [dependency("Test.Choice 1.2")]}
    upload = checked(h5p(OTHER, libraries={}, **asked))
    assert upload.status == UploadStatus.REFUSED
    assert upload.report["missing"] == ["Test.Choice 1.2"]
    assert "Test.Choice 1.1.0" in upload.faults[0]
    both = kept(h5p(OTHER, libraries=library_files("Test.Choice 1.2.0"), **asked))
    assert both.libraries[0]["version"] == "1.2.0"
    assert Library.objects.count() == 2


def test_what_libraries_need_is_found_at_any_depth() -> None:
    files: dict[str, Any] = {}
    for number in range(1, 5):
        needs = [f"Test.Layer{number + 1} 1.1"] if number < 4 else []
        files |= library_files(f"Test.Layer{number} 1.1.0", needs=needs, runnable=0, js="/* layer */")
    files |= library_files(needs=["Test.Layer1 1.1"])
    version = kept(h5p(libraries=files))
    assert [one["name"] for one in version.libraries] == [
        "Test.Choice", "Test.Layer1", "Test.Layer2", "Test.Layer3", "Test.Layer4",
    ]  # fmt: skip
    assert statuses(checked(h5p(OTHER, libraries={}))) == dict.fromkeys(
        (f"{one['name']} {one['version']}" for one in version.libraries), "installed"
    )


def test_libraries_that_need_each_other_end() -> None:
    files = library_files(needs=["Test.Other 1.1"]) | library_files("Test.Other 1.1.0", needs=["Test.Choice 1.1"])
    assert len(kept(h5p(libraries=files)).libraries) == 2


def test_what_only_an_editor_needs_is_not_asked_for() -> None:
    files = library_files(editorDependencies=[dependency("H5PEditor.Wizard 1.0")])
    assert checked(h5p(libraries=files)).status == UploadStatus.WAITING


def test_libraries_that_nothing_uses_are_not_stored() -> None:
    version = kept(zipped(h5p_files() | library_files("Test.Unused 1.1.0")))
    assert Library.objects.count() == 1
    assert not any(path.startswith("Test.Unused") for path in trees.tree(version.sha256))


def test_a_withdrawn_library_serves_no_new_package_and_every_old_one() -> None:
    version = kept(h5p())
    libraries.withdraw(library=Library.objects.get())
    assert checked(h5p(OTHER, libraries={})).report["missing"] == ["Test.Choice 1.1"]
    again = checked(h5p(OTHER))
    assert again.status == UploadStatus.REFUSED
    assert "withdrawn" in again.faults[0]
    assert trees.read_file(version.sha256, "Test.Choice-1.1/scripts/library.js")
    libraries.restore(library=Library.objects.get())
    assert checked(h5p(OTHER)).status == UploadStatus.READY


def test_a_library_withdrawn_between_looking_and_storing_is_not_used() -> None:
    kept(h5p())
    upload = checked(h5p(OTHER))
    assert upload.status == UploadStatus.READY
    libraries.withdraw(library=Library.objects.get())
    assert importing.store(upload.pk, None, approve=True) is None
    upload.refresh_from_db()
    assert upload.status == UploadStatus.REFUSED


def test_two_folders_of_one_library_are_refused() -> None:
    files = library_files()
    double = {f"Test.Choice-1.1.0/{name.split('/', 1)[1]}": content for name, content in files.items()}
    assert "twice" in checked(h5p(libraries=files | double)).faults[0]


def test_a_folder_of_another_name_is_refused() -> None:
    files = {name.replace("Test.Choice-1.1", "H5P.Text-1.1"): content for name, content in library_files().items()}
    assert "names must agree" in checked(h5p(libraries=files)).faults[0]
