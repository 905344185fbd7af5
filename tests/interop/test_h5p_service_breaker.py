"""Asking the H5P service again: a GET a few times, nothing else ever, and nobody for a while after many failures."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.cache import cache

from courses.interop.h5p.service import H5PServiceClient, NotFound, ServiceAbsent, WrongAnswer
from courses.interop.h5p.service_breaker import Breaker
from tests.interop.odd_service import CONTENT, HEALTH, SUMMARY, client, package
from tests.support.odd_server import as_json, http, odd_server


class Clock:
    """Time that moves when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_get_is_tried_again() -> None:
    with odd_server(b"", as_json(CONTENT)[:-5], as_json(CONTENT)) as server:
        assert client(server.url).read("12").id == "12"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "call",
    [
        lambda asking: asking.import_package(io.BytesIO(b"PK")),
        lambda asking: asking.create(library="A 1.0", params={}, metadata={}),
        lambda asking: asking.save("12", params={}, metadata={}),
        lambda asking: asking.delete("12"),
    ],
)
def test_what_changes_something_is_not_tried_again(call: Callable[[H5PServiceClient], object]) -> None:
    with odd_server(b"", as_json(SUMMARY)) as server, pytest.raises(ServiceAbsent):
        call(client(server.url))
    assert len(server.asked) == 1


def test_an_export_that_was_cut_off_begins_anew() -> None:
    with odd_server(package(b"PK" * 100)[:-20], package(b"PK" * 100)) as server:
        file = io.BytesIO()
        assert client(server.url).export("12", into=file).size == 200
    assert file.read() == b"PK" * 100


def test_the_breaker_opens_half_opens_and_closes() -> None:
    clock, html = Clock(), http(b"<p>", kind="text/html")
    with odd_server(*[html] * 4, as_json(HEALTH)) as server:
        asking = client(server.url, failures=3, pause=20, clock=clock)
        for _ in range(3):
            with pytest.raises(WrongAnswer):
                asking.health()
        for _ in range(5):
            with pytest.raises(ServiceAbsent, match="resting"):
                asking.health()
        assert len(server.asked) == 3
        other = client(server.url, failures=3, pause=20, clock=clock)
        with pytest.raises(ServiceAbsent, match="resting"):  # another process, the same cache
            other.health()
        clock.now += 21
        with pytest.raises(WrongAnswer):  # half-open: one call tries, and it fails
            asking.health()
        with pytest.raises(ServiceAbsent, match="resting"):
            other.health()
        clock.now += 21
        assert other.health().libraries == 3
        assert asking.health().libraries == 3
    assert len(server.asked) == 6


def test_half_open_lets_one_call_through() -> None:
    clock = Clock()
    first, second = (Breaker("x", failures=1, pause=20, clock=clock) for _ in range(2))
    first.failed()
    clock.now += 21
    assert first.allows()
    assert not second.allows()
    first.worked()
    assert second.allows()


def test_refusals_do_not_open_the_breaker() -> None:
    with odd_server(as_json({"error": "not-found", "message": "No"}, "404 Not Found")) as server:
        asking = client(server.url, failures=1)
        for _ in range(3):
            with pytest.raises(NotFound):
                asking.read("12")
    assert len(server.asked) == 3


def test_now_and_then_a_failure_does_not_open_it() -> None:
    with odd_server(http(b"", kind="text/html"), as_json(HEALTH)) as server:
        asking = client(server.url, failures=2)
        with pytest.raises(WrongAnswer):
            asking.health()
        asking.health()
        assert cache.get(Breaker(server.url).counted) is None
