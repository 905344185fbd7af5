"""The page of an activity for browser tests: a module that ends with one, begun by Amara, on two origins.

The package is an H5P question of our own (tests.packages) in the real player; the page, the frame, the calls and the
records are those of the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect
from pytest_django import Settings

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import Attempt
from tests.factories import ModuleFactory
from tests.packages import activity_of, with_activity
from tests.records import trips

SignInLive = Callable[[BrowserContext, User], None]
SAVED = re.compile(r"^Saved \d\d:\d\d$")
WAITING = "Not saved yet, will be sent when you are online."
RIGHT, WRONG = "Anyone", "Nurses only"


@pytest.fixture(autouse=True)
def two_origins(live_server: Any, settings: Settings) -> None:
    settings.SITE_ORIGIN = live_server.url
    settings.CONTENT_ORIGIN = live_server.url.replace("://", "://{package}.")


@pytest.fixture
def module() -> ModulePage:
    """Two lessons and no assessment: the first is read, the second holds the activity."""
    plain = ModuleFactory(title="A first talk with a carer", slug="first-talk", questions=0, questions_per_outcome=0)
    return with_activity(plain, lesson=1, rule="score", score=80)


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=1)


@pytest.fixture
def here(live_server: Any, module: ModulePage) -> str:
    return f"{live_server.url}/learn/first-talk/second-lesson/activity/{activity_of(module, 1)['id']}/"


@pytest.fixture
def page(
    two_origins: None, desk: BrowserContext, sign_in_live: SignInLive, amara: User, begun: Attempt, here: str
) -> Page:
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(here)
    return page


def inside(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def choose(page: Page, answer: str) -> None:
    inside(page).get_by_role("button", name=answer).click()


def saved(page: Page) -> None:
    expect(page.locator("[data-busy]")).to_be_hidden()
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
