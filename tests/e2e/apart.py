"""The site and packages on origins of their own, for browser tests: `localhost` and `<package>.localhost`, one port."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page
from pytest_django import Settings

from courses.content import trees
from courses.people.models import User
from tests.interop.hosting import Opened


@pytest.fixture
def apart(live_server: Any, settings: Settings, tmp_path: Any) -> str:
    """The site's address. Packages' files lie in a folder of this test's own."""
    settings.SITE_ORIGIN = live_server.url
    settings.CONTENT_ORIGIN = live_server.url.replace("://localhost", "://{package}.localhost")
    settings.MEDIA_ROOT = tmp_path
    trees.tree.cache_clear()
    return str(live_server.url)


def address(site: str, hers: Opened) -> str:
    """The site's page around her activity."""
    version = hers.attempt.version
    lesson = version.lessons.get(position=1).slug
    return f"{site}/learn/{version.outline['slug']}/{lesson}/activity/{hers.block['id']}/"


def visit(
    context: BrowserContext, sign_in: Callable[[BrowserContext, User], None], user: User, site: str, hers: Opened
) -> Page:
    """She signs in and opens the activity's page."""
    sign_in(context, user)
    page = context.new_page()
    page.goto(address(site, hers))
    return page


def inside(page: Page) -> FrameLocator:
    """The package in its frame."""
    return page.frame_locator("[data-frame]")


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    """Waits for something that the server is told behind the page's back."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.05)
    return found
