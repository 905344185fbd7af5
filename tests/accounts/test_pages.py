"""Every page of the account: opens, in our look, under the strict content policy, within its budget; and the mails."""

from __future__ import annotations

import re

import pytest
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people.models import User
from tests.factories import PASSWORD

SIGNED_OUT = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/confirm-email/",
    "/accounts/confirm-email/no-such-key/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/password/reset/key/1-abc/",
    "/accounts/password/reset/key/done/",
    "/accounts/inactive/",
]
SIGNED_IN = [
    "/accounts/",
    "/accounts/profile/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/sessions/",
    "/accounts/join/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
]
WITH_SECOND_FACTOR = [
    "/accounts/2fa/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/totp/deactivate/",
]


@pytest.fixture
def proven(client: Client, amara: User) -> Client:
    """Amara, who has just typed her password."""
    client.post("/accounts/login/", {"login": amara.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def check(page: str) -> None:
    assert '<html lang="en-GB" class="govuk-template">' in page
    assert page.count("<h1") == 1
    assert not re.search(r"<script(?![^>]*\ssrc=)", page), "no inline script"
    assert not re.search(r"\sstyle=|\son\w+=", page), "no inline style or handler"
    assert re.search(r"<title>\S.* · Alongside</title>", page)
    assert "student" not in page.lower()


@pytest.mark.parametrize("path", SIGNED_OUT)
def test_page_opens_signed_out(client: Client, db: None, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    check(answer.content.decode())
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", SIGNED_IN)
def test_page_opens_signed_in_and_to_nobody_else(proven: Client, path: str) -> None:
    answer = proven.get(path)
    assert answer.status_code == 200
    check(answer.content.decode())
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("path", WITH_SECOND_FACTOR)
def test_page_opens_with_a_second_factor(proven: Client, amara: User, path: str) -> None:
    TOTP.activate(amara, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(amara)
    answer = proven.get(path)
    assert answer.status_code == 200
    check(answer.content.decode())


def test_passkeys_are_listed_renamed_and_removed(proven: Client, amara: User) -> None:
    passkey = Authenticator.objects.create(
        user=amara, type=Authenticator.Type.WEBAUTHN, data={"name": "My phone", "credential": {}}
    )
    page = proven.get(f"/accounts/2fa/webauthn/keys/{passkey.pk}/edit/")
    check(page.content.decode())
    assert "My phone" in page.content.decode()
    proven.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/edit/", {"name": "<b>Blue key</b>"})
    page = proven.get("/accounts/2fa/webauthn/")
    assert "&lt;b&gt;Blue key&lt;/b&gt;" in page.content.decode()
    check(proven.get(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/").content.decode())
    proven.post(f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/")
    assert not Authenticator.objects.exists()


def test_nobody_touches_anothers_passkey(proven: Client, ben: User) -> None:
    theirs = Authenticator.objects.create(user=ben, type=Authenticator.Type.WEBAUTHN, data={"name": "Ben’s"})
    for action in ("edit", "remove"):
        assert proven.post(f"/accounts/2fa/webauthn/keys/{theirs.pk}/{action}/", {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize(
    "credential", ["", "x", "{}", "[]", "null", '{"id": 1}', '{"response": {"clientDataJSON": "e30"}}']
)
def test_a_false_passkey_gets_nobody_in(client: Client, db: None, credential: str) -> None:
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


def test_only_managers_are_offered_invitations(amara_client: Client, ben_client: Client) -> None:
    assert "/accounts/invitations/" not in amara_client.get("/accounts/").content.decode()
    assert "/accounts/invitations/" in ben_client.get("/accounts/").content.decode()


@pytest.mark.parametrize(("path", "budget"), [("/accounts/", 3), ("/accounts/join/", 6), ("/accounts/profile/", 3)])
def test_budgets(
    amara_client: Client, path: str, budget: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(budget):
        assert amara_client.get(path).status_code == 200


MAILS = [
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/account_already_exists",
    "account/email/unknown_account",
    "account/email/password_reset_key",
    "account/email/email_confirm",
    "account/email/email_changed",
    "account/email/email_deleted",
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
]


@pytest.mark.parametrize("prefix", MAILS)
def test_mail_has_text_and_html_and_a_quiet_subject(
    rf: RequestFactory, prefix: str, mailoutbox: list[EmailMessage]
) -> None:
    from allauth.core import context

    with context.request_context(rf.get("/")):
        get_adapter(rf.get("/")).send_mail(
            prefix,
            "noor@example.org",
            {
                "activate_url": "http://testserver/a/?b=1&c=2",
                "password_reset_url": "http://testserver/a/?b=1&c=2",
                "signup_url": "http://testserver/a/?b=1&c=2",
                "from_email": "a@example.org",
                "to_email": "b@example.org",
                "deleted_email": "a@example.org",
                "timestamp": timezone.now(),
                "ip": "192.0.2.1",
                "user_agent": "Firefox",
            },
        )
    mail = mailoutbox[0]
    assert isinstance(mail, EmailMultiAlternatives)
    text, html = str(mail.body), str(mail.alternatives[0][0])
    assert "carer" not in mail.subject.lower()
    assert mail.subject == mail.subject.strip() != ""
    assert "{{" not in text + html
    assert "&amp;" not in text
    assert "http://localhost:8000/help/" in text
    assert '<html lang="en-GB">' in html
    assert "script" not in html


def test_the_page_of_too_many_tries_helps(rf: RequestFactory) -> None:
    assert "Wait five minutes" in render_to_string("429.html", request=rf.get("/"))
