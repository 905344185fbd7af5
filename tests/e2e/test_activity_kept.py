"""What an activity reports is never lost: a lost network, a closed tab, an expired sign-in, a shared computer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from courses.people.models import User
from courses.records.models import ActivityAttempt, Attempt, Completion
from tests.factories import PASSWORD

from .activity_page import *  # noqa: F403  (fixtures)
from .activity_page import RIGHT, WAITING, WRONG, SignInLive, choose, inside, saved

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_network_cut_costs_nothing(page: Page, desk: BrowserContext) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    desk.set_offline(True)
    choose(page, WRONG)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    page.get_by_text("Something is not working").click()
    expect(page.locator("[data-saved-words]")).to_contain_text("not saved yet, but kept on this device")
    choose(page, RIGHT)
    assert not ActivityAttempt.objects.filter(scaled__isnull=False).exists()
    desk.set_offline(False)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert Completion.objects.count() == 1
    assert [go.scaled for go in ActivityAttempt.objects.order_by("number")] == [0.0, 1.0]


def test_a_tab_closed_in_mid_answer(page: Page, desk: BrowserContext, live_server: Any) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    desk.set_offline(True)
    choose(page, RIGHT)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    page.close()
    assert not Completion.objects.exists()
    desk.set_offline(False)
    again = desk.new_page()
    again.goto(f"{live_server.url}/my-learning/")  # any page of the site sends what was left
    again.wait_for_function("async () => (await window.alongsideCalls.waiting()).length === 0")
    assert Completion.objects.count() == 1


def test_an_expired_sign_in_in_the_middle(page: Page, desk: BrowserContext, amara: User) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    Session.objects.all().delete()
    cache.clear()
    choose(page, RIGHT)
    line = page.locator("[data-saved]")
    expect(line).to_contain_text("you have been signed out. What you did is kept.")
    assert not Completion.objects.exists()
    with desk.expect_page() as opened:
        line.get_by_role("link", name="Sign in again in a new tab").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(amara.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/my-learning/")
    page.bring_to_front()
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert Completion.objects.count() == 1


def test_an_expired_token_is_renewed(page: Page, settings: Settings) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    with page.expect_response("**/renew/") as renewed:
        settings.LAUNCH_SECONDS = -1  # every token is too old now
        choose(page, RIGHT)
    assert renewed.value.status == 200
    settings.LAUNCH_SECONDS = 1200
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()


def sign_out(page: Page) -> None:
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def test_signing_out_sends_what_waits(page: Page, desk: BrowserContext) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    desk.route("**/calls/", lambda route: route.abort())
    choose(page, RIGHT)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    desk.unroute("**/calls/")
    sign_out(page)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert Completion.objects.count() == 1


def test_signing_out_says_what_it_removes(
    page: Page, desk: BrowserContext, sign_in_live: SignInLive, amara: User, live_server: Any
) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    desk.route("**/calls*", lambda route: route.abort())
    desk.route("**/calls/", lambda route: route.abort())
    choose(page, RIGHT)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    sign_out(page)
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("What you did last in an activity is not saved yet")
    asked.get_by_role("button", name="Sign out and remove").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    desk.unroute("**/calls/")
    desk.unroute("**/calls*")
    sign_in_live(desk, amara)
    page.goto(f"{live_server.url}/my-learning/")
    assert page.evaluate("async () => (await window.alongside.stored('calls')).length") == 0


def test_what_somebody_else_left_is_neither_sent_nor_shown(
    page: Page, desk: BrowserContext, sign_in_live: SignInLive, amara: User, omar: User, live_server: Any
) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    desk.set_offline(True)
    choose(page, RIGHT)
    expect(page.locator("[data-saved]")).to_have_text(WAITING)
    sign_in_live(desk, omar)
    desk.set_offline(False)
    expect(page.locator("[data-saved]")).to_contain_text("Somebody else is signed in now.")
    his = desk.new_page()
    his.goto(f"{live_server.url}/my-learning/")
    assert his.evaluate("async () => (await window.alongsideCalls.waiting()).length") == 0
    assert not Completion.objects.exists()
    page.close()
    sign_in_live(desk, amara)
    his.goto(f"{live_server.url}/my-learning/")
    his.wait_for_function("async () => (await window.alongsideCalls.waiting()).length === 0")
    assert Completion.objects.get().person == amara.person


def test_a_tab_with_an_older_store_holds_nothing_up(
    desk: BrowserContext, sign_in_live: SignInLive, amara: User, begun: Attempt, here: str, live_server: Any
) -> None:
    old = desk.new_page()
    old.goto(f"{live_server.url}/accessibility/")  # a page as it was: it opens version 1 and never lets go
    old.evaluate(
        "() => new Promise((done) => { const r = indexedDB.open('alongside', 1); window.held = r;"
        " r.onupgradeneeded = () => r.result.createObjectStore('outbox', {keyPath: 'key'}); r.onsuccess = done; })"
    )
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(here)
    choose(page, RIGHT)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    old.close()
    page.wait_for_function(
        "async () => await window.alongside.withStore('readonly', (store) => store.count(), 'calls')"
    )
