"""The client of the H5P authoring service bears whatever answers, or does not: every call ends in an answer or in an
error that says something to a trainer. (The real service: tests/e2e/test_h5p_service.py.)"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import time
from typing import Any

import pytest
from django.test import override_settings

from courses.interop.h5p import service
from courses.interop.h5p.service import (
    H5PServiceClient,
    LibrariesMissing,
    NotFound,
    ServiceAbsent,
    ServiceRefused,
    ServiceSlow,
    WrongAnswer,
)
from tests.interop.odd_service import CONTENT, HEALTH, MISSING, SUMMARY, client, package
from tests.support.odd_server import Answer, OddServer, as_json, http, odd_server


def claims(server: OddServer) -> dict[str, Any]:
    """Who the last call said it was."""
    told = server.asked[-1].headers["authorization"].removeprefix("Bearer ").split(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))
    return found


def test_reading_a_copy_gives_what_is_in_it() -> None:
    with odd_server(as_json(CONTENT)) as server:
        content = client(server.url).read("12")
    assert (content.title, content.params["question"]) == ("A first talk", "Who cares?")
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/api/contents/12")


def test_each_call_carries_a_token_for_that_content_and_a_short_while() -> None:
    with odd_server(as_json(CONTENT), as_json({"contents": [SUMMARY]})) as server:
        asking = client(server.url)
        asking.read("12")
        told = claims(server)
        assert (told["who"], told["role"], told["content"]) == ("9a1c", "trainer", "12")
        assert 0 < told["expires"] - time.time() <= 300
        assert [one.id for one in asking.list()] == ["12"]
        assert claims(server)["content"] == "*"


def test_the_other_calls_say_what_they_mean() -> None:
    imported = {**SUMMARY, "installed": ["Alongside.Choice 1.1"]}
    with odd_server(as_json(HEALTH), as_json(imported, "201 Created"), as_json(SUMMARY)) as server:
        asking = client(server.url)
        assert asking.health() == service.Health(version="1", core_api="1.28", editor=False, libraries=3)
        assert asking.import_package(io.BytesIO(b"PK")).installed == ("Alongside.Choice 1.1",)
        asking.save("12", params={"a": 1}, metadata={"title": "New"})
        assert json.loads(server.asked[-1].body) == {"params": {"a": 1}, "metadata": {"title": "New"}}
        asking.create(library="Alongside.Choice 1.1", params={}, metadata={"title": "New"})
        asking.delete("12")
    assert [one.method for one in server.asked] == ["GET", "POST", "PUT", "POST", "DELETE"]


def test_an_export_is_written_whole() -> None:
    body = b"PK" + bytes(range(256)) * 2000
    with odd_server(package(body)) as server:
        file = io.BytesIO(b"what stood here before, longer or not")
        exported = client(server.url).export("12", into=file)
    assert file.read() == body
    assert (exported.size, exported.sha256) == (len(body), hashlib.sha256(body).hexdigest())


def test_the_address_of_the_editor_is_for_one_content() -> None:
    address = client("https://h5p.example.org/").editor_address("12")
    assert address.startswith("https://h5p.example.org/edit/12?token=")


# Absent


def test_nothing_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ServiceAbsent) as caught:
        client(url).health()
    assert "Nothing of yours is lost" in caught.value.message


@override_settings(H5P_SERVICE_URL="", H5P_SERVICE_TOKEN="")
def test_a_site_without_a_service_says_so_and_calls_nobody() -> None:
    assert not service.is_set_up()
    asking = H5PServiceClient(who="9a1c")
    for call in (asking.health, asking.list, lambda: asking.editor_address("12")):
        with pytest.raises(ServiceAbsent, match=r"not set"):
            call()


@pytest.mark.parametrize("url", ["gopher://x", "http://", "http://[::bad", "h5p", "http://no-such-host.invalid:1"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ServiceAbsent):
        client(url).health()


def test_a_proxy_says_that_the_service_is_down() -> None:
    page = http(b"<h1>Bad gateway</h1>", status="502 Bad Gateway", kind="text/html")
    with odd_server(page) as server, pytest.raises(ServiceAbsent):
        client(server.url).list()
    assert len(server.asked) == 3


def test_how_it_is_is_asked_once_and_briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HEALTH_SECONDS", 0.05)
    with odd_server(b"", hang) as server:
        with pytest.raises(ServiceAbsent):
            client(server.url).health()
        with pytest.raises(ServiceSlow):
            client(server.url).health()
    assert len(server.asked) == 2


def test_it_hangs_up_without_a_word() -> None:
    with odd_server(b"") as server, pytest.raises(ServiceAbsent):
        client(server.url).health()


# Slow


def hang(connection: socket.socket) -> None:
    connection.recv(1)  # until the other side gives up


def hang_in_the_middle(connection: socket.socket) -> None:
    connection.sendall(as_json(CONTENT)[:-10])
    hang(connection)


def drip(connection: socket.socket) -> None:
    connection.sendall(http(b"", length=1000))
    connection.settimeout(0.05)
    while True:
        connection.sendall(b" ")
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            continue


@pytest.mark.parametrize("answer", [hang, hang_in_the_middle, drip])
def test_it_takes_too_long(answer: Answer) -> None:
    begun = time.monotonic()
    with odd_server(answer) as server, pytest.raises(ServiceSlow):
        client(server.url).list()
    assert time.monotonic() - begun < 3
    assert len(server.asked) == 1, "whoever waits does not wait three times"


# Wrong answers

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
NONSENSE: dict[str, Answer] = {
    "html": http(b"<!doctype html><p>Welcome", kind="text/html"),
    "no type": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "broken JSON": http(b'{"id": "12", "ti'),
    "no object": as_json([CONTENT]),
    "deep JSON": http(b"[" * 200_000),
    "not UTF-8": http(b'{"id": "\xff"}'),
    "empty": http(b""),
    "another content": as_json({**CONTENT, "id": "13"}),
    "an id that is a path": as_json({**CONTENT, "id": "../12"}),
    "a number for a title": as_json({**CONTENT, "title": 7}),
    "nothing in it": as_json({}),
    "params that are a list": as_json({**CONTENT, "params": []}),
    "too short": http(json.dumps(CONTENT).encode(), length=9999),
    "a chunk too few": CHUNKED + b'5\r\n{"a',
    "chunks that are none": CHUNKED + b"zz\r\n",
    "packed": http(b"x", kind="application/json\r\nContent-Encoding: gzip"),
    "elsewhere": http(b"", status="302 Found", kind="text/html\r\nLocation: http://127.0.0.1:1/api/contents/12"),
    "no HTTP": b"220 mail.example.org ESMTP\r\n",
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    "an error of its own": as_json({"error": "internal", "message": "Oh"}, "500 Internal Server Error"),
    "an error without words": http(b"Traceback", status="500 Internal Server Error", kind="text/plain"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_a_wrong_answer(name: str) -> None:
    with odd_server(NONSENSE[name]) as server, pytest.raises(WrongAnswer) as caught:
        client(server.url).read("12")
    assert "nothing was changed" in caught.value.message


def test_an_answer_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def pour(connection: socket.socket) -> None:
        connection.sendall(http(b"", length=-1))
        while True:
            connection.sendall(b" " * 65536)

    monkeypatch.setattr("courses.interop.h5p.service_calls.LONGEST_JSON", 1_000_000)
    with odd_server(pour) as server, pytest.raises(WrongAnswer, match="more than"):
        client(server.url).read("12")


def test_a_redirect_takes_the_token_nowhere() -> None:
    with odd_server(as_json(CONTENT)) as elsewhere:
        where = f"text/html\r\nLocation: {elsewhere.url}/api/contents/12"
        away = http(b"", status="307 Temporary Redirect", kind=where)
        with odd_server(away) as server, pytest.raises(WrongAnswer, match="sent elsewhere"):
            client(server.url).read("12")
    assert not elsewhere.asked


@pytest.mark.parametrize(
    "answer",
    [
        package(b"PK" * 100, length=5000),
        package(b"PK" * 100).replace(b"PKPK", b"QQQQ", 1),
        http(b"PK", kind="application/zip"),
        http(b"<p>Sign in", kind="text/html"),
    ],
    ids=["dies half-way", "changed on the way", "no hash", "HTML"],
)
def test_half_an_export_is_none(answer: bytes) -> None:
    with odd_server(answer) as server, pytest.raises(WrongAnswer):
        client(server.url).export("12", into=io.BytesIO())


def test_an_export_without_a_length_that_ends_early_is_noticed() -> None:
    whole = package(b"PK" * 1000, length=-1)
    with odd_server(whole[:-500]) as server, pytest.raises(WrongAnswer, match="another hash"):
        client(server.url).export("12", into=io.BytesIO())


def test_an_export_larger_than_allowed_is_left() -> None:
    with odd_server(package(b"PK" * 1000)) as server, pytest.raises(WrongAnswer, match="more than 100 bytes"):
        client(server.url).export("12", into=io.BytesIO(), limit=100)


# No


def test_missing_libraries_are_named() -> None:
    with odd_server(as_json(MISSING, "400 Bad Request")) as server, pytest.raises(LibrariesMissing) as caught:
        client(server.url).import_package(io.BytesIO(b"PK"))
    assert caught.value.libraries == ("H5P.Accordion-1.0",)
    assert "H5P.Accordion-1.0" in caught.value.message


@pytest.mark.parametrize(
    ("status", "code"),
    [("400 Bad Request", "bad-path"), ("401 Unauthorized", "token-expired"), ("501 Not Implemented", "editor-missing")],
)
def test_a_refusal_says_why(status: str, code: str) -> None:
    answer = as_json({"error": code, "message": "The words\x00 of the service"}, status)
    with odd_server(answer) as server, pytest.raises(ServiceRefused) as caught:
        client(server.url).read("12")
    assert (caught.value.code, caught.value.message) == (code, "The words  of the service")


def test_what_is_gone_is_not_found() -> None:
    with odd_server(as_json({"error": "not-found", "message": "No"}, "404 Not Found")) as server:
        with pytest.raises(NotFound):
            client(server.url).read("12")
        for odd in ("", "../12", "12/export", "1 2", "a" * 65):
            with pytest.raises(NotFound):
                client(server.url).read(odd)
    assert len(server.asked) == 1, "what is no id is not asked for"


def test_a_file_too_large_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LARGEST_PACKAGE", 1)
    with odd_server(b"") as server, pytest.raises(ServiceRefused, match="larger"):
        client(server.url).import_package(io.BytesIO(b"PK"))
    assert not server.asked
