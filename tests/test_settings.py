"""Production refuses to start on a missing or unsafe value, says which, and says all of them at once."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from learning_site.middleware import content_label
from learning_site.settings import demo
from learning_site.settings.origins import origin_faults

ROOT = Path(__file__).resolve().parents[1]
SECRET = "".join(chr(33 + n % 90) for n in range(7, 77)).replace("$", "x")
GOOD = {
    "SECRET_KEY": SECRET,
    "SITE_ORIGIN": "https://learn.example.org",
    "CONTENT_ORIGIN": "https://{package}.content.example",
    "DATABASE_URL": "postgres://alongside:password@localhost/alongside",
    "CACHE_URL": "rediscache://localhost:6379/1",
    "EMAIL_URL": "smtp+tls://user:password@localhost:587",
    "EVIDENCE_KEY": base64.b64encode(bytes(range(40, 72))).decode(),
}
ASK = "from django.conf import settings as s; print(s.{name})"


def production(ask: str = "ALLOWED_HOSTS", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Starts production settings in a process of their own, with the good values changed as told."""
    wanted = {**GOOD, **changes}
    env = {name: value for name, value in os.environ.items() if name not in GOOD and name != "ALLOWED_HOSTS"}
    env |= {name: value for name, value in wanted.items() if value is not None}
    env["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.production"
    return subprocess.run(
        [sys.executable, "-c", ASK.format(name=ask)], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_good_values_start() -> None:
    done = production()
    assert done.returncode == 0, done.stderr
    assert "learn.example.org" in done.stdout


def test_nothing_given_names_everything_that_is_needed() -> None:
    nothing: dict[str, Any] = dict.fromkeys(GOOD)
    done = production(**nothing)
    assert done.returncode != 0
    for name in GOOD:
        assert f"{name} is not set" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + SECRET),
        ("SECRET_KEY", "demo-only-" + "not-a-secret-" * 5),
        ("SITE_ORIGIN", "http://learn.example.org"),
        ("CONTENT_ORIGIN", "https://content.example"),
        ("CONTENT_ORIGIN", "https://{package}.learn.example.org"),
        ("ALLOWED_HOSTS", "*"),
        ("DATABASE_URL", "mysql://root@localhost/alongside"),
        ("EVIDENCE_KEY", "no Base64!"),
        ("EVIDENCE_KEY", base64.b64encode(b"short").decode()),
        ("EVIDENCE_KEY", base64.b64encode(b"a" * 32).decode()),
    ],
)
def test_an_unsafe_value_is_named(name: str, value: str) -> None:
    done = production(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr.rsplit("Alongside cannot start:", 1)[1]


@pytest.mark.parametrize(
    "name", ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "REQUIRE_MFA_FOR_STAFF"]
)
def test_what_protects_people_is_on(name: str) -> None:
    assert production(ask=name).stdout.strip() == "True"


@pytest.mark.parametrize("name", ["DEBUG", "DEMO"])
def test_what_exposes_people_is_off(name: str) -> None:
    assert production(ask=name).stdout.strip() == "False"


@pytest.mark.parametrize("secret", [None, "short", "demo-only-" + "not-a-secret-" * 4])
def test_an_h5p_service_needs_a_real_secret(secret: str | None) -> None:
    done = production(H5P_SERVICE_URL="https://h5p.example.org", H5P_SERVICE_TOKEN=secret)
    assert "H5P_SERVICE_TOKEN must be" in done.stderr
    assert production(H5P_SERVICE_URL="https://h5p.example.org", H5P_SERVICE_TOKEN=SECRET).returncode == 0


def test_the_demo_s_origins_are_apart_too() -> None:
    assert content_label(f"abc.localhost:{demo.PORT}") == "abc"
    assert content_label(f"localhost:{demo.PORT}") is None
    assert str(demo.PORT) in demo.CONTENT_ORIGIN
    assert str(demo.PORT) in demo.SITE_ORIGIN


SITE = "https://learn.example.org"


@pytest.mark.parametrize(
    ("site", "content"),
    [
        (SITE, "https://{package}.content.example"),
        (SITE, "https://{package}.learning-content.example.com:8443"),
        (SITE, "https://{package}.packages.example.org"),
        ("https://learn.example.org:444", "https://{package}.xlearn.example.org"),
    ],
)
def test_origins_that_are_apart(site: str, content: str) -> None:
    assert origin_faults(site, content) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("https://content.example", "must begin with https://{package}."),
        ("https://learn.example.org/{package}", "must begin with https://{package}."),
        ("https://learn.example.org", "must begin with https://{package}."),
        ("https://x{package}.content.example", "must begin with https://{package}."),
        ("https://{package}-x.content.example", "must begin with https://{package}."),
        ("https://x.{package}.content.example", "must begin with https://{package}."),
        ("https://{package}.{package}.content.example", "must begin with https://{package}."),
        ("{package}.content.example", "must begin with https://"),
        ("http://{package}.content.example", "must begin with https://"),
        ("https://{package}.content.example/", "scheme and host alone"),
        ("https://{package}.content.example/x", "scheme and host alone"),
        ("https://{package}.content.example?x=1", "scheme and host alone"),
        ("https://me@{package}.content.example", "must begin with https://{package}."),
        ("https://{package}.content.example:99999", "no address of a host"),
        ("https://{package}.content..example", "no address of a host"),
        ("https://{package}.-content.example", "no address of a host"),
        ("https://{package}.example", "two names or more"),
        ("https://{package}.10.0.0.1", "two names or more"),
        ("https://{package}.learn.example.org", "must not lie under the site's host"),
        ("https://{package}.a.LEARN.example.org", "must not lie under the site's host"),
        ("https://{package}.example.org", "must not hold the site's host"),
    ],
)
def test_origins_that_are_not(content: str, says: str) -> None:
    assert says in " ".join(origin_faults(SITE, content))


@pytest.mark.parametrize("site", ["http://learn.example.org", "learn.example.org", f"{SITE}/", f"{SITE}/x", "https://"])
def test_a_site_that_cannot_be(site: str) -> None:
    assert origin_faults(site, "https://{package}.content.example")


def test_the_secret_is_never_repeated() -> None:
    weak = "demo-" + SECRET
    assert weak not in production(SECRET_KEY=weak).stderr
