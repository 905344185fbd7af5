"""Takes the pictures of README from a running demo: python -m scripts.screenshots http://localhost:8000

Needs the test tools (make setup) and Debian's Chromium.
"""

from __future__ import annotations

import io
import shutil
import sys

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts.environment import ROOT

FOLDER = ROOT / "docs" / "screenshots"
M3 = "carers-assessments-getting-it-right"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def take(page: Page, name: str) -> None:
    """Keeps what the window shows, in few colours."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
    FOLDER.mkdir(parents=True, exist_ok=True)
    picture.save(FOLDER / f"{name}.png", optimize=True)


def main() -> None:
    """A learner's lesson, a trainer's editor, a manager's matrix."""
    site = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)

        def sign_in(email: str) -> Page:
            page = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB").new_page()
            page.goto(f"{site}/accounts/login/")
            page.fill("input[name=login]", email)
            page.fill("input[name=password]", "carers-demo")
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/accounts/login" not in url)
            return page

        learner = sign_in("learner@example.org")
        learner.goto(f"{site}/learn/{M3}/able-and-willing/")
        take(learner, "lesson")
        trainer = sign_in("trainer@example.org")
        trainer.goto(f"{site}/cms/snippets/content/question/")
        trainer.locator("a[href*='/question/edit/']", has_text="council").first.click()
        module = trainer.locator("input[name=module]").input_value()
        trainer.goto(f"{site}/cms/pages/{module}/edit/")
        trainer.wait_for_load_state("networkidle")
        take(trainer, "editor")
        manager = sign_in("manager@example.org")
        manager.goto(f"{site}/manage/matrix/")
        take(manager, "matrix")
        browser.close()


if __name__ == "__main__":
    main()
