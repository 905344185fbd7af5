"""The reader of uploaded zip files: honest ones are read, every trick is refused by its own message."""

from __future__ import annotations

import io
import os
import stat

import pytest

from courses.interop.uploads import nesting
from courses.interop.uploads.nesting import check_nested, not_what_it_says
from courses.interop.uploads.refusals import MESSAGES, Refused
from courses.interop.uploads.zips import H5P, MB, Limits, SafeZip
from tests.interop import packages
from tests.interop.crafted import UTF8, Entry, crafted, link


def opened(content: bytes, limits: Limits = H5P) -> SafeZip:
    return SafeZip(io.BytesIO(content), limits=limits)


def refusal(content: bytes, limits: Limits = H5P) -> Refused:
    """Why a zip file is refused when it is opened and every file in it is read."""
    with pytest.raises(Refused) as caught:
        read_all(opened(content, limits))
    return caught.value


def read_all(package: SafeZip) -> dict[str, bytes]:
    return {name: package.read(name, limit=64 * MB) for name in package}


def test_honest_files_are_read_as_they_are() -> None:
    files = {"a.txt": b"one", "folder/b.txt": b"two" * 100_000, "empty.txt": b"", "umlaut-ä.txt": b"three"}
    package = opened(packages.zipped(files))
    assert read_all(package) == files
    assert package.packed_read == package.packed_bytes
    assert "a.txt" in package
    assert "c.txt" not in package


def test_stored_files_sizes_that_follow_and_entries_of_folders_are_usual() -> None:
    content = crafted([
        Entry("folder/", b"", mode=stat.S_IFDIR | 0o755),
        Entry("folder/stored.bin", b"12345", method=0),
        Entry("folder/file.txt", b"abc", mode=stat.S_IFREG | 0o644),
        Entry("__MACOSX/._file.txt", b"abc"),
    ])  # fmt: skip
    assert read_all(opened(content)) == {"folder/stored.bin": b"12345", "folder/file.txt": b"abc"}


def test_a_comment_at_the_end_and_a_document_of_an_office_program_are_usual() -> None:
    inside = packages.zipped({"word/document.xml": "<w/>"})
    package = opened(crafted([Entry("a.docx", inside, method=0)], comment=b"made by a tool"))
    check_nested(package, "a.docx")
    assert package.read("a.docx") == inside


def test_two_files_are_read_at_the_same_time() -> None:
    package = opened(packages.zipped({"a": b"a" * 600_000, "b": b"b" * 600_000}))
    with package.open("a") as first, package.open("b") as second:
        pieces = [(first.read(1000), second.read(1000)) for _ in range(600)]
    assert b"".join(a for a, _ in pieces) == b"a" * 600_000
    assert b"".join(b for _, b in pieces) == b"b" * 600_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("caf\u00e9.png", "caf\u00e9.png"),
        ("cafe\u0301.png", "caf\u00e9.png"),
        ("100%.png", "100%.png"),
        ("a%20b.png", "a%20b.png"),
        ("To be continued….png", "To be continued….png"),
        ("Ma\u00dfe/ﬁle.png", "Ma\u00dfe/ﬁle.png"),
        ("日本/図.png", "日本/図.png"),
    ],
)
def test_unusual_but_clear_names_are_kept_in_one_form(given: str, kept: str) -> None:
    assert list(opened(crafted([Entry(given)]))) == [kept]


