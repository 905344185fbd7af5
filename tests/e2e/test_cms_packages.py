"""The trainer's screens for packages in a browser: from an upload to a lesson, and writing one in a form.

Packages play on origins of their own here too. axe finds nothing on any screen of ours; on Wagtail's own (the list of
packages, a module's editor) just what `wagtail_axe_findings.txt` lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from courses.content.models import Library, ModulePage, Package, PackageVersion
from courses.interop.h5p import authoring
from courses.interop.models import Trial
from courses.people.models import User
from courses.people.services.cms import sync_cms_groups
from courses.records.models import ActivityProgress, Enrolment
from scripts.build_h5p import build
from tests.factories import ModuleFactory
from tests.interop import packages
from tests.packages import activity_of

from .apart import apart, until
from .conftest import Axe, overflow
from .test_cms import findings, listed

__all__ = ["apart"]
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[BrowserContext, User], None]
SCORM, BROKEN = "A first talk.zip", "Cut short.h5p"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A package that is good, and one that was cut short on its way."""
    for name, content in ((SCORM, packages.scorm()), (BROKEN, packages.h5p()[:400])):
        (tmp_path / name).write_bytes(content)
    return [str(tmp_path / name) for name in (SCORM, BROKEN)]


@pytest.fixture
def page(desk: BrowserContext, sign_in_live: SignIn, tariq: User, apart: str) -> Page:
    """Tariq, who trains, at a desk."""
    sync_cms_groups(tariq)
    sign_in_live(desk, tariq)
    return desk.new_page()


@pytest.fixture
def choice(tmp_path: Path, apart: str, settings: Any) -> Package:
    """Our choice question with its library, as `make demo` brings it; no H5P service."""
    settings.H5P_SERVICE_URL = ""
    file = build(Path(settings.BASE_DIR) / "h5p" / "packages" / "just-her-husband", tmp_path)
    call_command("import_package", str(file), approve_libraries=True, stdout=StringIO())
    return Package.objects.get()


def at_both_widths(page: Page, axe: Axe) -> None:
    """Nothing that axe finds, and nothing to scroll sideways."""
    page.wait_for_load_state()
    page.locator("main h1").wait_for()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == [], f"{page.url} at {width} px"
        assert overflow(page) <= 0, f"{page.url} at {width} px"
    page.set_viewport_size({"width": 1280, "height": 900})


def test_two_uploads_one_broken_and_the_good_one_is_tried(page: Page, axe: Axe, apart: str, files: list[str]) -> None:
    page.goto(f"{apart}/cms/packages/upload/")
    at_both_widths(page, axe)
    page.get_by_label("Files").set_input_files(files)

    def until_it_was_seen(route: Route) -> None:
        expect(page.get_by_role("progressbar")).to_have_count(2)  # here the files are through in no time
        route.continue_()

    page.route("**/cms/packages/upload/", until_it_was_seen)
    with page.expect_navigation(url="**/cms/packages/uploads/"):
        page.get_by_role("button", name="Upload", exact=True).click()
    rows = page.get_by_role("row")
    expect(rows.filter(has_text=BROKEN)).to_contain_text("Cannot be used")
    expect(rows.filter(has_text=SCORM)).to_contain_text("Ready")
    at_both_widths(page, axe)

    page.get_by_role("link", name=BROKEN).click()
    expect(page.get_by_role("heading", name="Why it cannot be used")).to_be_visible()
    at_both_widths(page, axe)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text(f"“{BROKEN}” was thrown away")).to_be_visible()

    page.get_by_role("link", name=SCORM).click()
    expect(page.get_by_text("SCORM 1.2", exact=True)).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("A first talk")
    at_both_widths(page, axe)
    page.get_by_role("button", name="Keep it").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Go to the package").click()
    page.wait_for_url(re.compile(r"/packages/\d+/$"))
    at_both_widths(page, axe)

    page.get_by_role("link", name="Try as a learner", exact=True).click()
    inside = page.frame_locator("iframe[data-trial]")
    recorded = page.get_by_role("region", name="What would be recorded")
    calls = page.get_by_role("log", name="Calls of the package")
    inside.frame_locator("#sco").locator("#pass").click()
    expect(recorded.get_by_role("row").nth(1)).to_contain_text("yes")
    expect(calls).to_contain_text("accepted")
    at_both_widths(page, axe)
    assert Trial.objects.get().attempts
    page.get_by_role("button", name="Begin again").click()
    expect(page.get_by_text("Your trial was forgotten")).to_be_visible()
    expect(recorded).not_to_contain_text("yes")
    expect(inside.frame_locator("#sco").locator("#pass")).to_be_visible()  # a frame that still loads would be cut off
    assert not ActivityProgress.objects.exists()
    assert not Enrolment.objects.exists()


