"""A package that means harm, in a real browser: it may spoil its own frame, and nothing else.

It is a SCORM package, because those may run any script on their own origin. Each try notes what came of it; "got it"
means that it succeeded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Frame, Page, expect

from courses.content.models import PackageKind
from courses.interop import launches
from courses.interop.content_host import player_page
from courses.people.models import User
from courses.records.models import ActivityCall, ActivityProgress, Completion
from tests.interop.hosting import Opened, opened
from tests.packages import make_package

from .apart import address, apart, inside
from .conftest import PATIENCE

__all__ = ["apart"]

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[BrowserContext, User], None]
PAGE = b"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A harmless page</title></head>
<body><h1>A harmless page</h1><script src="tries.js"></script><script>
var API = parent.API; if (API) { API.LMSInitialize(""); }
</script></body></html>"""
TRIES = (Path(__file__).parent / "hostile_tries.js").read_bytes()
FILES = {"part1.html": PAGE, "tries.js": TRIES, "sw.js": b"postMessage('alive'); self.oninstall = () => {};"}
SET_COOKIE = "name => { document.cookie = `${name}=evil; domain=localhost; path=/`; }"
WAYS_OUT = {
    "its address": "location = url",
    "the address of the frame around it": "parent.location = url",
    "a form": """const form = document.createElement("form"); form.action = url; form.method = "post";
        document.body.append(form); form.submit()""",
}
"""Each ends the document that goes: it is asked to go and not waited for."""
ASKED = {"takes the top window away", "takes the top window away by a link"}


@pytest.fixture
def context(browser: Browser, sign_in_live: SignIn, amara: User) -> Any:
    """Amara's browser. What the policy stops is what is wanted here."""
    with browser.new_context() as made:
        made.set_default_timeout(PATIENCE)
        sign_in_live(made, amara)
        yield made


def hostile(user: User, title: str = "A harmless package") -> Opened:
    return opened(user, make_package(kind=PackageKind.SCORM_12, title=title, files=FILES), rule="passed")


def frame_of(page: Page) -> Frame:
    """The hostile page itself, inside the wrapper."""
    expect(inside(page).frame_locator("#sco").get_by_role("heading", name="A harmless page")).to_be_visible()
    return next(frame for frame in page.frames if frame.url.endswith("/part1.html"))


def test_nothing_of_the_site_can_be_had(apart: str, amara: User, context: BrowserContext) -> None:
    hers = hostile(amara)
    page = context.new_page()
    page.goto(f"{apart}/my-learning/")
    page.goto(address(apart, hers))
    session = next(cookie for cookie in context.cookies(apart) if cookie["name"] == "sessionid")["value"]
    frame = frame_of(page)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    names = frame.evaluate("Object.keys(window.tries)")
    assert len(names) > 20
    found = {name: frame.evaluate("name => window.attempt(name)", name) for name in names}
    got = {name: what for name, what in found.items() if not what.startswith("no: ") and name not in ASKED}
    assert not got
    assert not dialogs
    assert page.url == address(apart, hers), "the top window is where it was"
    assert len(context.pages) == 1
    page.reload()
    frame = frame_of(page)
    assert frame.evaluate("navigator.serviceWorker.controller") is None
    for name in ("sessionid", "csrftoken"):
        frame.evaluate(SET_COOKIE, name)
    cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies(apart)}
    assert cookies["sessionid"] == session
    assert cookies.get("csrftoken") != "evil"
    page.goto(f"{apart}/my-learning/")
    expect(page.get_by_text("Amara").first).to_be_visible()


def test_it_cannot_go_back_in_her_history(apart: str, amara: User, context: BrowserContext) -> None:
    """Its own frame may go; she stays where she is."""
    hers = hostile(amara)
    page = context.new_page()
    page.goto(f"{apart}/my-learning/")
    page.goto(f"{apart}/modules/")
    page.goto(address(apart, hers))
    moved: list[str] = []
    page.on("framenavigated", lambda frame: moved.append(frame.url) if frame == page.main_frame else None)
    for steps in (-1, -2, -3, -9):
        frame_of(page).evaluate("steps => { setTimeout(() => history.go(steps)); }", steps)
        page.wait_for_timeout(300)  # for something that must not come
    assert not moved
    assert page.url == address(apart, hers)


@pytest.mark.parametrize("way", WAYS_OUT.values(), ids=WAYS_OUT)
def test_its_frame_goes_nowhere_else(apart: str, amara: User, context: BrowserContext, way: str) -> None:
    """What it knows cannot leave by going somewhere with it."""
    hers = hostile(amara)
    page = context.new_page()
    page.goto(address(apart, hers))
    frame = frame_of(page)
    elsewhere = apart.replace("localhost", "127.0.0.1")
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url))
    go = f"try {{ {way}; }} catch {{ document.body.textContent = 'no'; }}"
    frame.evaluate(f"url => {{ setTimeout(() => {{ {go} }}); }}", f"{elsewhere}/?her-answers")
    expect(inside(page).frame_locator("#sco").get_by_role("heading", name="A harmless page")).to_have_count(0)
    assert not [url for url in asked if url.startswith(elsewhere)]
    assert page.url == address(apart, hers)


