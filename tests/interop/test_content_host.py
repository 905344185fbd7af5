"""Which host answers what: the site nothing of the packages', a package's host nothing of the site's or another's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from courses.content.models import Package
from courses.interop.content_host import player_page
from courses.people.models import User
from learning_site.middleware import content_label
from tests.packages import make_package

from .hosting import body, on_host, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk() -> Package:
    return make_package()


def player(package: Package, name: str = "h5p.js") -> str:
    return f"{player_page.player_address(package.public_id)}/{name}"


def test_a_package_s_host_has_the_player(talk: Package, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = on_host(talk).get(player(talk))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"H5PStandalone" in body(answer)
    packed = on_host(talk).get(player(talk, "h5p/frame.bundle.js"), headers={"Accept-Encoding": "gzip"})
    assert (packed["Content-Encoding"], packed["Vary"]) == ("gzip", "Accept-Encoding")
    assert len(body(packed)) < 60_000
    assert on_host(talk).get(player(talk), headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("name", ["", "nothing.js", "../build_assets.py", "h5p", "h5p/", "%2e%2e/assets/js/site.js"])
def test_the_player_s_folder_has_nothing_else(talk: Package, name: str) -> None:
    assert on_host(talk).get(player(talk, name)).status_code == 404


def test_the_site_has_no_player(talk: Package, client: Client) -> None:
    assert client.get(player(talk)).status_code == 404
    assert client.get("/static/player/h5p.js").status_code == 404
    assert client.get("/static/h5p/frame.bundle.js").status_code == 404


@pytest.mark.parametrize(
    "host",
    [
        "nobody.localhost", "abcdefghijklmnop.localhost", "ABCDEFGHIJKLMNOPQ.localhost", "1bcdefghijklmnop.localhost",
        "abcdefghijklmno-.localhost", ".localhost", "..localhost", "www.{id}.localhost", "{id}.x.localhost",
        "{id}.localhost.", "{id}.localhost.:8000", "{id}.localhost..", "xx{id}.localhost",
    ],
)  # fmt: skip
def test_a_host_that_is_no_package_s_answers_nothing(talk: Package, host: str) -> None:
    """Nor does a name that ends in a dot: to a browser it is another origin."""
    asked = Client(headers={"host": host.format(id=talk.public_id)})
    token = "x"
    for path in ("/", player(talk), f"/launch/{token}/", "/modules/", "/static/css/site.css"):
        answer = asked.get(path)
        assert answer.status_code in {400, 404}, path
        assert not answer.cookies


@pytest.mark.parametrize("host", ["{id}.localhost", "{ID}.LOCALHOST", "{id}.localhost:8000", "{id}.localhost:1"])
def test_capitals_and_ports_are_the_same_host(talk: Package, host: str) -> None:
    asked = Client(headers={"host": host.format(id=talk.public_id, ID=talk.public_id.upper())})
    assert asked.get(player(talk)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/", "/accounts/login/", "/accounts/signup/", "/cms/", "/cms/login/", "/manage/", "/my-learning/", "/modules/",
        "/learn/x/", "/media/a.png", "/documents/1/a.pdf", "/static/css/site.css", "/static/js/site.js", "/health/live",
        "/health/ready", "/demo/mail/", "/robots.txt", "/favicon.ico", "/launch", "/launch/", "/files/", "/player/",
    ],
)  # fmt: skip
def test_nothing_of_the_site_is_there_even_for_who_is_signed_in(talk: Package, amara: User, path: str) -> None:
    asked = on_host(talk)
    asked.force_login(amara, backend="courses.people.backends.PersonBackend")
    for method in ("get", "post", "head", "options", "put"):
        answer = getattr(asked, method)(path)
        assert answer.status_code == 404
        assert not answer.cookies
        assert b"Alongside" not in body(answer)


def answers(talk: Package, amara: User) -> dict[str, Any]:
    """One of everything a content host can say."""
    hers = opened(amara, talk)
    token, asked = hers.token(), on_host(talk)
    assert talk.current_version
    files = player_page.files_address(talk.public_id, talk.current_version.sha256)
    return {
        "page": asked.get(f"/launch/{token}/"),
        "calls": asked.post(f"/launch/{token}/calls", data="{}", content_type="text/plain"),
        "file": asked.get(f"{files}/h5p.json"),
        "part": asked.get(f"{files}/h5p.json", headers={"Range": "bytes=0-1"}),
        "beyond": asked.get(f"{files}/h5p.json", headers={"Range": "bytes=9999-"}),
        "player": asked.get(player(talk)),
        "method": asked.put(player(talk)),
        "nothing": asked.get("/"),
        "worker": asked.get(player(talk), headers={"Service-Worker": "script"}),
        "nobody": Client(headers={"host": "nobody.localhost"}).get("/"),
    }


def test_every_answer_has_its_head(talk: Package, amara: User) -> None:
    for name, answer in answers(talk, amara).items():
        head = answer.headers
        assert "worker-src 'none'" in head["Content-Security-Policy"], name
        assert "default-src 'none'" in head["Content-Security-Policy"], name
        assert "form-action 'none'" in head["Content-Security-Policy"], name
        assert head["X-Content-Type-Options"] == "nosniff", name
        assert head["Referrer-Policy"] == "no-referrer", name
        assert head["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert head["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert head["Origin-Agent-Cluster"] == "?1", name
        assert "camera=()" in head["Permissions-Policy"], name
        assert head["Cache-Control"], name
        assert "Set-Cookie" not in head, name
        assert "Access-Control-Allow-Origin" not in head, name


def test_cookies_of_the_site_have_no_say(talk: Package, amara: User) -> None:
    hers, asked = opened(amara, talk), on_host(talk)
    plain = asked.get(f"/launch/{hers.token('browse')}/")
    asked.force_login(amara, backend="courses.people.backends.PersonBackend")
    asked.cookies["csrftoken"] = "x" * 32
    signed_in = asked.get(f"/launch/{hers.token('browse')}/")
    assert plain.status_code == signed_in.status_code == 200
    assert "Vary" not in signed_in.headers


@pytest.mark.parametrize("said", ["script", "Script", "anything"])
def test_no_service_worker_is_given_out(talk: Package, amara: User, said: str) -> None:
    hers = opened(amara, talk)
    for path in (player(talk), f"/launch/{hers.token()}/", "/sw.js"):
        assert on_host(talk).get(path, headers={"Service-Worker": said}).status_code == 403


def test_in_production_every_answer_asks_for_https(talk: Package, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 63_072_000
    settings.CONTENT_ORIGIN = "https://{package}.content.example"
    asked = Client(headers={"host": f"{talk.public_id}.content.example:80"})
    moved = asked.get(f"{player(talk)}?a=1")
    assert (moved.status_code, moved["Location"]) == (
        301,
        f"https://{talk.public_id}.content.example{player(talk)}?a=1",
    )
    assert "Strict-Transport-Security" not in moved.headers
    safe = asked.get(player(talk), secure=True)
    assert safe.status_code == 200
    assert safe["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_a_fault_of_ours_shows_nothing(talk: Package, amara: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hers, asked = opened(amara, talk), on_host(talk)
    monkeypatch.setattr("courses.interop.content_host.player_page.opening_of", lambda *_, **__: 1 / 0)
    answer = asked.get(f"/launch/{hers.token()}/")
    assert (answer.status_code, answer.content) == (500, b"Something went wrong with us.")
    assert "worker-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("localhost:8000", None), ("127.0.0.1", None), ("", None), ("content.example", None), ("evil.example", None),
        ("xcontent.example", None), ("a.content.example", "a"), ("A.Content.Example:443", "a"),
        ("a.b.content.example", "a.b"), (".content.example", ""), ("a.content.example.", "a."),
        ("a.content.example.:80", "a."), ("a.content.example.evil.example", None), ("a.content.example:x", None),
        ("[::1]:80", None), ("a b.content.example", None),
    ],
)  # fmt: skip
def test_a_host_s_label(settings: Settings, host: str, label: str | None) -> None:
    settings.CONTENT_ORIGIN = "https://{package}.content.example"
    assert content_label(host) == label


def test_the_log_never_holds_an_address(
    talk: Package, amara: User, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what a package's origin knows somebody by: who reads the log could act for her."""
    hers = opened(amara, talk)
    token = hers.token()
    host = on_host(talk)
    assert host.get(f"/launch/{token}/calls").status_code == 405
    assert host.post(f"/launch/{token}/").status_code == 405
    assert host.delete(player(talk)).status_code == 405
    assert host.post(f"/launch/{token}/calls", "[", content_type="text/plain").status_code == 400
    assert host.get(f"/launch/{token}/nothing").status_code == 404
    monkeypatch.setattr("courses.interop.content_host.player_page.opening_of", lambda *_, **__: 1 / 0)
    assert host.get(f"/launch/{token}/").status_code == 500
    told = caplog.text + repr([vars(record) for record in caplog.records])
    assert "Method Not Allowed on a content host" in told
    assert token not in told
    assert player(talk) not in told