def test_a_question_is_written_in_the_form_and_tried(page: Page, axe: Axe, apart: str, choice: Package) -> None:
    page.goto(f"{apart}/cms/packages/new/")
    at_both_widths(page, axe)
    page.get_by_role("link", name=Library.objects.get(name="Alongside.Choice").title).click()
    page.get_by_role("textbox", name="Question", exact=True).click()
    page.keyboard.type("What do you ask ")
    page.keyboard.press("Control+b")
    page.keyboard.type("first?")
    at_both_widths(page, axe)
    texts = page.get_by_role("textbox", name="Text", exact=True)
    rows = texts.count()
    texts.nth(0).fill("How are you managing?")
    page.get_by_role("button", name="Add one: answer").focus()
    page.keyboard.press("Enter")
    expect(texts).to_have_count(rows + 1)
    expect(texts.nth(rows)).to_be_focused()

    page.get_by_role("button", name="Save and try", exact=True).click()
    problems = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(problems).to_be_focused()
    at_both_widths(page, axe)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    title = page.get_by_label("Title", exact=True)
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description("Error: Give it a title.")
    title.fill("At the counter")
    expect(texts.nth(0)).to_have_value("How are you managing?")
    expect(page.get_by_role("textbox", name="Question", exact=True)).to_have_text("What do you ask first?")
    problems.get_by_role("link", name="Answer 2, ").click()
    expect(texts.nth(1)).to_be_focused()
    for number in range(1, rows + 1):
        texts.nth(number).fill(f"Sign here, {number}.")
    page.get_by_label("This answer is right").first.check()
    page.get_by_role("button", name="Save and try", exact=True).click()

    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    version = PackageVersion.objects.exclude(package=choice).get()
    assert "<strong>first?</strong>" in authoring.params_of(version)["question"]
    inside = page.frame_locator("iframe[data-trial]")
    inside.get_by_text("How are you managing?").click()
    inside.get_by_role("button", name="Check").click()
    expect(page.get_by_role("region", name="What would be recorded").get_by_role("row").nth(1)).to_contain_text(
        "1 of 1"
    )


def test_words_that_were_not_saved_are_not_left_by_accident(page: Page, apart: str, choice: Package) -> None:
    page.goto(f"{apart}/cms/packages/{choice.pk}/edit/")
    page.evaluate("() => new Promise((done) => document.addEventListener('w-unsaved:watch-edits', () => done()))")
    page.get_by_label("Title", exact=True).click()
    page.keyboard.type("Another ")
    asked: list[str] = []

    def go_on(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", go_on)
    until(lambda: page.locator("form[data-w-unsaved-has-edits-value=true]").count())
    page.get_by_role("link", name="Leave without saving").click()
    page.wait_for_url(f"**/cms/packages/{choice.pk}/")
    assert asked == ["beforeunload"]


def test_a_package_is_chosen_in_a_lesson_and_published(page: Page, apart: str, choice: Package) -> None:
    module = ModuleFactory(title="A first talk", published=True)
    page.goto(f"{apart}/cms/snippets/content/package/")
    found = findings(page, "packages")
    page.goto(f"{apart}/cms/pages/{module.pk}/edit/")
    found |= findings(page, "module")
    assert not (found - listed())

    page.locator("[data-contentpath=lessons] .w-panel__toggle[aria-expanded=false]:visible").last.click()
    page.locator("[data-contentpath=body] button.c-sf-add-button:visible").last.click()
    page.get_by_role("option", name="Interactive activity").click()
    page.locator("[data-contentpath=package]").get_by_role("button", name=re.compile("^Choose")).click()
    page.locator("[data-chooser-modal-choice]").filter(has_text=choice.title).click()
    expect(page.locator("[data-contentpath=package]")).to_contain_text(choice.title)
    page.get_by_role("tab", name="Publishing this change").click()
    page.locator("[name=change_kind]").select_option("correction")
    page.locator("[name=change_note]").fill("It has a question to try now.")
    page.get_by_role("button", name="More actions").click()
    page.locator("[name=action-publish]").click()
    expect(page.get_by_text("has been published")).to_be_visible()
    module = ModulePage.objects.get(pk=module.pk)
    block = activity_of(module, 1)
    assert (block["package"], block["version"], block["rule"]["kind"]) == (choice.public_id, 1, "completed")
    page.goto(f"{apart}/cms/packages/{choice.pk}/")
    expect(page.get_by_role("main")).to_contain_text("A first talk, lesson “Second lesson”: version 1")
