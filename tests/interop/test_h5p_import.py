"""An H5P file from upload to version: what is reported, what is repaired, what is stored and what is not."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from courses.content import trees
from courses.content.models import Library, Package, PackageUpload, PackageVersion, UploadStatus
from courses.interop import tasks
from courses.interop.h5p.hints import accessibility_hints
from courses.interop.uploads import importing
from tests.interop import packages
from tests.interop.packages import CHOICE_CONTENT, PNG, h5p, h5p_files, library_files, zipped
from tests.interop.uploading import checked, files_stored, kept, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]


@pytest.fixture
def installed() -> None:
    """The library of the test packages is approved."""
    kept(h5p())


def content_of(version: PackageVersion) -> Any:
    return json.loads(trees.read_file(version.sha256, "content/content.json"))


def test_a_package_of_approved_libraries_is_stored(installed: None) -> None:
    upload = checked(h5p(CHOICE_CONTENT | {"picture": {"path": "images/a.png", "mime": "image/png"}}))
    assert upload.status == UploadStatus.READY
    version = importing.store(upload.pk, None, title="Who cares")
    assert version
    assert (version.kind, version.number, version.package.title) == ("h5p", 1, "Who cares")
    assert version.package.current_version == version
    assert version.manifest["main_library"] == "Test.Choice 1.1"
    assert [one["name"] for one in version.libraries] == ["Test.Choice"]
    assert set(trees.tree(version.sha256)) == {
        "h5p.json",
        "content/content.json",
        *(f"Test.Choice-1.1/{path}" for path in ("library.json", "semantics.json")),
        *("Test.Choice-1.1/scripts/library.js", "Test.Choice-1.1/styles/library.css"),
    }
    upload.refresh_from_db()
    assert (upload.status, upload.version, upload.progress) == (UploadStatus.STORED, version, 100)


def test_the_report_says_what_is_in_it() -> None:
    report = checked(h5p(language="cy", authors=[{"name": "A. Carer", "role": "Author"}])).report
    assert report["kind"] == "h5p"
    assert report["title"] == "Who is a carer?"
    assert report["languages"] == ["cy"]
    assert report["files"] == 6
    assert report["size"] > 1000
    assert any("score" in line for line in report["tracked"])
    assert report["libraries"] == [{"name": "Test.Choice", "version": "1.1.0", "status": "new"}]
    assert report["missing"] == []


def test_nothing_is_stored_by_looking(installed: None) -> None:
    before = files_stored()
    checked(h5p(CHOICE_CONTENT | {"question": "<p>Another</p>"}))
    assert files_stored() == before
    assert PackageVersion.objects.count() == 1


def test_through_the_queue(installed: None) -> None:
    upload = uploaded(h5p())
    tasks.check_upload.enqueue(str(upload.pk))
    tasks.store_upload.enqueue(str(upload.pk), None, "By the queue")
    upload.refresh_from_db()
    assert upload.status == UploadStatus.STORED
    assert upload.package
    assert upload.package.title == "By the queue"


def test_the_same_upload_twice_is_one_version(installed: None) -> None:
    upload = checked(h5p())
    first, second = importing.store(upload.pk, None), importing.store(upload.pk, None)
    assert first == second
    assert PackageVersion.objects.filter(package=first.package if first else None).count() == 1


def test_a_changed_file_is_a_new_version_and_the_same_one_is_not(installed: None) -> None:
    first = kept(h5p())
    package = Package.objects.get(pk=first.package_id)
    same = checked(h5p(), package=package)
    assert importing.store(same.pk, None) == first
    same.refresh_from_db()
    assert same.report["unchanged"] is True
    second = kept(h5p(CHOICE_CONTENT | {"question": "Another"}), package=package)
    package.refresh_from_db()
    assert (second.number, package.current_version) == (2, second)
    assert content_of(first)["question"].startswith("<p>Who")


def test_a_version_of_another_kind_is_refused(installed: None) -> None:
    package = kept(h5p()).package
    upload = checked(packages.scorm(), package=package)
    assert upload.status == UploadStatus.REFUSED
    assert "SCORM 1.2" in upload.faults[0]


def test_libraries_that_only_the_content_names_are_added(installed: None) -> None:
    fields = [{"name": "part", "type": "library", "options": ["Test.Choice 1.1"]}]
    outer = library_files("Test.Box 1.1.0", semantics=fields, js="/* box */")
    content = {"part": {"library": "Test.Choice 1.1", "params": CHOICE_CONTENT}}
    asked = {"mainLibrary": "Test.Box", "preloadedDependencies": [packages.dependency("Test.Box 1.1")]}
    version = kept(h5p(content, libraries=outer, **asked))
    about = json.loads(trees.read_file(version.sha256, "h5p.json"))
    assert [one["machineName"] for one in about["preloadedDependencies"]] == ["Test.Box", "Test.Choice"]
    assert any("Test.Choice 1.1 was added" in line for line in version.report["repaired"])
    assert "Test.Choice-1.1/scripts/library.js" in trees.tree(version.sha256)


def test_what_h5p_passes_over_is_left_out(installed: None) -> None:
    extra = {
        "content/.hidden": "x",
        "content/_draft.html": "<p>",
        "Test.Choice-1.1/fix.patch": "x",
        "Test.Choice-1.1/LICENSE": "MIT",
        "H5PEditor.Choice-1.0/editor.js": "x",
        "readme.txt": "x",
    }
    version = kept(zipped(h5p_files(CHOICE_CONTENT | {"question": "Other"}) | extra))
    assert not any("hidden" in path or "patch" in path or "Editor" in path for path in trees.tree(version.sha256))
    assert "readme.txt" in version.report["dropped"]


def test_external_addresses_and_gaps_are_told(installed: None) -> None:
    content = CHOICE_CONTENT | {
        "question": '<p>See <a href="https://linked.example/">this</a></p>',
        "picture": {"path": "https://pictures.example/a.png", "mime": "image/png"},
    }
    report = checked(h5p(content)).report
    assert report["external"] == ["https://pictures.example/a.png"]
    assert any("no description" in hint for hint in report["hints"])


def test_films_with_captions_and_pictures_with_words_are_no_gaps() -> None:
    film = {"path": "videos/a.mp4", "mime": "video/mp4"}
    track = {"path": "files/a.vtt", "mime": "text/webvtt"}
    picture = {"path": "images/a.png", "mime": "image/png"}
    sound = [{"path": "audios/a.mp3", "mime": "audio/mp3"}]
    assert len(accessibility_hints({"sources": [film], "file": picture, "sound": {"files": sound}})) == 3
    assert accessibility_hints({"sources": [film], "a11y": [{"track": track}]}) == []
    assert accessibility_hints({"file": picture, "alt": "A woman at a table"}) == []
    assert accessibility_hints({"file": picture, "decorative": True}) == []
    assert accessibility_hints({"files": sound, "transcript": "Hello"}) == []
    assert accessibility_hints({"globalBackground": picture}) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"h5p.json": "{"}, "h5p.json"),
        ({"h5p.json": "[]"}, "h5p.json"),
        ({"h5p.json": packages.h5p_json(title="")}, "title"),
        ({"h5p.json": packages.h5p_json(language="<script>")}, "language"),
        ({"h5p.json": packages.h5p_json(mainLibrary="../evil")}, "mainLibrary"),
        ({"h5p.json": packages.h5p_json(preloadedDependencies=[{"machineName": "a/b"}])}, "preloadedDependencies"),
        ({"content/content.json": "not json"}, "content.json"),
        ({"content/content.json": '{"question": NaN}'}, "content.json"),
        ({"content/content.json": "[" * 100_000 + "]" * 100_000}, "content.json"),
        ({"content/content.json": "[" + "[]," * 500_000 + "[]]"}, "content.json"),
        ({"content/content.json": '["a"]'}, "content.json"),
        ({"content/evil.js": "alert(1)"}, "evil.js"),
        ({"content/evil.SVG": "<svg/>"}, "evil.SVG"),
        ({"content/page.html": "<p>"}, "page.html"),
        ({"content/run.exe": "MZ"}, "run.exe"),
        ({"content/images/a.png": "<!doctype html><script>alert(1)</script>"}, "a.png"),
        ({"Test.Choice-1.1/page.html": "<p>"}, "page.html"),
        ({"Test.Choice-1.1/run.php": "<?php"}, "run.php"),
        ({"Test.Choice-1.1/library.json": "{}"}, "library.json"),
        ({"Test.Choice-1.1/semantics.json": '{"a": 1}'}, "semantics.json"),
        ({"Test.Choice-1.1/semantics.json": '[{"type": "text"}]'}, "semantics.json"),
        ({"Test.Choice-1.1/drawing.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}, "drawing.svg"),
        (library_files(preloadedJs=[{"path": "scripts/gone.js"}]), "gone.js"),
        (library_files(preloadedJs=[{"path": "../../evil.js"}]), "preloadedJs"),
        (library_files(coreApi={"majorVersion": 1, "minorVersion": 29}), "1.29"),
        (library_files(runnable=2), "runnable"),
        (library_files(needs=["Test.Gone 2.3"]), "Test.Gone 2.3"),
        (library_files(needs=["H5PEditor.Wizard 1.0"]), "H5PEditor.Wizard"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored(changed: dict[str, str], said: str) -> None:
    upload = checked(zipped(h5p_files() | changed))
    assert upload.status == UploadStatus.REFUSED
    assert any(said in fault for fault in upload.faults), upload.faults
    assert importing.store(upload.pk, None, approve=True) is None
    assert not PackageVersion.objects.exists()
    assert not Library.objects.exists()
    assert not files_stored()


def test_missing_content_and_missing_main_library_are_said() -> None:
    files = h5p_files()
    del files["content/content.json"]
    assert "content/content.json" in checked(zipped(files)).faults[0]
    upload = checked(h5p(libraries={}))
    assert upload.report["missing"] == ["Test.Choice 1.1"]
    assert "ask a curator" in upload.faults[0]


def test_several_faults_are_told_at_once() -> None:
    faults = checked(zipped(h5p_files() | {"content/a.js": "x", "content/b.html": "x"})).faults
    assert len(faults) == 2


def test_halves_of_letters_and_nul_in_texts_do_no_harm(installed: None) -> None:
    raw = '{"question": "a\\u0000b\\ud800c", "answers": [{"text": "\\u0000", "correct": true}]}'
    version = kept(zipped(h5p_files() | {"content/content.json": raw}))
    assert content_of(version)["question"] == "abc"


def test_a_package_changed_between_looking_and_storing_is_looked_at_again(installed: None) -> None:
    upload = checked(h5p())
    with upload.file.storage.open(str(upload.file.name), "wb") as file:
        file.write(zipped(h5p_files() | {"content/evil.js": "x"}))
    before = files_stored()
    assert importing.store(upload.pk, None) is None
    upload.refresh_from_db()
    assert upload.status == UploadStatus.REFUSED
    assert files_stored() == before


def test_a_fault_of_ours_is_told_as_ours_and_can_be_tried_again(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = checked(h5p(CHOICE_CONTENT | {"question": "Lost"}))

    def dies(_source: object) -> tuple[str, int]:
        raise OSError("no space left")

    whole = trees.put_blob
    monkeypatch.setattr(trees, "put_blob", dies)
    with pytest.raises(OSError, match="no space left"):
        importing.store(upload.pk, None)
    monkeypatch.setattr(trees, "put_blob", whole)
    upload.refresh_from_db()
    assert upload.status == UploadStatus.FAILED
    assert "our side" in upload.faults[0]
    assert PackageVersion.objects.count() == 1
    version = importing.store(upload.pk, None)
    assert version
    assert content_of(version)["question"] == "Lost"


def test_half_a_file_of_a_killed_worker_is_written_anew(installed: None) -> None:
    picture = PNG + b"more" * 1000
    name = trees.blob_name(hashlib.sha256(picture).hexdigest())
    default_storage.save(name, ContentFile(picture[:100]))
    content = CHOICE_CONTENT | {"picture": {"path": "images/a.png", "mime": "image/png"}}
    version = kept(zipped(h5p_files(content) | {"content/images/a.png": picture}))
    assert trees.read_file(version.sha256, "content/images/a.png") == picture


def test_an_upload_that_is_gone_or_done_is_left_alone(installed: None) -> None:
    upload = checked(h5p())
    PackageUpload.objects.filter(pk=upload.pk).update(status=UploadStatus.READY)
    importing.check(upload.pk)
    upload.refresh_from_db()
    assert upload.status == UploadStatus.READY


def test_progress_is_written_now_and_then(installed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = uploaded(h5p(CHOICE_CONTENT | {"question": "Far"}))
    seen: list[int] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "content_packageupload"'):
            seen.append(PackageUpload.objects.values_list("progress", flat=True).get(pk=upload.pk))
        return execute(sql, *rest)

    with connection.execute_wrapper(noted):
        importing.check(upload.pk)
    assert len(seen) == 2  # begun and ended: it took less than a second
    PackageUpload.objects.filter(pk=upload.pk).update(status=UploadStatus.QUEUED)
    seen.clear()
    monkeypatch.setattr("courses.interop.uploads.progress.SECONDS", 0)
    with connection.execute_wrapper(noted):
        importing.check(upload.pk)
    assert len(seen) > 5
    assert seen[1:] == sorted(seen[1:])
    assert 0 < seen[-1] < 100
