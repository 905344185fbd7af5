"""An H5P package in a real browser, on its own origin under the strict policy: it starts, records, is left and goes on.

The fixture `desk` fails each of these tests when the policy stops anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from courses.interop import launches
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityCall, ActivityProgress
from tests.interop.hosting import Opened, opened
from tests.packages import H5P_MANIFEST, h5p_files, make_package

from .apart import apart, inside, until, visit

__all__ = ["apart"]

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[BrowserContext, User], None]


@pytest.fixture
def hers(apart: str, amara: User) -> Opened:
    return opened(amara, make_package(), rule="passed")


def kept() -> dict[str, Any]:
    state: dict[str, Any] = ActivityProgress.objects.get().state
    return state


def test_it_starts_records_and_goes_on_where_she_left(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    page = visit(desk, sign_in_live, amara, apart, hers)
    expect(inside(page).get_by_text("Who may be a carer?")).to_be_visible()
    expect(inside(page).get_by_text("Nothing chosen")).to_be_visible()
    inside(page).get_by_role("button", name="Anyone").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    attempt = until(lambda: ActivityAttempt.objects.filter(finished_at__isnull=False).first())
    assert (attempt.scaled, attempt.success, attempt.completion) == (1, True, "completed")
    assert until(kept) == {"0": {"state": '{"chosen":"right"}'}}
    assert ActivityProgress.objects.get().satisfied_by == "package"
    assert not ActivityCall.objects.exclude(outcome="accepted").exists()
    page.close()

    page = desk.new_page()
    page.goto(f"{apart}/learn/")
    page = visit(desk, sign_in_live, amara, apart, hers)
    expect(inside(page).get_by_text("Chosen: right")).to_be_visible()


def test_a_tab_closed_in_the_middle_loses_nothing(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    page = visit(desk, sign_in_live, amara, apart, hers)
    inside(page).get_by_role("button", name="Nurses only").click()
    page.close(run_before_unload=True)
    assert until(lambda: ActivityCall.objects.filter(kind="statement").exists())
    assert until(lambda: kept() == {"0": {"state": '{"chosen":"wrong"}'}})
    assert ActivityAttempt.objects.filter(finished_at__isnull=False).count() == 1, "said twice, counted once"


def test_what_the_site_could_not_take_is_sent_by_the_package_s_own_page(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    """The last gasp: a beacon to its own origin, with the newest state."""
    desk.route("**/activity/*/calls/", lambda route: route.abort())
    page = visit(desk, sign_in_live, amara, apart, hers)
    inside(page).get_by_role("button", name="Nurses only").click()
    inside(page).get_by_role("button", name="Anyone").click()
    page.close(run_before_unload=True)
    assert until(lambda: ActivityAttempt.objects.filter(success=True).exists())
    assert until(lambda: kept() == {"0": {"state": '{"chosen":"right"}'}})
    assert not ActivityCall.objects.filter(outcome="refused").exists()


def test_in_a_window_of_its_own_it_sends_by_itself(hers: Opened, apart: str, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(launches.address(hers.package.public_id, hers.token()))
    page.get_by_role("button", name="Anyone").click()
    assert until(lambda: kept() == {"0": {"state": '{"chosen":"right"}'}})
    assert ActivityAttempt.objects.get().success is True


def test_a_script_that_is_missing_is_said_in_words(
    apart: str, amara: User, browser: Browser, sign_in_live: SignIn
) -> None:
    files = h5p_files()
    del files["TestPack.Pick-1.1/pick.js"]
    hers = opened(amara, make_package(files=files))
    with browser.new_context() as context:  # one whose faults are meant
        page = visit(context, sign_in_live, amara, apart, hers)
        expect(inside(page).get_by_role("alert")).to_contain_text("This activity could not start.")
        expect(inside(page).get_by_role("button", name="Try again")).to_be_visible()
        expect(page.locator("[data-trouble]")).to_contain_text("did not start")
    assert not ActivityCall.objects.exists()


def test_an_opening_that_has_expired_is_renewed_by_the_page_around_it(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, late = launches.read, [True]

    def once_late(token: str, **more: Any) -> launches.Launch:
        if late and not more:
            late.clear()
            raise launches.ExpiredError
        return read(token, **more)

    monkeypatch.setattr(launches, "read", once_late)
    page = visit(desk, sign_in_live, amara, apart, hers)
    expect(inside(page).get_by_text("Who may be a carer?")).to_be_visible()
    assert not late
    inside(page).get_by_role("button", name="Anyone").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def test_a_library_of_version_nought_finds_its_files(
    apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    files = {
        path.replace("Pick-1.1", "Pick-0.5"): content.replace(
            b'"majorVersion": 1, "minorVersion": 1', b'"majorVersion": 0, "minorVersion": 5'
        )
        for path, content in h5p_files().items()
    }
    manifest = {**H5P_MANIFEST, "main_library": "TestPack.Pick 0.5"}
    hers = opened(amara, make_package(files=files, manifest=manifest))
    page = visit(desk, sign_in_live, amara, apart, hers)
    inside(page).get_by_role("button", name="Anyone").click()
    path = inside(page).locator("#activity").evaluate("() => H5P.instances[0].libraryInfo.versionedNameNoSpaces")
    assert path == "TestPack.Pick-0.5"


def test_a_browser_that_keeps_storage_from_frames_plays_it_all_the_same(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    desk.add_init_script(
        """const get = () => { throw new DOMException("no", "SecurityError"); };
        if (window !== window.top) for (const name of ["localStorage", "sessionStorage"])
          Object.defineProperty(window, name, {configurable: true, get});"""
    )
    page = visit(desk, sign_in_live, amara, apart, hers)
    inside(page).get_by_role("button", name="Anyone").click()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def test_on_a_phone_it_is_as_wide_as_the_phone(
    hers: Opened, apart: str, amara: User, open_context: Callable[..., BrowserContext], sign_in_live: SignIn
) -> None:
    phone = open_context(viewport={"width": 320, "height": 640})
    page = visit(phone, sign_in_live, amara, apart, hers)
    expect(inside(page).get_by_text("Who may be a carer?")).to_be_visible()
    assert inside(page).locator("html").evaluate("root => root.scrollWidth - innerWidth") <= 0
    frame = page.locator("[data-frame]").bounding_box()
    assert frame
    assert frame["width"] <= 320


def test_looking_back_after_completion_sends_nothing(
    hers: Opened, apart: str, amara: User, desk: BrowserContext, sign_in_live: SignIn
) -> None:
    ActivityProgress.objects.update(state={"0": {"state": '{"chosen":"right"}'}})
    hers.attempt.finished_at = hers.attempt.started_at
    hers.attempt.save()
    page = visit(desk, sign_in_live, amara, apart, hers)
    expect(inside(page).get_by_text("Chosen: right")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    inside(page).get_by_role("button", name="Nurses only").click()
    expect(inside(page).get_by_text("Chosen: wrong")).to_be_visible()
    page.close(run_before_unload=True)
    assert not sent
    assert not ActivityCall.objects.exists()
