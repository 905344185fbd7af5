"""What every page says to the browser: nothing inline, no frame, no guessing of types, nothing kept by others."""

from __future__ import annotations

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from courses.people.models import User
from tests.test_every_address import ADDRESSES, MANAGERS, OK, SIGNED_IN, TEAM, furthest, world
from tests.test_settings import GOOD

from .world import World, body_of

__all__ = ["world"]

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


class _Inline(HTMLParser):
    """Notes what a strict policy would not run, or what somebody relies on although it does not."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in named and named.get("type") != "application/json"):
            self.found.append(f"<{tag}> inline")
        for name, value in attrs:
            if name.startswith("on") or name == "style" or (value or "").strip().lower().startswith("javascript:"):
                self.found.append(f"<{tag} {name}={value!r}>")
        if tag in {"base", "object", "embed", "applet"} or (tag == "iframe"):
            self.found.append(f"<{tag}>")
        if tag == "a" and named.get("target") == "_blank" and "noopener" not in (named.get("rel") or ""):
            self.found.append("a new window that can reach back")
        for name in ("src", "href", "action"):
            if tag in {"script", "link", "img", "form"} and (named.get(name) or "").startswith(("http:", "//")):
                self.found.append(f"<{tag} {name}={named[name]!r}> from elsewhere")


def inline(html: str) -> list[str]:
    parser = _Inline()
    parser.feed(html)
    return parser.found


def policy(header: str) -> dict[str, list[str]]:
    return {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}


HOLDS_A_PACKAGE = "learn/<slug:slug>/<slug:lesson>/activity/<str:block>/"
"""The one page that frames something: a package, on an origin of its own."""


def strict(response: Any, *, frames: str = "'none'") -> list[str]:
    """What is missing in the head of an answer."""
    says, head = policy(response.headers.get("Content-Security-Policy", "")), response.headers
    wanted = {
        "default-src": ["'none'"], "script-src": ["'self'"], "style-src": ["'self'"], "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"], "form-action": ["'self'"], "connect-src": ["'self'"], "frame-src": [frames],
    }  # fmt: skip
    missing = [f"policy {name}: {says.get(name)}" for name, value in wanted.items() if says.get(name) != value]
    for name, value in (
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ):  # fmt: skip
        if head.get(name) != value:
            missing.append(f"{name}: {head.get(name)}")
    if "camera=()" not in head.get("Permissions-Policy", ""):
        missing.append("Permissions-Policy")
    return missing


def test_every_page_of_ours(world: World) -> None:
    faults = []
    for route, address in ADDRESSES.items():
        if route.startswith("cms/"):
            continue
        for who in {furthest(route, address), "visitor"}:
            response = world.clients[who].get(address.url.format(**world.parts))
            frame = world.frame if route == HOLDS_A_PACKAGE and response.status_code == 200 else ""
            said = strict(response, frames=frame or "'none'")
            if response.headers.get("Content-Type", "").startswith("text/html"):
                said += [one for one in inline(body_of(response).decode()) if not (frame and one == "<iframe>")]
            faults += [f"{who} {route}: {fault}" for fault in said]
            kept = response.headers.get("Cache-Control", "")
            if who != "visitor" and not ("private" in kept and "no-store" in kept) and not route.startswith("media/"):
                faults.append(f"{who} {route}: may be kept ({kept!r})")
            if response.cookies and "no-store" not in kept:
                faults.append(f"{who} {route}: sets a cookie and may be kept")
    assert not faults, "\n".join(faults)


def test_pages_of_errors_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    amara, visitor = world.clients["amara"], world.clients["visitor"]
    amara.raise_request_exception = False
    too_many = "&".join(f"a{n}=1" for n in range(21_000))
    answers = {
        400: visitor.post("/help/report/", too_many, content_type="application/x-www-form-urlencoded"),
        403: amara.get("/manage/"),
        404: amara.get("/modules/nowhere/"),
        405: visitor.post("/modules/"),
    }  # fmt: skip
    no_token = Client(enforce_csrf_checks=True)
    answers[-403] = no_token.post("/help/report/", {"what": "x"})
    monkeypatch.setattr("courses.learner.views.my_learning.render", lambda *_: 1 / 0)
    answers[500] = amara.get("/my-learning/")
    for status, answer in answers.items():
        assert answer.status_code == abs(status)
        assert strict(answer) == [], status
        assert inline(answer.content.decode()) == [], status


@pytest.mark.parametrize("mail", ["emails/account/invitation.html", "emails/records/correction.html"])
def test_a_mail_runs_nothing(mail: str) -> None:
    assert "<script" not in (ROOT / "templates" / mail).read_text()


def test_pages_of_staff_and_of_learners_are_never_kept(world: World) -> None:
    """By the access table: whatever asks for a sign-in."""
    for route, address in ADDRESSES.items():
        if address.seen in (SIGNED_IN, MANAGERS, TEAM):
            who = next(name for name, status in address.seen.items() if status == OK)
            kept = world.clients[who].get(address.url.format(**world.parts)).headers["Cache-Control"]
            assert {"private", "no-store"} <= {word.strip() for word in kept.split(",")}, route


PAGES = ("/", "/modules/", "/modules/carer-awareness/", "/resources/", "/resources/pack/")


def test_what_is_kept_for_visitors_holds_nothing_of_anybody(world: World) -> None:
    amara, cold = world.clients["amara"], Client()
    for page in PAGES:
        cache.clear()
        assert "Amara" in amara.get(page).content.decode(), "her page has her name in its head"
        first = cold.get(page)
        again = Client().get(page)
        for answer in (first, again):
            text = answer.content.decode()
            assert "Amara" not in text
            assert "csrfmiddlewaretoken" not in text
            assert not answer.cookies
            assert "Cookie" in answer.headers["Vary"]
        assert "Amara" in amara.get(page).content.decode(), "the kept page is not given to her"
        assert again.headers.get("Cache-Control") == "no-cache"


def test_a_visitor_with_a_form_token_gets_no_page_with_another_s(client: Client, world: World) -> None:
    client.get("/accounts/login/")
    assert django_settings.CSRF_COOKIE_NAME in client.cookies
    for page in PAGES:
        text = client.get(page).content.decode()
        assert "csrfmiddlewaretoken" not in text
        assert client.cookies[django_settings.CSRF_COOKIE_NAME].value not in text


def test_what_is_kept_for_one_host_is_not_given_to_another(world: World) -> None:
    there = Client().get("/", headers={"host": "127.0.0.1"}).content.decode()
    here = Client().get("/", headers={"host": "localhost"}).content.decode()
    assert "127.0.0.1" not in here
    assert there


def test_a_query_is_never_kept(world: World) -> None:
    Client().get("/modules/?q=zebra")
    assert "zebra" not in Client().get("/modules/").content.decode()
    assert "zebra" in Client().get("/modules/?q=zebra").content.decode()


PROBE = """
import django; django.setup()
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path
import learning_site.urls
def probe(request):
    get_token(request); request.session["a"] = 1
    return HttpResponse("x")