def test_a_name_in_utf8_without_the_flag_is_read_as_macos_means_it() -> None:
    assert list(opened(crafted([Entry("é.png".encode(), flags=0)]))) == ["é.png"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../evil.txt", "traversal"),
        ("a/../../evil.txt", "traversal"),
        ("a/..", "traversal"),
        ("./a", "traversal"),
        ("a/.../b", "traversal"),
        ("a/.. /b", "traversal"),
        ("..", "traversal"),
        ("/etc/passwd", "absolute"),
        ("//server/share", "absolute"),
        ("..\\evil.txt", "backslash"),
        ("a\\b.txt", "backslash"),
        ("C:/windows/evil", "drive"),
        ("c:evil", "drive"),
        ("a.txt:stream", "drive"),
        ("a//b", "empty-part"),
        ("a/ /b", "empty-part"),
        ("a\0.txt", "control-characters"),
        ("a\n.txt", "control-characters"),
        ("a\x7f.txt", "control-characters"),
        ("a\u202egnp.js", "control-characters"),
        ("a\u200b.txt", "control-characters"),
        ("%2e%2e/evil.txt", "disguised"),
        ("%2E%2E%2Fevil.txt", "disguised"),
        ("%252e%252e%252fevil.txt", "disguised"),
        ("a%5c..%5cb", "disguised"),
        ("a%00.png", "disguised"),
        ("a%0d%0ab", "disguised"),
        ("a%2fb", "disguised"),
        ("\uff0e\uff0e/evil.txt", "disguised"),
        ("\u2025/evil.txt", "disguised"),
        ("a\uff0f..\uff0fevil", "disguised"),
        ("a\u2215b", "disguised"),
        ("a\u2044b", "disguised"),
        ("a\uff3cb", "disguised"),
        ("a" * 500, "name-too-long"),
        ("a" * 250 + ".txt", "name-too-long"),
        ("a/" * 40 + "b", "name-too-long"),
        ("", "name-too-long"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str, code: str) -> None:
    assert refusal(crafted([Entry("fine.txt"), Entry(name)])).code == code


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (Entry(b"caf\xe9.png", flags=0), "name-encoding"),
        (Entry(b"\xc0\xae\xc0\xae/evil", flags=0), "name-encoding"),
        (Entry(b"\xc0\xae\xc0\xae/evil"), "name-encoding"),
        (Entry(b"\xed\xa0\x80.png"), "name-encoding"),
        (link("shortcut", "/etc/passwd"), "symlink"),
        (Entry("pipe", mode=stat.S_IFIFO | 0o644), "special-file"),
        (Entry("device", mode=stat.S_IFBLK | 0o644), "special-file"),
        (Entry("folder", mode=stat.S_IFDIR | 0o755), "special-file"),
        (Entry("secret.txt", flags=UTF8 | 1), "encrypted"),
        (Entry("secret.txt", method=99), "encrypted"),
        (Entry("strange.txt", method=12), "odd-compression"),
        (Entry("a.txt", local_name=b"b.txt"), "mismatch"),
        (Entry("a.txt", local_crc=5), "mismatch"),
        (Entry("a.txt", crc=5), "damaged-file"),
        (Entry("a.txt", b"abc", size=2), "damaged-file"),
        (Entry("a.txt", b"abc", size=200), "damaged-file"),
        (Entry("folder/", b"content"), "damaged-file"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value.name),
)
def test_files_that_are_not_plain_files_are_refused(entry: Entry, code: str) -> None:
    assert refusal(crafted([Entry("fine.txt"), entry])).code == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (("a.txt", "a.txt"), "duplicate"),
        (("a.txt", "A.TXT"), "same-but-for-case"),
        (("Maße.txt", "MASSE.txt"), "same-but-for-case"),
        (("caf\u00e9.txt", "cafe\u0301.txt"), "duplicate"),
        (("ﬁle.txt", "file.txt"), "same-but-for-case"),
        (("a.txt", "a.txt."), "same-but-for-case"),
        (("a", "A/b"), "file-and-folder"),
        (("a/b", "a"), "file-and-folder"),
    ],
)
def test_one_file_under_two_names_is_refused(names: tuple[str, str], code: str) -> None:
    assert refusal(crafted([Entry(name) for name in names])).code == code


