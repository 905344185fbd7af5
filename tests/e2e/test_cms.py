"""The trainer's screens at 1280 and 320 px: axe finds just what `wagtail_axe_findings.txt` lists of Wagtail's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from .conftest import AXE, WIDTHS, SignIn

FINDINGS = Path(__file__).with_name("wagtail_axe_findings.txt")
M3 = "carers-assessments-getting-it-right"
Finding = tuple[str, str, str]
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(v => v.nodes.map(n => [v.id, n.html, document.querySelector(n.target[0])
    ? document.querySelector(n.target[0]).matches('form[role=search]') ? 'form[role=search]'
    : document.querySelector(n.target[0]).tagName.toLowerCase() : '']));
}"""


def listed() -> set[Finding]:
    """Wagtail's own findings, as the file lists them."""
    lines = [line for line in FINDINGS.read_text().splitlines() if line and not line.startswith("#")]
    found: set[Finding] = set()
    for line in lines:
        page, rule, element = (part.strip() for part in line.split("|"))
        found.add((page, rule, element))
    return found


def findings(page: Page, name: str) -> set[Finding]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return {(name, rule, element) for rule, _, element in page.evaluate(RUN)}


def walk(page: Page, demo: str) -> set[Finding]:
    """What is found on the screens a trainer works with."""
    found: set[Finding] = set()

    def visit(name: str, address: str) -> None:
        answer = page.goto(demo + address)
        assert answer is not None
        assert answer.status == 200, address
        found.update(findings(page, name))

    def edited(kind: str) -> str:
        link = page.locator(f"a[href*='/cms/snippets/content/{kind}/edit/']").first.get_attribute("href")
        return str(link)

    visit("dashboard", "/cms/")
    visit("figures", "/cms/snippets/content/figure/")
    visit("stories", "/cms/snippets/content/story/")
    visit("withdraw a story", f"/cms/stories/{edited('story').rstrip('/').rsplit('/', 1)[-1]}/withdraw/")
    visit("questions", "/cms/snippets/content/question/")
    visit("question", edited("question"))
    module = page.locator("input[name=module]").input_value()
    visit("module", f"/cms/pages/{module}/edit/")
    page.get_by_role("tab", name="Publishing this change").click()
    page.get_by_text("Can this be published?").first.wait_for()
    found.update(findings(page, "module"))
    visit("versions", f"/cms/modules/{module}/versions/")
    visit("version", f"/cms/modules/{module}/versions/1/")
    visit("answers to questions", f"/cms/modules/{module}/questions/")
    return found


def test_the_editor_adds_nothing_to_what_wagtail_brings(
    demo: str, open_context: Callable[..., BrowserContext], sign_in_to_demo: SignIn
) -> None:
    found: set[Finding] = set()
    for width in WIDTHS:
        context = open_context(viewport={"width": width, "height": 900})
        sign_in_to_demo(context, "trainer@example.org")
        found |= walk(context.new_page(), demo)
    assert not (new := found - listed()), "\n".join(" | ".join(finding) for finding in sorted(new))
