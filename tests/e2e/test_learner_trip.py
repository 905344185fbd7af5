"""The learner's trip in a real browser: at a desk, on a small phone, by keyboard alone, without JavaScript."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import Completion
from tests.learner.taught import URL, taught_module

from .conftest import Axe, SignIn, overflow
from .test_every_page import M3

pytestmark = pytest.mark.django_db(transaction=True)
SignInLive = Callable[[BrowserContext, User], None]
RIGHT = "This one"


@pytest.fixture
def module() -> ModulePage:
    return taught_module()


def look(page: Page, axe: Axe | None) -> None:
    """Nothing for axe to say, nothing wider than the window."""
    assert overflow(page) <= 0, page.url
    if axe:
        assert not (found := axe(page)), f"{page.url}\n" + "\n".join(found)


def to_the_assessment(page: Page, start: str, axe: Axe | None = None) -> None:
    """From the module's page through both lessons, with everything that a lesson asks."""
    page.goto(f"{start}/modules/carer-awareness/")
    page.get_by_role("button", name="Start this module").click()
    expect(page.get_by_role("heading", level=1, name="The eight outcomes")).to_be_visible()
    look(page, axe)
    check = page.locator("form", has_text="Who is a carer?")
    check.get_by_label("Not this one").check()
    check.get_by_role("button", name="Check my answer").click()
    expect(check.get_by_text("Not this one: no, because.")).to_be_visible()
    expect(check.get_by_text("Not quite.")).to_be_visible()
    check = page.locator("form", has_text="Who is a carer?")
    check.get_by_label(RIGHT, exact=True).check()
    check.get_by_role("button", name="Check my answer").click()
    expect(check.get_by_text("That is right.")).to_be_visible()
    expect(check.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    note = page.locator("form", has_text="Whom did you think of?")
    note.get_by_role("textbox").fill("A neighbour of mine.")
    note.get_by_role("button", name="Save my reflection").click()
    expect(note.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    look(page, axe)
    page.get_by_role("button", name="Next: Mina’s morning").click()
    expect(page.get_by_text("Lesson 2", exact=True)).to_be_visible()
    page.get_by_role("button", name="Next: the assessment").click()
    expect(page.get_by_role("heading", level=1, name="Assessment")).to_be_visible()
    look(page, axe)


def through_the_assessment(page: Page, axe: Axe | None = None) -> None:
    """Leaves one question for later, is asked for it, answers it, hands in."""
    page.get_by_role("button", name="Begin the assessment").click()
    expect(page.get_by_text("Question 1 of 4")).to_be_visible()
    look(page, axe)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose an answer, or leave the question for later")
    look(page, axe)
    page.get_by_role("link", name="Leave this for later").click()
    for number in (2, 3, 4):
        expect(page.get_by_text(f"Question {number} of 4")).to_be_visible()
        page.get_by_label(RIGHT, exact=True).check()
        page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("Not answered yet")).to_be_visible()
    look(page, axe)
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("alert")).to_contain_text("Question 1 has no answer yet")
    look(page, axe)
    page.get_by_role("link", name="Question 1 has no answer yet").click()
    page.get_by_label(RIGHT, exact=True).check()
    page.get_by_role("button", name="Save and go back to all answers").click()
    expect(page.get_by_text("4 of 4 answered").first).to_be_visible()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", level=1, name="Completed")).to_be_visible()
    look(page, axe)
    page.get_by_role("link", name="See your certificate").click()
    expect(page).to_have_url(re.compile(r"/certificates/[A-Z0-9-]+/$"))


def test_the_whole_trip(
    live_server: Any,
    open_context: Callable[..., BrowserContext],
    sign_in_live: SignInLive,
    axe: Axe,
    width: int,
    amara: User,
    module: ModulePage,
) -> None:
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_live(context, amara)
    page = context.new_page()
    to_the_assessment(page, live_server.url, axe)
    through_the_assessment(page, axe)
    assert Completion.objects.get(person=amara.person).score == 100


def test_the_whole_trip_without_javascript(
    live_server: Any, without_scripts: BrowserContext, sign_in_live: SignInLive, amara: User, module: ModulePage
) -> None:
    sign_in_live(without_scripts, amara)
    page = without_scripts.new_page()
    to_the_assessment(page, live_server.url)
    through_the_assessment(page)
    assert Completion.objects.get(person=amara.person).score == 100
    page.goto(f"{live_server.url}{URL}the-eight-outcomes/")
    expect(page.get_by_role("textbox")).to_have_value("A neighbour of mine.")
    page.get_by_text("Delete what I wrote").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("textbox")).to_have_value("")


def focus_by_tab(page: Page, wanted: str, most: int = 60) -> None:
    """Presses Tab until what is focused says `wanted`; every stop on the way must be visible."""
    page.wait_for_function("document.readyState === 'complete' && document.activeElement !== null")
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement, b = e.getBoundingClientRect();"
            " return [(e.labels?.[0]?.innerText || e.innerText || e.value || '').trim(), b.width * b.height > 0]; }"
        )
        assert found[1], f"focus on something that cannot be seen, looking for {wanted}"
        if found[0].startswith(wanted):
            return
    pytest.fail(f"Tab never came to “{wanted}” on {page.url}")