def test_two_packages_share_no_storage_and_no_token(apart: str, amara: User, context: BrowserContext) -> None:
    """By themselves in a window, where a browser gives them all the storage that there is."""
    one, other = hostile(amara, "One"), hostile(amara, "Another")
    mine, its = context.new_page(), context.new_page()
    mine.goto(f"{place(one)}/part1.html")
    its.goto(f"{place(other)}/part1.html")
    mine.evaluate("localStorage.setItem('secret', 'hers')")
    mine.evaluate(SET_COOKIE, "sessionid")
    assert its.evaluate("localStorage.getItem('secret')") is None
    assert "evil" not in its.evaluate("document.cookie")
    assert all(cookie["value"] != "evil" for cookie in context.cookies(apart))
    for url in (f"{place(one)}/part1.html", f"{launches.origin(one.package.public_id)}/launch/{one.token()}/"):
        assert its.evaluate("url => fetch(url).then(() => 'got it', error => error.name)", url) == "TypeError"


def place(hers: Opened) -> str:
    """Where the files of a package lie."""
    public_id = hers.package.public_id
    return launches.origin(public_id) + player_page.files_address(public_id, hers.version.sha256)


def test_it_cannot_report_for_anybody_else(apart: str, amara: User, chidi: User, context: BrowserContext) -> None:
    hers, his = hostile(amara), hostile(chidi, "His")
    page = context.new_page()
    page.goto(address(apart, hers))
    frame = frame_of(page)
    call = {
        "seq": 1,
        "kind": "commit",
        "part": "item-1",
        "body": {"session": "x", "cmi": {"cmi.core.lesson_status": "passed"}},
    }
    post = """async ([token, more, call]) => {
      const body = JSON.stringify({ calls: [call], ...more });
      return (await fetch(`/launch/${token}/calls`, { method: "POST", body })).status;
    }"""
    token = frame.evaluate("parent.alongside.launch.token")
    for stolen, more in (
        (his.token(), {}),
        (token + "x", {}),
        (token, {"client": "another-opening"}),
    ):
        assert frame.evaluate(post, [stolen, more, call]) in {403, 404}
    named = {"person": chidi.person.pk and str(chidi.person.pk), "attempt": his.attempt.pk}
    frame.evaluate(post, [token, named, call])
    assert not ActivityCall.objects.filter(progress=his.progress).exists()
    assert not ActivityProgress.objects.filter(attempt=his.attempt, satisfied_at__isnull=False).exists()
    forged = {"alongside": 1, "type": "call", "call": {**call, "seq": 2}, "person": "x", "attempt": his.attempt.pk}
    frame.evaluate("([message, site]) => top.postMessage(message, site)", [forged, apart])
    frame.evaluate("([message, site]) => parent.parent.postMessage(message, site)", [forged, apart])
    assert not ActivityCall.objects.filter(progress=his.progress).exists()
    assert not Completion.objects.exists()


def test_a_flood_is_stopped_and_the_page_goes_on(apart: str, amara: User, context: BrowserContext) -> None:
    hers = hostile(amara)
    page = context.new_page()
    page.goto(address(apart, hers))
    frame = frame_of(page)
    flood = """() => {
      const body = { session: "x", cmi: { "cmi.suspend_data": "x".repeat(5000) } };
      for (let n = 0; n < 5000; n += 1) parent.alongside.calls.send("commit", "item-1", body);
    }"""
    frame.evaluate(flood)
    expect(page.locator("[data-trouble]")).to_contain_text("sent far more than it should")
    expect(page.locator("[data-frame]")).to_be_hidden()
    assert ActivityCall.objects.count() <= 600
    page.get_by_role("link", name="Back to the lesson").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_flood_at_its_own_door_is_told_to_wait(apart: str, amara: User, context: BrowserContext) -> None:
    hers = hostile(amara)
    page = context.new_page()
    page.goto(address(apart, hers))
    frame = frame_of(page)
    pour = """async () => {
      const { token } = parent.alongside.launch;
      const call = (seq) => ({ seq, kind: "commit", part: "item-1", body: { session: "x", cmi: {} } });
      let status = 0;
      for (let n = 0; n < 12 && status !== 429; n += 1) {
        const calls = Array.from({ length: 100 }, (_, at) => call(n * 100 + at + 1));
        status = (await fetch(`/launch/${token}/calls`, { method: "POST", body: JSON.stringify({ calls }) })).status;
      }
      return status;
    }"""
    assert frame.evaluate(pour) == 429
    assert ActivityCall.objects.count() <= 600


def test_a_harmless_one_that_relies_on_storage_plays_where_the_browser_refuses_it(
    apart: str, amara: User, context: BrowserContext
) -> None:
    """Chromium without third-party storage, as some workplaces set it, throws in a frame of another site."""
    hers = hostile(amara)
    page = context.new_page()
    page.goto(address(apart, hers))
    frame = frame_of(page)
    assert frame.evaluate("localStorage.setItem('page', '7'); localStorage.getItem('page')") == "7"
    with page.expect_event("framenavigated", lambda moved: moved == frame):
        frame.evaluate("setTimeout(() => location.reload())")
    assert frame_of(page).evaluate("localStorage.getItem('page')") == "7", "as long as the opening lasts"
    page.reload()
    assert frame_of(page).evaluate("localStorage.getItem('page')") is None, "and no longer, on a shared computer"
