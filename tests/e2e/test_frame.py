"""The frame of every page in a browser: the menu without scripts, the way in by keyboard, nothing that jumps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from .conftest import SignIn

PHONE = {"width": 320, "height": 640}
WATCH = """window.shifted = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({type: "layout-shift", buffered: true});"""
Context = Callable[..., BrowserContext]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_menu_of_a_phone_opens_and_closes(demo: str, open_context: Context, scripts: bool) -> None:
    page = open_context(viewport=PHONE, java_script_enabled=scripts).new_page()
    page.goto(f"{demo}/modules/")
    resources = page.get_by_role("navigation", name="Main").get_by_role("link", name="Resources")
    expect(resources).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(resources).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(resources).to_be_hidden()


def test_signing_out_needs_no_script(demo: str, without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto(f"{demo}/accounts/login/?next=/modules/")
    page.locator("input[name=login]").fill("newcomer@example.org")
    page.locator("input[name=password]").fill("carers-demo")
    page.locator("main form button[type=submit]").first.click()
    page.locator("details.me summary").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto(f"{demo}/modules/")
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(demo: str, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(f"{demo}/modules/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/modules/", "/modules/young-carers-in-school/", "/privacy/"])
@pytest.mark.parametrize("across", [1280, 390])
def test_nothing_jumps_while_a_page_loads(demo: str, open_context: Context, path: str, across: int) -> None:
    page = open_context(viewport={"width": across, "height": 800}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{demo}{path}", wait_until="networkidle")
    assert page.evaluate("window.shifted") == 0


def test_errors_of_a_form_are_read_first_and_lead_to_the_field(demo: str, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(f"{demo}/help/report/")
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="Say what went wrong").click()
    expect(page.get_by_label("What went wrong?")).to_be_focused()


def test_filters_of_the_catalogue_work_without_scripts(demo: str, without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto(f"{demo}/modules/")
    page.get_by_label("Where you work").select_option("education")
    page.get_by_label("How long it may take").select_option("45")
    page.get_by_role("button", name="Show modules").click()
    expect(page.get_by_role("link", name="Young carers in school")).to_be_visible()
    expect(page.get_by_role("link", name="Carers’ assessments: getting it right")).to_be_hidden()
    page.get_by_role("link", name="Clear search and filters").click()
    expect(page.get_by_role("link", name="Carers’ assessments: getting it right")).to_be_visible()


def test_the_links_of_a_role_are_there_after_signing_in(
    demo: str, desk: BrowserContext, sign_in_to_demo: SignIn
) -> None:
    sign_in_to_demo(desk, "manager@example.org")
    page = desk.new_page()
    page.goto(f"{demo}/modules/")
    expect(page.get_by_role("link", name="Manage", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="CMS", exact=True)).to_be_hidden()
