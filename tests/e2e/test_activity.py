"""An interactive activity with its real parts on two origins: the site on localhost, the package on a name of its own.

The package is an H5P question of our own (tests.packages) in the real player; the page, the frame, the calls and the
records are those of the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect
from pytest_django import Settings

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress, Attempt, Completion
from tests.factories import PASSWORD, ModuleFactory
from tests.packages import activity_of, with_activity
from tests.records import trips

from .conftest import Axe, overflow
from .test_learner_trip import focus_by_tab

pytestmark = pytest.mark.django_db(transaction=True)
SignInLive = Callable[[BrowserContext, User], None]
SAVED = re.compile(r"^Saved \d\d:\d\d$")
WAITING = "Not saved yet, will be sent when you are online."
RIGHT, WRONG = "Anyone", "Nurses only"


@pytest.fixture(autouse=True)
def _two_origins(live_server: Any, settings: Settings) -> None:
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
def page(desk: BrowserContext, sign_in_live: SignInLive, amara: User, begun: Attempt, here: str) -> Page:
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


def test_play_answer_leave_resume_finish(page: Page, here: str, module: ModulePage) -> None:
    expect(inside(page).get_by_text("Who may be a carer?")).to_be_visible()
    choose(page, WRONG)
    page.get_by_role("link", name="Back to the lesson").click()  # at once: what is on its way goes first
    expect(page.get_by_text("0 per cent so far")).to_be_visible()
    assert not Completion.objects.exists()
    page.get_by_role("link", name="Open the activity").click()
    expect(inside(page).get_by_text("Chosen: wrong")).to_be_visible()
    choose(page, RIGHT)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    page.get_by_role("link", name="See your certificate").click()
    expect(page).to_have_url(re.compile(r"/certificates/[A-Z0-9-]+/$"))
    marks = ActivityAttempt.objects.order_by("number").values_list("scaled", flat=True)
    assert max(mark for mark in marks if mark is not None) == 1.0
    assert ActivityProgress.objects.get().satisfied_by == "package"
    page.goto(here)
    expect(page.get_by_text("nothing here is recorded any more")).to_be_visible()
    expect(inside(page).get_by_text("Chosen: right")).to_be_visible()
    before = ActivityCall.objects.count()
    choose(page, WRONG)
    expect(inside(page).get_by_text("Chosen: wrong")).to_be_visible()
    assert ActivityCall.objects.count() == before


def test_what_is_said_when_it_counts(
    desk: BrowserContext, sign_in_live: SignInLive, amara: User, live_server: Any
) -> None:
    plain = ModuleFactory(title="Longer", slug="longer")
    module = with_activity(plain, rule="passed")
    trips.begin(amara.person, module, lessons=0)
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(f"{live_server.url}/learn/longer/first-lesson/activity/{activity_of(module)['id']}/")
    choose(page, RIGHT)
    expect(page.get_by_role("heading", name="Done: this activity counts now")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME", "what is said does not move her away"
    page.get_by_role("link", name="Back to the lesson").first.click()
    expect(page.locator(".activity .tag")).to_have_text("Done")
    expect(page.get_by_role("img", name="1 of 2 lessons done")).to_be_visible()


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
    again.wait_for_function("async () => (await window.alongsideCalls.waiting()).length === 0", timeout=10_000)
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


def test_starting_again_begins_at_the_beginning(page: Page) -> None:
    choose(page, WRONG)
    saved(page)
    page.reload()
    expect(inside(page).get_by_text("Chosen: wrong")).to_be_visible()
    page.get_by_text("Start again").click()
    page.get_by_role("button", name="Begin a new attempt").click()
    expect(page.get_by_text("A new attempt begins.")).to_be_visible()
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    page.get_by_text("Your attempts (1)").click()
    expect(page.get_by_text("0 per cent, not passed")).to_be_visible()


def test_loading_it_again_goes_on_from_what_was_saved(page: Page) -> None:
    choose(page, WRONG)
    saved(page)
    page.get_by_text("Something is not working").click()
    with page.expect_response("**/launch/*/"):
        page.get_by_role("link", name="Load it again").click()
    expect(inside(page).get_by_text("Chosen: wrong")).to_be_visible()


def test_only_the_frame_is_listened_to(page: Page) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    saved(page)
    before = ActivityCall.objects.count()
    statement = {"verb": {"id": "http://adlnet.gov/expapi/verbs/answered"}, "result": {"score": {"scaled": 1}}}
    call = {"seq": 2**50, "kind": "statement", "body": statement}
    page.evaluate("(call) => window.postMessage({alongside: 1, type: 'call', call}, '*')", call)
    choose(page, WRONG)  # what is heard is sent in order, so this comes after it
    page.get_by_role("link", name="Back to the lesson").click()
    expect(page.get_by_text("0 per cent so far")).to_be_visible()
    assert ActivityCall.objects.count() > before
    assert not ActivityCall.objects.filter(sequence=2**50).exists()


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


def test_without_javascript_it_says_so_and_the_words_do(
    without_scripts: BrowserContext, sign_in_live: SignInLive, amara: User, begun: Attempt, here: str
) -> None:
    sign_in_live(without_scripts, amara)
    page = without_scripts.new_page()
    page.goto(here)
    expect(page.get_by_text("The activity needs JavaScript.")).to_be_visible()
    page.get_by_role("link", name="Do it in words").first.click()
    expect(page.get_by_text("The same talk, told in words.")).to_be_visible()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer to question 1")
    for group in page.locator("main fieldset").all():
        group.get_by_label("This one", exact=True).check()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="Done: 100 per cent")).to_be_visible()
    page.get_by_role("link", name="See your certificate").click()
    expect(page).to_have_url(re.compile(r"/certificates/"))


def test_answers_in_words_are_saved_as_they_are_given(page: Page, here: str) -> None:
    page.goto(f"{here}words/")
    page.get_by_role("group", name="part 1").get_by_label("This one", exact=True).check()
    expect(page.locator("#w-1").get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_role("group", name="part 1").get_by_label("This one", exact=True)).to_be_checked()


def test_by_keyboard_alone(
    desk: BrowserContext, sign_in_live: SignInLive, amara: User, begun: Attempt, live_server: Any
) -> None:
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(f"{live_server.url}/learn/first-talk/second-lesson/")
    focus_by_tab(page, "Open the activity")
    page.keyboard.press("Enter")
    page.wait_for_url("**/activity/**")
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    focus_by_tab(page, "Full window")
    page.keyboard.press("Enter")
    full = page.get_by_role("button", name="Leave full window")
    expect(full).to_be_focused()
    box = page.locator(".stage").bounding_box()
    assert box is not None
    assert (box["width"] >= 1270, box["height"] >= 800) == (True, True)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Full window", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    for _ in range(6):
        if page.frames[-1].evaluate("document.activeElement?.textContent") == RIGHT:
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"


def test_nothing_axe_finds_at_either_width(
    open_context: Callable[..., BrowserContext], sign_in_live: SignInLive, amara: User, begun: Attempt, here: str,
    axe: Axe, width: int,
) -> None:  # fmt: skip
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_live(context, amara)
    page = context.new_page()
    for address in (here.split("activity/", maxsplit=1)[0], here, f"{here}words/"):
        page.goto(address)
        assert axe(page) == [], address
        assert overflow(page) <= 0, address
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == []
    for group in page.locator("main fieldset").all():
        group.get_by_label("Not this one", exact=True).check()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_role("heading", name="Not yet: 0 per cent")).to_be_visible()
    assert axe(page) == []
    page.goto(here)
    page.get_by_text("Something is not working").click()
    page.get_by_text("Your attempts (1)").click()
    choose(page, RIGHT)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert axe(page) == []
    assert overflow(page) <= 0
