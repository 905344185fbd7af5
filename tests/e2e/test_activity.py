"""An activity played on two origins, with the real parts: to its end, again, by keyboard, in words, with axe."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress, Attempt, Completion
from tests.factories import ModuleFactory
from tests.packages import activity_of, with_activity
from tests.records import trips

from .activity_page import *  # noqa: F403  (fixtures)
from .activity_page import RIGHT, SAVED, WRONG, SignInLive, choose, inside, saved
from .apart import until
from .conftest import Axe, overflow
from .test_learner_trip import focus_by_tab

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_in_the_full_window_it_is_said_there(page: Page) -> None:
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    page.get_by_role("button", name="Full window").click()
    choose(page, RIGHT)
    expect(page.locator("[data-saved]")).to_have_text("Completed. Leave the full window to read on.")
    page.get_by_role("button", name="Leave full window").click()
    expect(page.get_by_role("link", name="See your certificate")).to_be_visible()


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


def tab_on(page: Page) -> str:
    """Presses Tab; what then has the focus, by its words. Into the frame, which is a process of its own, the focus goes
    in its own time: first the frame has it, then something in it."""

    def focused() -> tuple[str, str]:
        return (
            page.evaluate("document.activeElement.tagName + document.activeElement.textContent"),
            page.frames[-1].evaluate("document.activeElement.tagName + document.activeElement.textContent"),
        )

    def arrived() -> bool:
        outer, inner = focused()
        return (outer, inner) != before and not (outer.startswith("IFRAME") and inner.startswith("BODY"))

    before = focused()
    page.keyboard.press("Tab")
    assert until(arrived)
    outer, inner = focused()
    return inner if outer.startswith("IFRAME") else outer


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
    assert any(tab_on(page) == f"BUTTON{RIGHT}" for _ in range(6))
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
