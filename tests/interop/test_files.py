"""/files/ on a package's host: the address is the permission, no database is asked, everything may be kept."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from courses.content import trees
from courses.content.models import Package, PackageKind
from courses.interop import launches
from courses.interop.content_host.storage_shim import with_script
from tests.packages import h5p_files, make_package, scorm_files

from .hosting import body, on_host

pytestmark = pytest.mark.django_db
FILM = bytes(range(256)) * 1000
SCRIPT = b"// a library\n" + b"var carers = 1;\n" * 200


@pytest.fixture(autouse=True)
def _media(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    trees.tree.cache_clear()
    yield
    trees.tree.cache_clear()


@pytest.fixture
def talk() -> Package:
    return make_package(
        files=h5p_files()
        | {
            "content/films/talk.mp4": FILM,
            "content/evil.html": b"<script>alert(1)</script>",
            "TestPack.Pick-1.1/big.js": SCRIPT,
            "content/empty.txt": b"",
            "content/Bild ä 1.PNG": b"png",
            "content/unknown.xyz": b"?",
        }
    )


def address(package: Package, path: str, **changed: str) -> str:
    assert package.current_version is not None
    tree = package.current_version.sha256
    parts = {"capability": launches.capability(package.public_id, tree), "tree": tree, "path": path} | changed
    return "/files/{capability}/{tree}/{path}".format(**parts)


def ask(package: Package, path: str, **headers: str) -> Any:
    return on_host(package).get(address(package, path), headers=headers)


def test_a_file_is_served_and_kept_for_ever(talk: Package, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = ask(talk, "content/films/talk.mp4")
    assert answer.status_code == 200
    assert body(answer) == FILM
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(FILM))
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Accept-Ranges"] == "bytes"
    assert talk.current_version
    assert answer["ETag"] == f'"{trees.tree(talk.current_version.sha256)["content/films/talk.mp4"][0]}"'


@pytest.mark.parametrize(
    ("asked", "expected", "says"),
    [
        ("bytes=0-9", FILM[:10], "bytes 0-9/256000"),
        ("bytes=255990-", FILM[-10:], "bytes 255990-255999/256000"),
        ("bytes=-10", FILM[-10:], "bytes 255990-255999/256000"),
        ("bytes=100-999999999", FILM[100:], "bytes 100-255999/256000"),
    ],
)
def test_a_range_is_served(talk: Package, asked: str, expected: bytes, says: str) -> None:
    answer = ask(talk, "content/films/talk.mp4", Range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (206, says)
    assert answer["Content-Length"] == str(len(expected))
    assert body(answer) == expected
    assert answer["ETag"]


def test_a_range_beyond_the_end_is_refused(talk: Package) -> None:
    answer = ask(talk, "content/films/talk.mp4", Range="bytes=999999-")
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */256000")
    assert "immutable" not in answer["Cache-Control"]


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5", "bytes=\u0661-2"])
def test_a_range_that_is_none_gives_the_whole(talk: Package, asked: str) -> None:
    answer = ask(talk, "content/films/talk.mp4", Range=asked)
    assert (answer.status_code, body(answer)) == (200, FILM)


def test_a_range_of_what_the_browser_holds_a_part_of(talk: Package) -> None:
    tag = ask(talk, "content/films/talk.mp4")["ETag"]
    assert ask(talk, "content/films/talk.mp4", Range="bytes=0-1", If_Range=tag).status_code == 206
    assert ask(talk, "content/films/talk.mp4", Range="bytes=0-1", If_Range='"another"').status_code == 200


def test_what_the_browser_has_is_not_sent_again(talk: Package) -> None:
    tag = ask(talk, "content/films/talk.mp4")["ETag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = ask(talk, "content/films/talk.mp4", If_None_Match=held)
        assert (answer.status_code, body(answer), answer["ETag"]) == (304, b"", tag)
    assert ask(talk, "content/films/talk.mp4", If_None_Match='"other"').status_code == 200


def test_only_the_head_is_sent_when_that_is_asked_for(talk: Package) -> None:
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        for path in ("content/films/talk.mp4", "TestPack.Pick-1.1/big.js", "content/empty.txt"):
            whole = on_host(talk).get(address(talk, path), headers=headers)
            head = on_host(talk).head(address(talk, path), headers=headers)
            assert head.status_code == 200
            assert body(head) == b""
            for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
                assert head[name] == whole[name], path


def test_text_is_packed_for_browsers_that_take_it(talk: Package) -> None:
    plain = ask(talk, "TestPack.Pick-1.1/big.js")
    packed = ask(talk, "TestPack.Pick-1.1/big.js", Accept_Encoding="br, gzip;q=0.8")
    assert body(plain) == SCRIPT
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(packed)) == SCRIPT
    assert int(packed["Content-Length"]) < len(SCRIPT) / 10
    assert packed["ETag"] != plain["ETag"]
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in ask(talk, "TestPack.Pick-1.1/big.js", Accept_Encoding="gzip;q=0, br")
    part = ask(talk, "TestPack.Pick-1.1/big.js", Accept_Encoding="gzip", Range="bytes=0-3")
    assert (part.status_code, body(part)) == (206, SCRIPT[:4])
    assert (
        ask(talk, "TestPack.Pick-1.1/big.js", If_None_Match=packed["ETag"], Accept_Encoding="gzip").status_code == 304
    )
    assert "Content-Encoding" not in ask(talk, "content/films/talk.mp4", Accept_Encoding="gzip")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("h5p.json", "application/json"),
        ("TestPack.Pick-1.1/pick.js", "text/javascript; charset=utf-8"),
        ("content/evil.html", "application/octet-stream"),
        ("content/unknown.xyz", "application/octet-stream"),
        ("content/Bild ä 1.PNG", "image/png"),
    ],
)
def test_types_come_from_our_own_list(talk: Package, path: str, kind: str) -> None:
    answer = ask(talk, path)
    assert answer["Content-Type"] == kind
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_page_of_scorm_runs_on_its_own_origin_and_says_its_own_encoding() -> None:
    package = make_package(kind=PackageKind.SCORM_12, files=scorm_files() | {"Bilder/Foto.jpg": b"jpg"})
    answer = ask(package, "part1.html")
    assert answer["Content-Type"] == "text/html"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;" in policy
    for word in (
        "connect-src 'self'",
        "form-action 'none'",
        "worker-src 'none'",
        "frame-ancestors 'self' http://localhost:8000",
    ):
        assert word in policy
    assert ask(package, "bilder/foto.JPG").status_code == 200, "written on Windows"


@pytest.mark.parametrize("changed", [
    {"capability": "0" * 32}, {"capability": ""}, {"tree": "0" * 64}, {"tree": "../../../etc"}, {"path": "nothing.js"},
    {"path": "content"}, {"path": "content/"}, {"path": "../h5p.json"}, {"path": "content/../h5p.json"},
    {"path": "%2e%2e/h5p.json"}, {"path": "/etc/passwd"}, {"path": "%00"}, {"path": "h5p.json%00.png"},
    {"path": "content%5ccontent.json"},
])  # fmt: skip
def test_nothing_else_is_served(talk: Package, changed: dict[str, str]) -> None:
    answer = on_host(talk).get(address(talk, **{"path": "h5p.json"} | changed))
    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_an_address_of_one_package_is_nothing_on_another_s_host(talk: Package) -> None:
    other = make_package(title="Another")
    assert on_host(other).get(address(talk, "h5p.json")).status_code == 404
    assert talk.current_version
    tree = talk.current_version.sha256
    mine = launches.capability(other.public_id, tree)
    assert on_host(talk).get(address(talk, "h5p.json", capability=mine)).status_code == 404


def test_the_site_serves_no_package_s_files(talk: Package, client: Client) -> None:
    assert client.get(address(talk, "h5p.json")).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "options", "trace"])
def test_files_are_read_only(talk: Package, method: str) -> None:
    assert getattr(on_host(talk), method)(address(talk, "h5p.json")).status_code == 405


def test_a_tree_that_was_swept_is_not_found(talk: Package) -> None:
    gone = "1" * 64
    mine = launches.capability(talk.public_id, gone)
    assert on_host(talk).get(address(talk, "h5p.json", tree=gone, capability=mine)).status_code == 404


def test_a_page_of_scorm_gets_storage_that_works_in_its_head() -> None:
    package = make_package(kind=PackageKind.SCORM_12, files=scorm_files())
    plain = ask(package, "part1.html")
    packed = ask(package, "part1.html", Accept_Encoding="gzip")
    page = body(plain).decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en"><head><script>// Some browsers')
    assert "<h1>A small page</h1>" in page
    assert gzip.decompress(body(packed)).decode() == page
    assert ask(package, "part1.html", If_None_Match=packed["ETag"]).status_code == 304
    assert body(ask(package, "part1.html", Range="bytes=0-8")) == b"<!DOCTYPE"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"<html><head a='b'><title>", b"<html><head a='b'><script>x</script><title>"),
        (b"<!doctype html><header>A</header>", b"<!doctype html><script>x</script><header>A</header>"),
        (b"\xef\xbb\xbf<HTML lang=en>\n<BODY>", b"\xef\xbb\xbf<HTML lang=en><script>x</script>\n<BODY>"),
        (b"text", b"<script>x</script>text"),
        (b"", b"<script>x</script>"),
        (b"\xff\xfe<\x00", b"\xff\xfe<\x00"),
    ],
)
def test_where_the_script_stands(page: bytes, expected: bytes) -> None:
    assert with_script(page, b"x") == expected


def test_a_part_of_a_film_in_a_bucket_is_asked_for_as_a_part(talk: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Stored:
        """An object of S3, as storage hands it over: reading the file itself would fetch all of it."""

        obj = property(lambda self: self)

        def get(self, **how: str) -> dict[str, io.BytesIO]:
            asked.append(how["Range"])
            first, last = map(int, how["Range"].removeprefix("bytes=").split("-"))
            return {"Body": io.BytesIO(FILM[first : last + 1])}

    monkeypatch.setattr(trees, "open_blob", lambda _: Stored())
    part, whole = ask(talk, "content/films/talk.mp4", Range="bytes=100-199"), ask(talk, "content/films/talk.mp4")
    assert (part.status_code, body(part)) == (206, FILM[100:200])
    assert (whole.status_code, body(whole)) == (200, FILM)
    assert asked == ["bytes=100-199", "bytes=0-255999"]
