"""/media/: uploads from the local disk, safe to open, cached for long, with ranges so that videos can be wound."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

FILM = bytes(range(256)) * 1000


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    for name, content in {
        "frozen/film.mp4": FILM,
        "frozen/drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "frozen/page.html": b"<script>alert(1)</script>",
        "frozen/words.vtt": b"WEBVTT",
        "documents/secret.pdf": b"%PDF",
        "exports/people.csv": b"name",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_served_and_may_be_kept(client: Client) -> None:
    answer = client.get("/media/frozen/film.mp4")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Cache-Control"] == "public, max-age=2592000"
    assert answer["Accept-Ranges"] == "bytes"
    assert body(answer) == FILM


@pytest.mark.parametrize(
    ("asked", "expected", "says"),
    [
        ("bytes=0-9", FILM[:10], "bytes 0-9/256000"),
        ("bytes=255990-", FILM[-10:], "bytes 255990-255999/256000"),
        ("bytes=-10", FILM[-10:], "bytes 255990-255999/256000"),
        ("bytes=100-999999999", FILM[100:], "bytes 100-255999/256000"),
    ],
)
def test_a_range_is_served(client: Client, asked: str, expected: bytes, says: str) -> None:
    answer = client.get("/media/frozen/film.mp4", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == says
    assert answer["Content-Length"] == str(len(expected))
    assert body(answer) == expected


def test_a_range_beyond_the_end_is_refused(client: Client) -> None:
    answer = client.get("/media/frozen/film.mp4", headers={"Range": "bytes=999999-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == "bytes */256000"


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=a-b", "lines=1-2", "bytes=1-2,4-5"])
def test_a_range_that_is_none_gives_the_whole(client: Client, asked: str) -> None:
    assert client.get("/media/frozen/film.mp4", headers={"Range": asked}).status_code == 200


def test_a_drawing_cannot_run_anything(client: Client) -> None:
    answer = client.get("/media/frozen/drawing.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in answer["Content-Disposition"]


def test_what_a_browser_would_run_is_a_download(client: Client) -> None:
    assert client.get("/media/frozen/page.html")["Content-Disposition"].startswith("attachment")


def test_captions_have_their_type(client: Client) -> None:
    assert client.get("/media/frozen/words.vtt")["Content-Type"] == "text/vtt"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "documents/secret.pdf",
        "exports/people.csv",
        "frozen/../documents/secret.pdf",
        "frozen/%2e%2e/documents/secret.pdf",
        "frozen/nothing.png",
        "frozen/",
        "frozen",
        ".hidden",
        "frozen//etc/passwd",
        "/etc/passwd",
    ],
)
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404


def test_what_the_browser_has_is_not_sent_again(client: Client) -> None:
    first = client.get("/media/frozen/drawing.svg")
    again = client.get("/media/frozen/drawing.svg", headers={"If-Modified-Since": first["Last-Modified"]})
    assert again.status_code == 304
    assert not again.content