learning_site.urls.urlpatterns.insert(0, path("probe/", probe))
host = {"HTTP_HOST": "learn.example.org"}
plain, safe = Client().get("/probe/", **host), Client().get("/probe/", secure=True, **host)
print(plain.status_code, plain["Location"])
print(safe["Strict-Transport-Security"])
for name, morsel in sorted(safe.cookies.items()):
    print(name, morsel["secure"], bool(morsel["httponly"]), morsel["samesite"], morsel["path"], repr(morsel["domain"]))
print(Client().get("/probe/", secure=True, HTTP_HOST="evil.example").status_code)
print(Client().get("/probe/", HTTP_X_FORWARDED_PROTO="https", **host).status_code)
print(Client().get("/probe/", secure=True, HTTP_HOST="a.content.example", **{}).status_code)
"""


def test_production_sends_https_cookies_only(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if name != "ALLOWED_HOSTS"} | GOOD
    env |= {
        "DJANGO_SETTINGS_MODULE": "learning_site.settings.production",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db", "CACHE_URL": "locmemcache://",
    }  # fmt: skip
    signed = "'django.contrib.sessions.backends.signed_cookies'"
    script = f"from django.conf import settings; settings.SESSION_ENGINE = {signed}\n{PROBE}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "301 https://learn.example.org/probe/"
    assert lines[1] == "max-age=63072000; includeSubDomains; preload"
    assert lines[2] == "__Host-csrftoken True False Lax / ''"
    assert lines[3] == "__Host-sessionid True True Lax / ''"
    assert lines[4] == "400"
    assert lines[5] == "200"
    assert lines[6] == "404"


@pytest.mark.parametrize("host", ["x.localhost", "X.LocalHost", "x.localhost:8000", "x.localhost.", "x.localhost.:80",
                                  "a.b.localhost", "localhost.localhost", "x..localhost"])  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/health/live", "/static/css/site.css", "/cms/", "/media/a.png"]
)
def test_a_content_host_answers_nothing_of_the_site(host: str, path: str, amara: User, amara_client: Client) -> None:
    for method in ("get", "post", "options"):
        answer = getattr(amara_client, method)(path, headers={"host": host})
        assert answer.status_code in {400, 404}
        assert answer.headers["Content-Type"].startswith("text/plain") or answer.status_code == 400
        assert not answer.cookies
        assert "Alongside" not in answer.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "[::1]", "", "localhost:abc", "x@localhost", "localhost/../x", "a b",
                                  "localhost,evil.example", "\u0130.localhost", "[::1", "." * 300])  # fmt: skip
def test_an_odd_host_is_refused_quietly(host: str, client: Client, db: None) -> None:
    client.raise_request_exception = False
    answer = client.get("/accounts/login/", headers={"host": host})
    assert answer.status_code in {400, 404}
    assert "<form" not in answer.content.decode()


def test_a_forwarded_host_is_not_believed(client: Client, db: None) -> None:
    answer = client.get("/accounts/password/reset/", headers={"x-forwarded-host": "evil.example"})
    assert "evil.example" not in answer.content.decode()
