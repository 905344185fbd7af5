"""SCORM packages with their real parts in a browser: small packages, scorm-again, our wrapper on the package's origin,
the page of the site around it, and the records."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Request, expect
from pytest_django import Settings

from courses.content.models import Package
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress, Completion, ItemResponse
from tests.factories import ModuleFactory
from tests.interop import scorm_packages
from tests.packages import activity_of, with_activity
from tests.records import trips

from .conftest import Axe, overflow

pytestmark = pytest.mark.django_db(transaction=True)
SAVED = re.compile(r"^Saved \d\d:\d\d$")
Play = Callable[..., Page]


@pytest.fixture(autouse=True)
def _two_origins(live_server: Any, settings: Settings) -> None:
    settings.SITE_ORIGIN = live_server.url
    settings.CONTENT_ORIGIN = live_server.url.replace("://", "://{package}.")


@pytest.fixture
def play(desk: BrowserContext, sign_in_live: Any, amara: User, live_server: Any) -> Play:
    """Amara opens an activity with this package in a module of one lesson that has nothing else to do."""

    def make(package: Package, context: BrowserContext | None = None, **block: Any) -> Page:
        plain = ModuleFactory(title="A talk", slug="talk", questions=0, questions_per_outcome=0)
        module = with_activity(plain, package=package, lesson=1, **block)
        trips.begin(amara.person, module, lessons=1)
        sign_in_live(context or desk, amara)
        page = (context or desk).new_page()
        page.goto(f"{live_server.url}/learn/talk/second-lesson/activity/{activity_of(module, 1)['id']}/")
        return page

    return make


def sco(page: Page) -> FrameLocator:
    """The SCO inside the wrapper inside the page."""
    return page.frame_locator("iframe").frame_locator("#sco")


def press(page: Page, name: str) -> None:
    sco(page).locator(f"#{name}").click()


def seen(page: Page, words: str) -> None:
    expect(sco(page).locator("#seen")).to_have_text(words)


def saved(page: Page) -> None:
    expect(page.locator("[data-saved]")).to_have_text(SAVED)


def kept(element: str, part: str = "item1") -> str:
    """What the server keeps of an element."""
    found: str = ActivityProgress.objects.get().state.get(part, {}).get(element, "")
    return found


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Waits for something that the server does."""
    for _ in range(300):
        if condition():
            return
        page.wait_for_timeout(100)
    pytest.fail("It did not happen")


def test_play_answer_leave_resume_finish(play: Play, axe: Axe) -> None:
    page = play(scorm_packages.plain(inside_item="<adlcp:masteryscore>80</adlcp:masteryscore>"), rule="passed")
    seen(page, "nothing yet")
    press(page, "answer")
    seen(page, "answered 1")
    saved(page)
    press(page, "leave")
    wrapper = page.frame_locator("iframe")
    expect(wrapper.get_by_text("You can go on here later")).to_be_visible()
    assert axe(page) == []
    wrapper.get_by_role("button", name="Go on now").click()
    seen(page, "answered 1")
    press(page, "answer")
    press(page, "pass")
    press(page, "finish")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    go = ActivityAttempt.objects.get()
    assert (go.raw, go.success, go.completion) == (90, True, "completed")
    assert list(ItemResponse.objects.order_by("position").values_list("item", "answer", "correct")) == [
        ("q0", "a", True), ("q1", "a", True),
    ]  # fmt: skip
    assert Completion.objects.count() == 1
    page.reload()
    expect(page.get_by_text("nothing here is recorded any more")).to_be_visible()
    before = ActivityCall.objects.count()
    seen(page, "answered 2")
    press(page, "fail")
    expect(sco(page).locator("#seen")).to_have_text("answered 2")
    assert ActivityCall.objects.count() == before
    assert ActivityAttempt.objects.get().raw == 90


def test_two_parts_of_2004_one_after_the_other(play: Play) -> None:
    page = play(scorm_packages.plain("2004 4th", scos=2), rule="completed")
    press(page, "pass")
    press(page, "finish")
    page.frame_locator("iframe").get_by_role("button", name="Next part").click()
    page.wait_for_url(re.compile(r"part=item2"))
    assert not Completion.objects.exists()
    press(page, "pass")
    press(page, "finish")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    assert ActivityAttempt.objects.get().scaled == pytest.approx(0.9)


