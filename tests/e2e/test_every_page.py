"""Every page at 1280 and 320 px: axe finds nothing, nothing is wider than the window, one h1, no script fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import Axe, SignIn, overflow

M3 = "carers-assessments-getting-it-right"
PAGES = {
    "": [
        "/",
        "/modules/",
        "/modules/?q=nothing-like-this",
        f"/modules/{M3}/",
        "/resources/",
        "/help/",
        "/help/report/",
        "/accessibility/",
        "/privacy/",
        "/verify/",
        "/verify/AAAA-AAAA-AAAA/",
        "/verify/pack/",
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/demo/mail/",
        "/no-such-page/",
    ],
    "learner@example.org": [
        "/",
        "/my-learning/",
        f"/my-learning/{M3}/timeline/",
        "/my-learning/cpd/",
        "/my-learning/data/",
        f"/modules/{M3}/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/another/",
        "/accounts/sessions/",
        "/accounts/profile/",
    ],
    "newcomer@example.org": ["/my-learning/"],
    "manager@example.org": [
        "/manage/",
        "/manage/people/",
        "/manage/matrix/",
        "/manage/exports/",
        "/manage/evidence/",
        "/manage/evidence/new/?as_at=",
    ],
    "lead@example.org": [
        "/manage/",
        "/manage/matrix/",
        "/manage/assignments/",
        f"/manage/modules/{M3}/",
        f"/manage/modules/{M3}/answers/",
        "/manage/?as_at=2026-06-30",
        "/manage/matrix/?as_at=yesterday",
        "/manage/matrix/?state=overdue&sort=next",
        "/manage/matrix/?print=1",
        "/manage/people/?gone=left",
        "/manage/principles/",
        "/manage/views/",
        "/manage/views/new/matrix/?state=overdue",
    ],
}
UNKNOWN = {"/no-such-page/", "/verify/AAAA-AAAA-AAAA/"}
MODULES = [M3, "carer-awareness-everybodys-business", "young-carers-in-school"]
CASES = [(who, path) for who, paths in PAGES.items() for path in paths]


WIDE = """() => [...document.querySelectorAll("main *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest("[tabindex='0']"))
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 80))"""
"""The first things that stick out, for whoever has to mend it."""


def faults(page: Page, axe: Axe) -> list[str]:
    """What is wrong of what holds for every page."""
    found = axe(page)
    if overflow(page) > 0:
        found.append(f"wider than the window: {page.evaluate(WIDE)}")
    if page.locator("h1").count() != 1:
        found.append("not exactly one h1")
    if page.locator("html").get_attribute("lang") != "en-GB":
        found.append("no language")
    return [f"{page.url}: {fault}" for fault in found]


@pytest.mark.parametrize(("who", "path"), CASES, ids=[f"{who.split('@')[0] or 'anyone'} {path}" for who, path in CASES])
def test_page(
    demo: str,
    open_context: Callable[..., BrowserContext],
    sign_in_to_demo: SignIn,
    axe: Axe,
    width: int,
    who: str,
    path: str,
) -> None:
    context = open_context(viewport={"width": width, "height": 800})
    if who:
        sign_in_to_demo(context, who)
    page: Any = context.new_page()
    answer = page.goto(demo + path)
    assert answer.status == (404 if path in UNKNOWN else 200)
    assert not (found := faults(page, axe)), "\n".join(found)


@pytest.mark.parametrize("module", MODULES)
def test_every_lesson(
    demo: str, open_context: Callable[..., BrowserContext], sign_in_to_demo: SignIn, axe: Axe, width: int, module: str
) -> None:
    """Each lesson of the real modules, with every block in it, and its folded parts open."""
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_to_demo(context, "newcomer@example.org")
    page = context.new_page()
    page.goto(f"{demo}/learn/{module}/")
    start = page.locator("form[action*='/learn/'] button[type=submit]")
    if "/learn/" not in page.url and start.count():
        with page.expect_navigation(url="**/learn/**"):
            start.first.click()
    lessons = page.locator(f"a[href^='/learn/{module}/']").evaluate_all("links => links.map(a => a.href)")
    found = []
    for address in sorted(set(lessons)):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
        found += faults(page, axe)
    assert len(set(lessons)) > 3
    assert not found, "\n".join(found)


LEADS = [
    "/manage/exports/",
    "/manage/exports/matrix/",
    "/manage/exports/for/asc-wds/",
    "/manage/exports/for/asc-wds/settings/",
    "/manage/exports/for/esr/",
    "/manage/exports/for/esr/settings/",
    "/manage/schedules/new/?what=overdue",
    "/manage/jobs/",
    "/manage/organisation/",
    "/manage/imports/",
    "/manage/imports/new/",
    "/manage/invitations/",
    "/manage/domains/",
    "/manage/units/",
    "/manage/units/new/",
    "/manage/job-roles/",
    "/manage/roles/",
    "/manage/leavers/",
    "/manage/audit/",
    "/manage/people/new/",
    "/manage/assignments/new/",
    "/manage/paths/",
    "/manage/paths/new/",
    "/manage/reminders/",
    "/manage/reminders/now/",
    "/manage/erasure/",
    "/manage/erasure/1/",
    "/manage/holds/",
    "/manage/holds/new/",
    "/manage/retention/",
    "/manage/retention/modules/",
    "/manage/retention/classes/new/",
    "/manage/retention/classes/1/",
]
OF_ONE = [
    "", "posts/", "posts/new/", "leave/", "absence/", "roles/", "same/?q=a", "agreements/", f"{M3}/exempt/",
    f"{M3}/adjust/",
]  # fmt: skip
"""Of one person, below her own page."""


def test_every_page_of_the_lead(
    demo: str, open_context: Callable[..., BrowserContext], sign_in_to_demo: SignIn, axe: Axe, width: int
) -> None:
    """What a training lead sets up and looks up, one page after the other; and what there is about one person."""
    context = open_context(viewport={"width": width, "height": 800})
    sign_in_to_demo(context, "lead@example.org")
    page = context.new_page()
    page.goto(f"{demo}/manage/people/")
    hers = page.locator("main table a[href^='/manage/people/']").first.get_attribute("href")
    found = []
    for path in [*LEADS, *(f"{hers}{part}" for part in OF_ONE)]:
        answer = page.goto(demo + path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
        else:
            found += faults(page, axe)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("start", ["/resources/", "/help/"])
def test_every_page_below(
    demo: str, open_context: Callable[..., BrowserContext], axe: Axe, width: int, start: str
) -> None:
    """Each pack, resource and help page."""
    page = open_context(viewport={"width": width, "height": 800}).new_page()
    waiting, seen = [start], {start}
    found = []
    while waiting:
        page.goto(demo + waiting.pop())
        found += faults(page, axe)
        links = page.locator(f"main a[href^='{start}']").evaluate_all("links => links.map(a => a.pathname)")
        for link in links:
            if link not in seen and not link.endswith(("/pdf/", "/zip/")):
                seen.add(link)
                waiting.append(link)
    assert len(seen) > 3
    assert not found, "\n".join(found)
