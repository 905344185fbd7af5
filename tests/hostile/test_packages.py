"""Hostile packages through the door a trainer uses: each is refused by its own sentence, and nothing is stored."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest

from courses.content.models import Library, Package, PackageUpload, PackageVersion, UploadStatus
from courses.interop import tasks
from tests.interop import packages
from tests.interop.conftest import own_store  # noqa: F401 (a fixture)
from tests.interop.crafted import UTF8, Entry, crafted, link
from tests.interop.packages import h5p_files, library_files, scorm_files, scorm_manifest, zipped
from tests.interop.uploading import files_stored, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_store")]
MB = 1024 * 1024
LAUGHS = (
    "<!DOCTYPE manifest [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"


def also(*entries: Entry, kind: str = "h5p") -> bytes:
    """A sound package with more in it."""
    files = h5p_files() if kind == "h5p" else scorm_files()
    own = [Entry(name, content.encode() if isinstance(content, str) else content) for name, content in files.items()]
    return crafted([*own, *entries])


def h5p_with(changed: dict[str, packages.Content]) -> bytes:
    return zipped(h5p_files() | changed)


def scorm_with(changed: dict[str, packages.Content]) -> bytes:
    return zipped(scorm_files() | changed)


def half_encrypted() -> bytes:
    """The list at the end says it is not encrypted, the header before the file says it is."""
    content = bytearray(also())
    at = content.find(b"PK\x03\x04")
    content[at + 6 : at + 8] = struct.pack("<H", UTF8 | 1)
    return bytes(content)


def quine_like() -> bytes:
    """Many names, all of the same bytes: small to send, endless to read."""
    first = Entry("h5p.json", packages.h5p_json().encode())
    return crafted([first, *(Entry(f"content/{n}.txt", first.content, at=0) for n in range(5000))])


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    # Out of the folder, in all spellings
    "dots": (lambda: also(Entry("../../settings.py")), "leads out of the package"),
    "dots in the middle": (lambda: also(Entry("content/../../x.png")), "leads out of the package"),
    "dots that end in a space": (lambda: also(Entry("content/.. /x.png")), "leads out of the package"),
    "absolute": (lambda: also(Entry("/etc/passwd")), "begins with a slash"),
    "backslashes": (lambda: also(Entry("content\\..\\..\\x.png")), "holds a backslash"),
    "drive": (lambda: also(Entry("C:/x.png")), "names a drive"),
    "stream": (lambda: also(Entry("content/a.png:x.js")), "names a drive"),
    "percent": (lambda: also(Entry("content/%2e%2e/%2e%2e/x.png")), "read as another folder"),
    "percent twice": (lambda: also(Entry("content/%252e%252e%252fx.png")), "read as another folder"),
    "wide dots": (lambda: also(Entry("content/\uff0e\uff0e/x.png")), "read as another folder"),
    "wide slash": (lambda: also(Entry("content\uff0f..\uff0fx.png")), "read as another folder"),
    "overlong utf-8": (lambda: also(Entry(b"content/\xc0\xae\xc0\xae/x.png")), "old code page"),
    "overlong without the flag": (lambda: also(Entry(b"\xc0\xae\xc0\xae/x.png", flags=0)), "old code page"),
    "nul": (lambda: also(Entry("content/a.png\0.js")), "cannot be seen"),
    "newline": (lambda: also(Entry("content/a\n.png")), "cannot be seen"),
    "turned around": (lambda: also(Entry("content/a\u202egnp.js")), "cannot be seen"),
    "long": (lambda: also(Entry("content/" + "a" * 3000)), "too long"),
    "dots in scorm": (lambda: also(Entry("part1/../../x.html"), kind="scorm"), "leads out of the package"),
    # Not files
    "link": (lambda: also(link("content/a.png", "/etc/passwd")), "is a link"),
    "link in scorm": (lambda: also(link("part1/more.html", "../../../.env"), kind="scorm"), "is a link"),
    "device": (lambda: also(Entry("content/a.png", mode=0o020644)), "neither a file nor a folder"),
    # Bombs
    "bomb": (lambda: h5p_with({"content/a.txt": b"\0" * (20 * MB)}), "a hundred times its size"),
    "bomb that lies": (lambda: also(Entry("content/a.txt", b"\0" * (20 * MB), size=9)), "a hundred times its size"),
    "bomb in scorm": (lambda: scorm_with({"film.mp4": b"\0" * (20 * MB)}), "a hundred times its size"),
    "nested bomb": (
        lambda: scorm_with({"more.zip": zipped({"a.txt": b"\0" * (20 * MB)})}),
        "a zip file inside the package",
    ),
    "zip in a zip in a zip": (
        lambda: scorm_with({"more.zip": zipped({"more.zip": zipped({"more.zip": zipped({"a": b"a"})})})}),
        "a zip file inside the package",
    ),
    "bomb in a document": (
        lambda: h5p_with({"content/a.docx": zipped({"word/document.xml": b" " * (20 * MB)})}),
        "a zip file inside the package",
    ),
    "one file under many names": (quine_like, "share the same bytes"),
    "20,000 files": (lambda: h5p_with({f"content/{n}.txt": b"" for n in range(20_000)}), "more than 10,000 files"),
    # Two names
    "twice": (lambda: also(Entry("content/content.json", b"{}")), "in the package twice."),
    "capitals": (lambda: also(Entry("content/Content.json", b"{}")), "differing in capitals"),
    "accents": (lambda: also(Entry("content/\u00e9.png"), Entry("content/e\u0301.png")), "in the package twice."),
    "file and folder": (lambda: also(Entry("content/content.json/x.png")), "a file and a folder"),
    # What may not be in content
    "javascript": (lambda: h5p_with({"content/a.js": "alert(1)"}), "program code"),
    "module": (lambda: h5p_with({"content/a.mjs": "alert(1)"}), "program code"),
    "svg": (lambda: h5p_with({"content/a.svg": SVG}), "program code"),
    "html": (lambda: h5p_with({"content/a.html": "<script>alert(1)</script>"}), "program code"),
    "capital endings": (lambda: h5p_with({"content/a.HtM": "<script>"}), "program code"),
    "program": (lambda: h5p_with({"content/a.exe": "MZ"}), "of a kind"),
    "php in a library": (lambda: h5p_with({"Test.Choice-1.1/a.php": "<?php"}), "of a kind"),
    "drawing that runs": (lambda: h5p_with({"Test.Choice-1.1/a.svg": SVG}), "can run program code"),
    "page called a picture": (lambda: h5p_with({"content/a.png": "\n<html><script>"}), "not what its name says"),
    "program called a film": (lambda: h5p_with({"content/a.mp4": b"\x7fELF" + b"x" * 99}), "not what its name says"),
    "editor": (lambda: zipped(h5p_files(libraries=library_files(needs=["H5PEditor.A 1.0"]))), "part of the H5P editor"),
    # What is not as it should be
    "missing file": (lambda: zipped(h5p_files(libraries=library_files(preloadedJs=[{"path": "no.js"}]))), "names the"),
    "missing library": (lambda: zipped(h5p_files(libraries={})), "is missing"),
    "missing content": (lambda: zipped({"h5p.json": packages.h5p_json()} | library_files()), "nothing to play"),
    "wrong type": (lambda: zipped(h5p_files(title=["a", "list"])), "title is missing or not as it should be"),
    "no json": (lambda: h5p_with({"h5p.json": "{'title': 1}"}), "not sound JSON"),
    "endless json": (lambda: h5p_with({"content/content.json": "[" * 200_000}), "too large or too deep"),
    "many brackets": (lambda: h5p_with({"content/content.json": "[" + "[]," * 900_000 + "[]]"}), "too large or too"),
    "a hundred large texts": (
        lambda: h5p_with({f"Test.L{n}-1.1/library.json": "[" + "[]," * 90_000 + "[]]" for n in range(100)}),
        "too large or too",
    ),
    "endless number": (lambda: h5p_with({"content/content.json": '{"seconds": 1e999}'}), "not sound JSON"),
    "huge number": (
        lambda: h5p_with({"content/content.json": '{"question": ' + "9" * 100_000 + "}"}),
        "not sound JSON",
    ),
    "entities": (
        lambda: scorm_with({"imsmanifest.xml": scorm_manifest(before=LAUGHS).replace("A first talk", "&i;")}),
        "declares entities",
    ),
    "entity from elsewhere": (
        lambda: scorm_with(
            {"imsmanifest.xml": scorm_manifest(before="<!DOCTYPE m [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>")}
        ),
        "declares entities",
    ),
    "no launch file": (lambda: zipped({"imsmanifest.xml": scorm_manifest()}), "is not in the package"),
    # Not a sound zip file
    "encrypted": (lambda: also(Entry("content/a.txt", flags=UTF8 | 1)), "protected by a password"),
    "encrypted in one list": (half_encrypted, "protected by a password"),
    "truncated": (lambda: also()[:-400], "ends in the middle"),
    "a page, not a zip": (lambda: b"<html>Sign in to the Wi-Fi</html>", "not a zip file"),
    "a picture, not a zip": (lambda: packages.PNG, "not a zip file"),
    "empty file": (lambda: b" ", "not a zip file"),
    "a comment before it": (lambda: b"<!-- a comment -->" + also(), "begins with something"),
    "a program before it": (lambda: b"#!/bin/sh\nexit\n" + also(), "begins with something"),
    "something after it": (lambda: also() + b"<script>", "two lists"),
    "another zip in its comment": (lambda: crafted([Entry("a")], comment=also()), "two lists"),
    "two names for one file": (lambda: also(Entry("content/a.png", local_name=b"content/a.js ")), "in the two lists"),
    "wrong checksum": (lambda: also(Entry("content/a.txt", crc=zlib.crc32(b"y"))), "is damaged"),
    "odd method": (lambda: also(Entry("content/a.txt", method=97)), "not usual in zip files"),
    "neither": (lambda: zipped({"index.html": "<p>"}), "neither an H5P package"),
    "both": (lambda: zipped(h5p_files() | scorm_files()), "Upload them as two packages"),
    "in a folder": (lambda: zipped({f"talk/{name}": c for name, c in h5p_files().items()}), "lies in a folder"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words_and_leaves_nothing(name: str) -> None:
    make, said = HOSTILE[name]
    upload = uploaded(make())
    tasks.check_upload.enqueue(str(upload.pk))
    upload.refresh_from_db()
    assert upload.status == UploadStatus.REFUSED, (upload.status, upload.faults)
    assert said in upload.faults[0]
    tasks.store_upload.enqueue(str(upload.pk), None)
    PackageUpload.objects.filter(pk=upload.pk).update(status=UploadStatus.READY)  # a door left open elsewhere
    tasks.store_upload.enqueue(str(upload.pk), None)
    upload.refresh_from_db()
    assert upload.status == UploadStatus.REFUSED
    assert upload.version is None
    for model in (Package, PackageVersion, Library):
        assert not model._default_manager.exists()
    assert not files_stored()


def test_every_sentence_is_its_own() -> None:
    """What is shown names the file where there is one, and differs from trick to trick."""
    assert len({said for _, said in HOSTILE.values()}) > 30


def test_sound_packages_still_pass() -> None:
    for content in (also(), packages.scorm(), packages.scorm("2004 3rd")):
        upload = uploaded(content)
        tasks.check_upload.enqueue(str(upload.pk))
        upload.refresh_from_db()
        assert upload.status in {UploadStatus.READY, UploadStatus.WAITING}, upload.faults
