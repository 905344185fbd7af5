"""An account, by keyboard alone: made, confirmed, protected with a second step, signed in to again; and passkeys."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Axe, overflow

PASSWORD = "quiet-lamp-river"


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the control has the focus, as somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
    pytest.fail(f"No way to {selector} by keyboard on {page.url}")


def press(page: Page, selector: str, then: str | re.Pattern[str]) -> None:
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_url(then)


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def with_passkeys(desk: BrowserContext) -> Page:
    """A page in a browser whose device keeps passkeys and knows its owner."""
    page = desk.new_page()
    session = desk.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def sign_up(page: Page, site: str) -> None:
    """From the sign-up page to being signed in, in the browser and through the mail."""
    page.goto(f"{site}/accounts/signup/?next=/accounts/sessions/")
    tab_to(page, "[name=name]")
    page.keyboard.type("Noor Haddad")
    tab_to(page, "[name=email]")
    page.keyboard.type("noor@example.org")
    tab_to(page, "[name=password1]")
    page.keyboard.type(PASSWORD)
    press(page, "form[action='/accounts/signup/'] [type=submit]", f"{site}/accounts/confirm-email/")
    found = re.search(r"http://\S+/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert found
    page.goto(found[0])
    press(page, "main [type=submit]", f"{site}/accounts/sessions/")


def prove(page: Page) -> None:
    """Types the password once more where it is asked for."""
    if "reauthenticate" in page.url:
        tab_to(page, "[name=password]")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "reauthenticate" not in url)


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    press(page, "main [type=submit]", f"{site}/")


def test_account_by_keyboard(live_server: Any, desk: BrowserContext, axe: Axe) -> None:
    page, site = desk.new_page(), live_server.url
    sign_up(page, site)
    page.goto(f"{site}/accounts/2fa/totp/activate/")
    prove(page)
    secret = page.locator("code.key").text_content() or ""
    assert axe(page) == []
    tab_to(page, "[name=code]")
    page.keyboard.type(code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    spare = page.locator(".codes code").first.text_content() or ""
    assert axe(page) == []
    sign_out(page, site)

    page.goto(f"{site}/accounts/login/?next=/accounts/")
    tab_to(page, "[name=login]")
    page.keyboard.type("noor@example.org")
    tab_to(page, "[name=password]")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/authenticate/**")
    tab_to(page, "[name=code]")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.locator("[data-error-summary]:focus").wait_for()
    assert axe(page) == []
    tab_to(page, "[name=code]")
    page.keyboard.press("Control+a")
    page.keyboard.type(spare)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/accounts/")


def test_passkey_added_and_used_alone_as_second_step_and_as_proof(live_server: Any, with_passkeys: Page) -> None:
    page, site = with_passkeys, live_server.url
    sign_up(page, site)
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    prove(page)
    tab_to(page, "[name=passwordless]")
    page.keyboard.press("Space")
    press(page, "form[data-passkey] [type=submit]", "**/recovery-codes/")
    sign_out(page, site)

    page.goto(f"{site}/accounts/login/?next=/accounts/join/")
    press(page, "form[data-passkey] [type=submit]", f"{site}/accounts/join/")
    page.goto(f"{site}/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/webauthn/")
    press(page, "form[data-passkey] [type=submit]", f"{site}/accounts/2fa/webauthn/")
    sign_out(page, site)

    page.goto(f"{site}/accounts/login/?next=/accounts/")
    page.fill("[name=login]", "noor@example.org")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/authenticate/**")
    press(page, "form[data-passkey] [type=submit]", f"{site}/accounts/")


def test_password_is_shown_on_request_and_hidden_before_it_is_sent(live_server: Any, desk: BrowserContext) -> None:
    page = desk.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=password]", "open-sesame")
    page.get_by_role("button", name="Show password").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(page.locator("[name=password]")).to_have_attribute("type", "password")


def test_without_javascript_nothing_is_offered_that_cannot_work(
    live_server: Any, without_scripts: BrowserContext
) -> None:
    page = without_scripts.new_page()
    sign_up(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/2fa/webauthn/add/")
    prove(page)
    assert not page.locator("form[data-passkey]").is_visible()
    assert page.locator("noscript p").is_visible()
    sign_out(page, live_server.url)
    page.goto(f"{live_server.url}/accounts/login/")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert not page.get_by_role("button", name="Show password").is_visible()


def test_an_invitation_from_the_manager_to_the_newcomer(
    live_server: Any,
    open_context: Callable[..., BrowserContext],
    sign_in_live: Callable[[BrowserContext, Any], None],
    ben: Any,
    assessments: Any,
    axe: Axe,
    width: int,
) -> None:
    desk = open_context(viewport={"width": width, "height": 800})
    sign_in_live(desk, ben)
    page = desk.new_page()
    page.goto(f"{live_server.url}/accounts/invitations/")
    page.select_option("[name=unit]", str(assessments.pk))
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_label("Invitation link").input_value()
    assert axe(page) == []
    assert overflow(page) <= 0
    path = re.sub(r"^https?://[^/]+", "", link)

    phone = open_context(viewport={"width": width, "height": 800}).new_page()
    phone.goto(f"{live_server.url}{path}")
    assert axe(phone) == []
    assert overflow(phone) <= 0
    phone.get_by_role("link", name="Create an account").click()
    phone.fill("[name=name]", "Noor Haddad")
    phone.fill("[name=email]", "noor@example.org")
    phone.fill("[name=password1]", PASSWORD)
    phone.get_by_role("button", name="Create my account").click()
    phone.wait_for_url("**/confirm-email/")
    found = re.search(r"http://\S+/accounts/confirm-email/\S+", str(mail.outbox[-1].body))
    assert found
    phone.goto(found[0])
    phone.get_by_role("button", name="Yes, this is my address").click()
    phone.wait_for_url(f"**{path}")
    phone.get_by_role("button", name="Join", exact=True).click()
    phone.get_by_text("You have joined Adult Assessments, Northfield Council.").wait_for()
    assert axe(phone) == []
    assert overflow(phone) <= 0
