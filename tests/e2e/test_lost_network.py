"""What must never lose an answer: a lost network, a second tab, an expired sign-in, a shared computer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from courses.people.models import User
from courses.records import services
from courses.records.models import AnswerDraft, Attempt, Completion, Reflection, Try
from tests.factories import PASSWORD
from tests.learner.taught import URL, taught_module
from tests.records import trips

pytestmark = pytest.mark.django_db(transaction=True)
SignInLive = Callable[[BrowserContext, User], None]
RIGHT, WRONG = "This one", "Not this one"
SAVED = re.compile(r"^Saved \d\d:\d\d$")
NO_STORE = "Object.defineProperty(window, 'indexedDB', {get() { throw new Error('refused') }});"
KEPT = "Not saved yet. Your answer is kept on this device and will be sent when you are online."


@pytest.fixture
def sitting(amara: User) -> Try:
    """Amara sits an assessment of four questions on one page."""
    return services.begin_try(attempt=trips.begin(amara.person, taught_module(layout="all-on-one")))


@pytest.fixture
def here(live_server: Any) -> str:
    return f"{live_server.url}{URL}assessment/questions/"


@pytest.fixture
def page(desk: BrowserContext, sign_in_live: SignInLive, amara: User, sitting: Try, here: str) -> Page:
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(here)
    return page


def question(page: Page, number: int) -> Locator:
    return page.locator(f"#question-{number}")


def choose(page: Page, number: int, option: str = RIGHT) -> None:
    question(page, number).get_by_label(option, exact=True).check()


def kept() -> dict[str, list[str]]:
    return {draft.slot: draft.value for draft in AnswerDraft.objects.all()}


def test_an_answer_is_sent_when_the_network_is_back(page: Page, desk: BrowserContext) -> None:
    choose(page, 1)
    expect(question(page, 1).get_by_text(SAVED)).to_be_visible()
    desk.set_offline(True)
    for number, option in ((2, RIGHT), (3, WRONG), (3, RIGHT), (4, RIGHT)):
        choose(page, number, option)
    for number in (2, 3, 4):
        expect(question(page, number).get_by_text(KEPT)).to_be_visible()
    assert len(kept()) == 1
    desk.set_offline(False)
    for number in (2, 3, 4):
        expect(question(page, number).get_by_text(SAVED)).to_be_visible()
    assert list(kept().values()) == [["a"]] * 4


def test_nothing_is_left_behind_when_the_network_is_away(page: Page, desk: BrowserContext, here: str) -> None:
    desk.set_offline(True)
    choose(page, 1)
    page.get_by_role("button", name="Save and look over my answers").click()
    expect(page.get_by_text("You are offline, so the next page cannot be fetched.")).to_be_visible()
    assert page.url == here
    desk.set_offline(False)
    page.get_by_role("button", name="Save and look over my answers").click()
    page.wait_for_url("**/review/")
    assert list(kept().values()) == [["a"]]


def test_a_server_that_fails_has_not_saved(page: Page, desk: BrowserContext) -> None:
    desk.route("**/assessment/1/", lambda route: route.fulfill(status=500, body="<h1>Broken</h1>"))
    choose(page, 1)
    expect(question(page, 1).get_by_text(KEPT)).to_be_visible()
    desk.unroute("**/assessment/1/")
    expect(question(page, 1).get_by_text(SAVED)).to_be_visible()  # it tries again by itself
    assert list(kept().values()) == [["a"]]


def test_an_answer_survives_the_closed_tab(page: Page, desk: BrowserContext, here: str) -> None:
    desk.set_offline(True)
    choose(page, 2)
    expect(question(page, 2).get_by_text(KEPT)).to_be_visible()
    page.close()
    assert not kept()
    desk.set_offline(False)
    again = desk.new_page()
    again.goto(here)
    expect(question(again, 2).get_by_label(RIGHT, exact=True)).to_be_checked()
    expect(question(again, 2).get_by_text(SAVED)).to_be_visible()
    assert list(kept().values()) == [["a"]]


def test_the_newest_answer_stands_whichever_tab_gave_it(page: Page, desk: BrowserContext, here: str) -> None:
    second = desk.new_page()
    second.goto(here)
    choose(page, 1, WRONG)
    expect(question(page, 1).get_by_text(SAVED)).to_be_visible()
    expect(question(second, 1).get_by_label(WRONG, exact=True)).to_be_checked()  # the other tab has heard of it
    choose(second, 1, RIGHT)
    expect(question(page, 1).get_by_label(RIGHT, exact=True)).to_be_checked()
    assert list(kept().values()) == [["a"]]


def test_a_try_handed_in_by_another_tab_is_handed_in_once(page: Page, desk: BrowserContext, here: str) -> None:
    for number in range(1, 5):
        choose(page, number)
        expect(question(page, number).get_by_text(SAVED)).to_be_visible()
    tabs = [desk.new_page(), desk.new_page()]
    for tab in tabs:
        tab.goto(here.replace("questions", "review"))
    for tab in tabs:
        tab.get_by_role("button", name="Hand in my answers").click()
        expect(tab.get_by_role("heading", level=1, name="Completed")).to_be_visible()
    assert Completion.objects.count() == 1
    choose(page, 1, WRONG)
    expect(question(page, 1).get_by_text("Not saved.")).to_be_visible()


def test_an_expired_sign_in_costs_nothing(page: Page, desk: BrowserContext, amara: User) -> None:
    choose(page, 1)
    expect(question(page, 1).get_by_text(SAVED)).to_be_visible()
    Session.objects.all().delete()
    cache.clear()
    choose(page, 2)
    expect(question(page, 2).get_by_text("Your answer is kept.")).to_be_visible()
    page.get_by_role("button", name="Save and look over my answers").click()
    with desk.expect_page() as opened:
        question(page, 2).get_by_role("link", name="Sign in again in a new tab").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(amara.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url("**/my-learning/")
    page.bring_to_front()
    expect(question(page, 2).get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="Save and look over my answers").click()
    page.wait_for_url("**/review/")  # with the token of the new sign-in
    assert len(kept()) == 2


def test_two_people_on_one_computer(
    page: Page, desk: BrowserContext, sign_in_live: SignInLive, here: str, omar: User, amara: User, sitting: Try
) -> None:
    desk.set_offline(True)
    choose(page, 1)
    expect(question(page, 1).get_by_text(KEPT)).to_be_visible()
    module = sitting.attempt.enrolment.module
    services.begin_try(attempt=trips.begin(omar.person, module))
    sign_in_live(desk, omar)
    desk.set_offline(False)
    expect(question(page, 1).get_by_text("Somebody else is signed in now.")).to_be_visible()
    his = desk.new_page()
    his.goto(here)
    expect(his.get_by_role("radio", checked=True)).to_have_count(0)
    assert not kept(), "neither hers as his, nor hers at all without her"
    page.close()
    sign_in_live(desk, amara)
    hers = desk.new_page()
    hers.goto(here)
    expect(question(hers, 1).get_by_text(SAVED)).to_be_visible()
    assert AnswerDraft.objects.get().attempt.enrolment.person == amara.person


def sign_out(page: Page) -> None:
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def test_signing_out_sends_what_waits(page: Page, desk: BrowserContext) -> None:
    desk.route("**/assessment/1/", lambda route: route.abort())
    choose(page, 1)
    expect(question(page, 1).get_by_text(KEPT)).to_be_visible()
    desk.unroute("**/assessment/1/")
    sign_out(page)
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert list(kept().values()) == [["a"]]


def test_signing_out_says_what_it_will_remove(
    page: Page, desk: BrowserContext, sign_in_live: SignInLive, amara: User, here: str
) -> None:
    desk.route("**/assessment/*/", lambda route: route.abort())
    choose(page, 1)
    expect(question(page, 1).get_by_text(KEPT)).to_be_visible()
    sign_out(page)
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("One answer is not saved yet")
    asked.get_by_role("button", name="Stay signed in").click()
    expect(asked).to_have_count(0)
    sign_out(page)
    asked.get_by_role("button", name="Sign out and remove").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    desk.unroute("**/assessment/*/")
    sign_in_live(desk, amara)
    page.goto(here)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    assert not kept()


def test_what_she_types_is_kept_when_she_leaves_at_once(
    desk: BrowserContext, sign_in_live: SignInLive, amara: User, live_server: Any
) -> None:
    trips.begin(amara.person, taught_module(), lessons=0)
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(f"{live_server.url}{URL}the-eight-outcomes/")
    page.get_by_role("textbox").fill("A neighbour of mine.")
    page.get_by_role("link", name="Mina’s morning").click()
    page.wait_for_url("**/minas-morning/")
    page.go_back()
    expect(page.get_by_role("textbox")).to_have_value("A neighbour of mine.")
    expect(page.locator("[data-reflection]").get_by_text(SAVED)).to_be_visible()
    assert Reflection.objects.get().text == "A neighbour of mine."


@pytest.fixture
def reflecting(desk: BrowserContext, sign_in_live: SignInLive, amara: User, live_server: Any) -> Page:
    """Amara in the lesson that asks for a reflection, in a browser without IndexedDB, which may not get to writing when
    a page goes."""
    trips.begin(amara.person, taught_module(), lessons=0)
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.add_init_script(NO_STORE)
    page.goto(f"{live_server.url}{URL}the-eight-outcomes/")
    return page


def leaves_at_once(page: Page) -> None:
    page.get_by_role("textbox").fill("A neighbour of mine.")
    page.get_by_role("link", name="Mina’s morning").click()
    page.wait_for_url("**/minas-morning/")


def from_the_next_page(request: Request) -> bool:
    return "/reflection/" in request.url and "/minas-morning/" in request.headers["referer"]


def sees_it_saved(page: Page) -> None:
    expect(page.get_by_role("textbox")).to_have_value("A neighbour of mine.")
    expect(page.locator("[data-reflection]").get_by_text(SAVED)).to_be_visible()
    assert Reflection.objects.get().text == "A neighbour of mine."
    assert page.evaluate("sessionStorage.length") == 0


@pytest.fixture
def let_through(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The server saves no reflection until this is set."""
    through = threading.Event()
    save = services.save_reflection

    def late(**values: Any) -> Any:
        assert through.wait(60)
        return save(**values)

    monkeypatch.setattr(services, "save_reflection", late)
    return through


