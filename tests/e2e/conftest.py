"""A real browser: headless Chromium, at 1280 and 320 px, with axe and with JavaScript off.

Two worlds: `demo` is the loaded demo with its real content (read it, or act as somebody no other test uses);
`live_server` is pytest-django's, empty but for what the test's factories make.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from courses.people.models import User
from tests.support import demo_site

# Playwright's loop runs in the thread of the test; the ORM is still used by one thread at a time.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
OUR_FAULT = re.compile(r"Content Security Policy|Uncaught|is not defined|Refused to", re.IGNORECASE)
WIDTHS = (1280, 320)
PATIENCE = 30_000
"""Milliseconds that anything may take before a test fails: a machine with much to do is slow."""
expect.set_options(timeout=PATIENCE)

Axe = Callable[[Page], list[str]]
SignIn = Callable[[BrowserContext, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/e2e/" in str(item.path):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, and nothing that talks to the world outside. Its headless shell where that is installed: the
    same engine without the windows around it, which cost a second of a core for every context."""
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: apt-get install chromium chromium-headless-shell")
    return {
        "executable_path": chromium,
        "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    }


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demo with its real content, served for this worker alone."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with demo_site.served(demo_site.load_once(shared), tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    """Each test that takes it runs twice: on a desk and on a small phone."""
    return int(request.param)


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts (a person at a device). Any of our scripts that fails, or that the policy stops, fails
    the test."""
    opened: list[BrowserContext] = []
    faults: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and OUR_FAULT.search(message.text):
            faults.append(f"{message.text} ({message.location.get('url')})")

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(PATIENCE)
        context.on("console", console)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def desk(open_context: Callable[..., BrowserContext]) -> BrowserContext:
    """Somebody at a desk."""
    return open_context()


@pytest.fixture
def without_scripts(open_context: Callable[..., BrowserContext]) -> BrowserContext:
    """Somebody whose browser runs no JavaScript."""
    return open_context(java_script_enabled=False)


@pytest.fixture(scope="session")
def demo_cookies() -> dict[str, Any]:
    """Cookies of the demo accounts that have signed in already: a session serves every test that only reads."""
    return {}


@pytest.fixture
def sign_in_to_demo(demo: str, demo_cookies: dict[str, Any]) -> SignIn:
    """Signs a demo account in, the first time through the sign-in page as people do."""

    def sign_in(context: BrowserContext, email: str) -> None:
        if email not in demo_cookies:
            page = context.new_page()
            page.goto(f"{demo}/accounts/login/")
            page.locator("input[name=login]").fill(email)
            page.locator("input[name=password]").fill("carers-demo")
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
            page.close()
            demo_cookies[email] = context.cookies()
        context.add_cookies(demo_cookies[email])

    return sign_in


@pytest.fixture
def sign_in_live(live_server: Any) -> Callable[[BrowserContext, User], None]:
    """Signs a User of the test's own world in, by the session cookie."""

    def sign_in(context: BrowserContext, user: User) -> None:
        client = Client()
        client.force_login(user, backend="courses.people.backends.PersonBackend")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    return sign_in


@pytest.fixture(scope="session")
def axe() -> Axe:
    """What axe finds on a page, a line each; every rule of WCAG 2.2 AA and the best practices, none ignored."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:200]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return check


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window (WCAG 1.4.10: none at 320 px)."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth"))
