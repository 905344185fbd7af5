"""The network is away for half a minute and comes back, in a browser: with the browser told of it, and without. What
she did meanwhile is there, once. A few seconds in the short rounds; what is said to her: tests/e2e."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, Completion, Event, Reflection
from courses.records.models.event import EventKind
from courses.records.rebuilding import differences
from tests.e2e.activity_page import *  # noqa: F403  (fixtures)
from tests.e2e.activity_page import RIGHT, SAVED, WAITING, WRONG, choose, inside, saved
from tests.e2e.conftest import browser_type_launch_args, desk, open_context, sign_in_live
from tests.learner.taught import URL, taught_module
from tests.records import trips

__all__ = ["browser_type_launch_args", "desk", "open_context", "sign_in_live"]

NO_BROWSER = shutil.which("chromium") is None and os.environ.get("ALLOW_SKIPS") == "1"
pytestmark = [
    pytest.mark.torture,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NO_BROWSER, reason="Chromium is missing, and ALLOW_SKIPS=1"),
]

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = 30 if ROUNDS > 5 else 3
PATIENCE = 120_000
"""Milliseconds: a page that nobody tells tries again after a minute at most."""


def silently(context: BrowserContext, away: bool) -> None:
    """The site cannot be reached, and the browser takes itself for online."""
    if away:
        context.route("**/*", lambda route: route.abort())
    else:
        context.unroute("**/*")


def openly(context: BrowserContext, away: bool) -> None:
    context.set_offline(away)


WAYS = pytest.mark.parametrize("cut", [openly, silently], ids=["told", "untold"])
Cut = Callable[[BrowserContext, bool], None]


@WAYS
def test_an_activity_goes_on_without_the_network(page: Page, desk: BrowserContext, cut: Cut) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    cut(desk, True)
    choose(page, WRONG)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    page.wait_for_timeout(SECONDS * 1000)
    choose(page, RIGHT)
    assert not ActivityAttempt.objects.filter(scaled__isnull=False).exists()
    cut(desk, False)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible(timeout=PATIENCE)
    assert [go.scaled for go in ActivityAttempt.objects.order_by("number")] == [0.0, 1.0]
    assert not ActivityCall.objects.exclude(outcome="accepted").exists()
    assert Completion.objects.count() == Event.objects.filter(kind=EventKind.ACTIVITY_DONE).count() == 1
    assert not list(differences())


@WAYS
def test_what_she_writes_waits_for_the_network(
    desk: BrowserContext,
    sign_in_live: Callable[[BrowserContext, User], None],
    amara: User,
    live_server: Any,
    cut: Cut,
) -> None:
    trips.begin(amara.person, taught_module(), lessons=0)
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(f"{live_server.url}{URL}the-eight-outcomes/")
    status = page.locator("[data-reflection] [data-status]")
    cut(desk, True)
    page.get_by_role("textbox").fill("A neighbour")
    expect(status).to_contain_text("Not saved yet")
    page.wait_for_timeout(SECONDS * 1000)
    page.get_by_role("textbox").fill("A neighbour of mine.")
    cut(desk, False)
    expect(status).to_have_text(SAVED, timeout=PATIENCE)
    expect(page.get_by_role("textbox")).to_have_value("A neighbour of mine.")
    page.reload()
    expect(page.get_by_role("textbox")).to_have_value("A neighbour of mine.")
    expect(status).to_have_text(SAVED)
    assert Reflection.objects.get().text == "A neighbour of mine."