def test_what_is_not_a_whole_zip_file_is_refused() -> None:
    good = packages.zipped({"a.txt": b"a" * 5000, "b.txt": bytes(range(256)) * 40})
    assert refusal(b"").code == "not-a-zip"
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"x" * 100).code == "not-a-zip"
    assert refusal(good[: len(good) // 2]).code == "truncated"
    assert refusal(good[:-1]).code == "truncated"
    assert refusal(packages.zipped({})).code == "empty"
    assert refusal(b"#!/bin/sh\nrm -rf /\n" + good).code == "data-before"
    assert refusal(b"<!-- a comment -->" + good).code == "data-before"
    assert refusal(crafted([Entry("a")], before=b"<script>alert(1)</script>")).code == "data-before"
    assert refusal(crafted([Entry("a")], before=b"PK\x03\x04 hidden ")).code == "data-before"
    assert refusal(good + b"appended").code == "ambiguous"
    assert refusal(crafted([Entry("b")], comment=good)).code == "ambiguous"


def test_a_damaged_list_is_refused() -> None:
    good = bytearray(packages.zipped({"a.txt": b"a" * 5000}))
    at = good.rfind(b"PK\x01\x02")
    good[at : at + 4] = b"XXXX"
    assert refusal(bytes(good)).code == "damaged"


def test_limits_are_counted_not_believed() -> None:
    small = Limits(members=3, member_bytes=1000, total_bytes=2500)
    assert refusal(packages.zipped({str(n): b"" for n in range(4)}), small).code == "too-many-files"
    assert refusal(packages.zipped({"a": b"a" * 1001}), small).code == "file-too-large"
    assert refusal(packages.zipped({str(n): b"a" * 900 for n in range(3)}), small).code == "too-large"
    lying = crafted([Entry(str(n), b"a" * 900, size=10) for n in range(3)])
    assert refusal(lying, small).code in {"damaged-file", "too-large"}
    assert refusal(crafted([Entry("a", b"a" * 900_000, size=10)]), small).code == "file-too-large"


def test_reading_stops_at_the_limit_whatever_the_header_says() -> None:
    package = opened(crafted([Entry("a.txt", b"\0" * (70 * MB), size=10)]))
    stream = package.open("a.txt")
    with pytest.raises(Refused):
        stream.read(70 * MB)
    assert stream.size <= 8 * MB


def test_bombs_are_refused() -> None:
    zeros = b"\0" * (8 * MB)
    assert refusal(packages.zipped({"zeros.txt": zeros})).code == "bomb"
    first = Entry("a.txt", b"abc" * 100)
    twice = crafted([first, Entry("b.txt", first.content, at=0, local_name=None)])
    assert refusal(twice).code == "overlapping"


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (packages.zipped({"zeros.txt": b"\0" * (8 * MB)}), "nested-bomb"),
        (packages.zipped({"inner.zip": packages.zipped({"zeros.txt": b"\0" * 100})}), "nested-bomb"),
        (packages.zipped({str(n): b"" for n in range(6000)}), "nested-bomb"),
        (b"PK\x03\x04 and nothing more", "nested-archive"),
        (b"\x1f\x8b\x08 a gzip file", "nested-archive"),
        (b"7z\xbc\xaf\x27\x1c", "nested-archive"),
    ],
    ids=["zeros", "zip in a zip", "many files", "broken zip", "gzip", "7z"],
)
def test_archives_inside_are_looked_into(inside: bytes, code: str) -> None:
    package = opened(crafted([Entry("more.zip", inside, method=0)]))
    with pytest.raises(Refused) as caught:
        check_nested(package, "more.zip")
    assert caught.value.code == code


def test_many_archives_inside_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nesting, "MOST_NESTED", 3 * MB)
    inside = packages.zipped({"word/document.xml": os.urandom(MB)})
    package = opened(crafted([Entry(f"{n}.docx", inside, method=0) for n in range(4)]))
    for n in range(3):
        check_nested(package, f"{n}.docx")
    with pytest.raises(Refused) as caught:
        check_nested(package, "3.docx")
    assert caught.value.code == "nested-bomb"


def test_beginnings_tell_what_a_file_is() -> None:
    assert not_what_it_says("a.png", b"\xef\xbb\xbf\n <!DOCTYPE html><script>")
    assert not_what_it_says("a.mp4", b"MZ\x90\x00")
    assert not_what_it_says("a.jpg", b"\x89PNG\r\n") == ""
    assert not_what_it_says("a.txt", b"<html>") == ""


def test_every_message_can_be_said() -> None:
    said = {str(Refused(code, "name", limit=3, really="x", given="a", wanted="b")) for code in MESSAGES}
    assert len(said) == len(MESSAGES)
    assert all(sentence.endswith(".") for sentence in said)