def test_a_part_asks_for_another_one(play: Play) -> None:
    page = play(scorm_packages.navigating())
    press(page, "on")
    page.wait_for_url(re.compile(r"part=item2$"))
    press(page, "back")
    page.wait_for_url(re.compile(r"part=item1$"))
    press(page, "choose")
    page.wait_for_url(re.compile(r"part=item3$"))
    press(page, "on")
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()


def test_a_tab_closed_in_mid_answer(play: Play) -> None:
    page = play(scorm_packages.of_page(scorm_packages.UNLOADING), rule="score", score=100)
    context = page.context
    press(page, "pass")
    page.close(run_before_unload=False)
    other = context.new_page()
    until(other, lambda: kept("cmi.core.lesson_status") == "passed")
    until(other, lambda: kept("cmi.core.lesson_location") == "the end")
    assert ActivityAttempt.objects.get().finished_at is not None


def test_a_rude_package_loses_nothing(play: Play) -> None:
    page = play(scorm_packages.of_page(scorm_packages.RUDE))
    seen(page, "0 characters")
    press(page, "write")
    seen(page, "written")
    until(page, lambda: kept("cmi.core.lesson_location") == "page 7")
    page.reload()
    seen(page, "60000 characters")
    assert kept("cmi.core.lesson_status") == ""


def test_a_network_that_goes_and_comes_back(play: Play) -> None:
    page = play(scorm_packages.plain())
    seen(page, "nothing yet")
    page.context.set_offline(True)
    for _ in range(3):
        press(page, "answer")
    seen(page, "answered 3")
    expect(page.locator("[data-saved]")).to_have_text("Not saved yet, will be sent when you are online.")
    page.context.set_offline(False)
    saved(page)
    until(page, lambda: kept("cmi.suspend_data") == "answered 3")
    assert ItemResponse.objects.count() == 3


def test_a_sitting_of_113_calls_makes_15_requests_at_most(play: Play) -> None:
    """Its queries are counted in tests/interop/test_scorm_commits.py."""
    page = play(scorm_packages.of_page(scorm_packages.LONG_TALK), rule="passed")
    sent: list[str] = []

    def count(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", count)
    press(page, "talk")
    seen(page, "113 calls")
    until(page, lambda: ItemResponse.objects.count() == 10)
    page.goto("about:blank")
    until(page, lambda: kept("cmi.core.lesson_status") == "passed")
    assert len(sent) <= 15, sent


def test_our_own_five_doors(play: Play, axe: Axe) -> None:
    page = play(scorm_packages.ours(), rule="passed")
    doors = sco(page)

    def knock(*answers: int) -> None:
        for answer in answers:
            doors.locator("input").nth(answer).check()
            doors.get_by_role("button", name="Say it").click()
            doors.get_by_role("button", name=re.compile("Go to the next door|See how you did")).click()

    doors.get_by_role("button", name="Knock at the first door").click()
    knock(0, 0)
    until(page, lambda: ItemResponse.objects.count() == 2)
    page.reload()
    expect(doors.get_by_text("You have been to 2 of 5 doors.")).to_be_visible()
    doors.get_by_role("button", name="Go to the next door").click()
    knock(0, 2, 1)
    expect(doors.get_by_role("heading", name="3 of 5")).to_be_visible()
    assert axe(page) == []
    doors.get_by_role("button", name="Go down the street again").click()
    doors.get_by_role("button", name="Knock at the first door").click()
    knock(1, 1, 0, 2, 1)
    expect(page.get_by_role("heading", name="Completed")).to_be_visible()
    go = ActivityAttempt.objects.get()
    assert (go.raw, go.success) == (100, True)
    assert list(ItemResponse.objects.order_by("position").values_list("correct", flat=True)) == [
        False, False, True, True, True, True, True, True, True, True,
    ]  # fmt: skip


@pytest.mark.parametrize("width", [320], ids=["320px"])
def test_on_a_phone(play: Play, open_context: Callable[..., BrowserContext], width: int) -> None:
    page = play(scorm_packages.plain(), open_context(viewport={"width": width, "height": 640}))
    press(page, "answer")
    saved(page)
    assert overflow(page) <= 0