def test_the_whole_trip_by_keyboard(
    live_server: Any, desk: BrowserContext, sign_in_live: SignInLive, amara: User, module: ModulePage
) -> None:
    sign_in_live(desk, amara)
    page = desk.new_page()
    page.goto(f"{live_server.url}/modules/carer-awareness/")
    focus_by_tab(page, "Start this module")
    page.keyboard.press("Enter")
    page.wait_for_url("**/the-eight-outcomes/")
    focus_by_tab(page, RIGHT)
    page.keyboard.press("Space")
    focus_by_tab(page, "Check my answer")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is right.")).to_be_visible()
    for name in ("Next: Mina’s morning", "Next: the assessment", "Begin the assessment"):
        focus_by_tab(page, name)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    for number in range(1, 5):
        expect(page.get_by_text(f"Question {number} of 4")).to_be_visible()
        page.get_by_role("radio").first.focus()
        for _ in range(3):  # arrow keys choose among the options
            if page.get_by_label(RIGHT, exact=True).is_checked():
                break
            page.keyboard.press("ArrowDown")
        focus_by_tab(page, "Save and continue")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(f"assessment/({number + 1}|review)/"))
    focus_by_tab(page, "Hand in my answers")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Completed")).to_be_visible()


def test_all_questions_on_one_page(
    live_server: Any,
    open_context: Callable[..., BrowserContext],
    sign_in_live: SignInLive,
    axe: Axe,
    width: int,
    amara: User,
) -> None:
    taught_module(layout="all-on-one")
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_live(context, amara)
    page = context.new_page()
    to_the_assessment(page, live_server.url)
    page.get_by_role("button", name="Begin the assessment").click()
    expect(page.get_by_text("4 questions on this page")).to_be_visible()
    look(page, axe)
    for number in range(1, 5):
        question = page.locator(f"#question-{number}")
        question.get_by_label(RIGHT if number < 4 else "Not this one", exact=True).check()
        expect(question.get_by_text(re.compile(r"^Saved \d\d:\d\d$"))).to_be_visible()
    page.get_by_role("button", name="Save and look over my answers").click()
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", level=1, name="Not yet")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Go back to lesson: "))).to_have_count(1)
    look(page, axe)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("4 questions on this page")).to_be_visible()


def test_the_outline_folds_on_a_phone_and_not_at_a_desk(
    live_server: Any,
    open_context: Callable[..., BrowserContext],
    sign_in_live: SignInLive,
    width: int,
    amara: User,
    module: ModulePage,
) -> None:
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_live(context, amara)
    page = context.new_page()
    page.goto(f"{live_server.url}/modules/carer-awareness/")
    page.get_by_role("button", name="Start this module").click()
    lesson = page.get_by_role("link", name="Mina’s morning")
    if width == 320:
        expect(lesson).to_be_hidden()
        page.get_by_text("Lesson 1 of 2, about 30 minutes left").first.click()
    expect(lesson).to_be_visible()


def test_a_lesson_is_light_and_stands_still(
    demo: str, open_context: Callable[..., BrowserContext], sign_in_to_demo: SignIn
) -> None:
    """First view at most 150 kB without pictures and 60 kB of JavaScript, second at most 20 kB, no layout shift."""
    context = open_context(viewport={"width": 390, "height": 800})
    sign_in_to_demo(context, "newcomer@example.org")
    page = context.new_page()
    page.goto(f"{demo}/modules/{M3}/")
    page.locator(f"form[action='/learn/{M3}/'] button").click()
    page.wait_for_url("**/learn/**")
    fresh = open_context(viewport={"width": 390, "height": 800})
    sign_in_to_demo(fresh, "newcomer@example.org")
    page = fresh.new_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => window.shift += e.value))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    first = weigh(page, f"{demo}/learn/{M3}/able-and-willing/")
    assert sum(size for _, size in first) <= 150_000, first
    scripts = page.evaluate(
        "async () => { let n = 0; for (const s of document.scripts) n += (await (await fetch(s.src)).text()).length;"
        " return n; }"
    )
    assert scripts <= 60_000
    page.mouse.wheel(0, 4000)
    page.wait_for_function("window.scrollY > 500")
    assert page.evaluate("window.shift") == 0
    second = weigh(page, f"{demo}/learn/{M3}/able-and-willing/")
    assert sum(size for _, size in second) <= 20_000, second


def weigh(page: Page, url: str) -> list[tuple[str, int]]:
    """What a view takes from the network: kind and bytes. Text counts as compressed, as WhiteNoise sends its files
    outside the tests; what the browser has already does not count."""
    taken: list[Response] = []

    def note(response: Response) -> None:
        taken.append(response)

    page.on("response", note)
    page.goto(url, wait_until="networkidle")
    page.remove_listener("response", note)
    sizes = []
    for response in taken:
        kind, size = response.request.resource_type, response.request.sizes()["responseBodySize"]
        if kind == "image" or response.status == 304 or size <= 0:
            continue
        if kind in {"stylesheet", "script"}:
            size = len(gzip.compress(page.request.get(response.url).body()))
        sizes.append((f"{kind} {response.url.rsplit('/', 1)[-1]}", size))
    return sizes