def test_she_is_back_before_the_server_had_it(reflecting: Page, let_through: threading.Event) -> None:
    """The page is made without what is on its way; it tells her of it all the same."""
    leaves_at_once(reflecting)
    reflecting.get_by_role("link", name="The eight outcomes").first.click()
    expect(reflecting.locator("[data-reflection] [data-status]")).to_have_text(KEPT)
    let_through.set()
    sees_it_saved(reflecting)


def test_it_is_saved_while_the_page_that_she_goes_back_to_is_made(
    reflecting: Page, desk: BrowserContext, let_through: threading.Event
) -> None:
    """That page is made first, then her words are acknowledged to the one she leaves, then she sees it."""

    def make_then_tell(route: Route) -> None:
        made = route.fetch()
        with reflecting.expect_response(lambda response: from_the_next_page(response.request)) as told:
            let_through.set()
        told.value.finished()
        route.fulfill(response=made)

    with reflecting.expect_request(from_the_next_page):
        leaves_at_once(reflecting)
    desk.route("**/the-eight-outcomes/", make_then_tell)
    reflecting.go_back()
    sees_it_saved(reflecting)


def test_without_a_store_in_the_browser_it_still_saves(
    desk: BrowserContext, sign_in_live: SignInLive, amara: User, sitting: Try, here: str
) -> None:
    """Private windows of some browsers refuse IndexedDB."""
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.add_init_script(NO_STORE)
    page.goto(here)
    desk.set_offline(True)
    choose(page, 1)
    expect(question(page, 1).get_by_text(KEPT)).to_be_visible()
    desk.set_offline(False)
    expect(question(page, 1).get_by_text(SAVED)).to_be_visible()
    assert Attempt.objects.get().drafts.count() == 1
