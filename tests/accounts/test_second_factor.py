"""Two-step sign-in: who has to have it, how it is set up, and what it asks at the next sign-in."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from courses.people.models import User
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXP"


def code(secret: str) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def strict(settings: Settings) -> None:
    """As in production."""
    settings.REQUIRE_MFA_FOR_STAFF = True


def enrol(client: Client) -> None:
    """Sets up an authenticator app as a person does, her password asked again on the way."""
    answer = client.get("/accounts/2fa/totp/activate/")
    if answer.status_code == 302:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        answer = client.get("/accounts/2fa/totp/activate/")
    found = re.search(r'<code class="key"[^>]*>(\w+)</code>', answer.content.decode())
    assert found
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code(found[1])})
    assert answer.headers["Location"] == "/accounts/2fa/recovery-codes/"


def test_manager_is_led_to_enrol_told_why_and_brought_back(strict: None, ben_client: Client) -> None:
    answer = ben_client.get("/manage/people/?unit=3")
    assert answer.headers["Location"] == "/accounts/2fa/"
    assert "One thing first." in ben_client.get("/accounts/2fa/").content.decode()

    enrol(ben_client)
    codes = ben_client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert 'href="/manage/people/?unit=3"' in codes
    assert 'href="/manage/people/?unit=3"' in ben_client.get("/accounts/2fa/").content.decode()
    assert ben_client.get("/manage/people/").headers.get("Location") != "/accounts/2fa/"
    assert "after_second_factor" not in ben_client.session


@pytest.mark.django_db(transaction=True)
def test_she_is_told_by_mail(ben_client: Client, mailoutbox: list[EmailMessage]) -> None:
    """The mail goes when the change is committed."""
    enrol(ben_client)
    assert [mail.subject for mail in mailoutbox] == ["Two-step sign-in is on"]


def test_author_too(strict: None, tariq_client: Client) -> None:
    assert tariq_client.get("/cms/").headers["Location"] == "/accounts/2fa/"
    enrol(tariq_client)
    assert tariq_client.get("/cms/").status_code == 200


def test_learner_is_asked_for_nothing(strict: None, amara_client: Client) -> None:
    assert amara_client.get("/cms/").status_code == 403
    assert amara_client.get("/accounts/").status_code == 200
    assert amara_client.get("/manage/").headers.get("Location") != "/accounts/2fa/"


def test_visitor_is_asked_to_sign_in(strict: None, client: Client, db: None) -> None:
    assert client.get("/cms/").headers["Location"].startswith("/accounts/login/")


def test_demo_is_exempt(tariq_client: Client) -> None:
    assert tariq_client.get("/cms/").status_code == 200


def test_programs_get_an_answer_they_understand(strict: None, ben_client: Client) -> None:
    answer = ben_client.get("/manage/", headers={"x-requested-with": "XMLHttpRequest"})
    assert answer.status_code == 403
    assert answer.json()["enrol"] == "/accounts/2fa/"
    answer = ben_client.get("/manage/", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == "/accounts/2fa/"
    assert ben_client.head("/manage/").headers["Location"] == "/accounts/2fa/"
    assert ben_client.post("/manage/assignments/", {"a": "b"}).headers["Location"] == "/accounts/2fa/"
    assert ben_client.session["after_second_factor"] == "/manage/", "a post is not where one comes back to"


def test_a_second_factor_taken_away_closes_the_screens_again(strict: None, tariq: User, tariq_client: Client) -> None:
    enrol(tariq_client)
    assert tariq_client.get("/cms/").status_code == 200
    Authenticator.objects.filter(user=tariq).delete()
    assert tariq_client.get("/cms/").status_code == 302


def test_the_gate_costs_one_query(strict: None, ben: User, ben_client: Client, settings: Settings) -> None:
    TOTP.activate(ben, SECRET)
    with CaptureQueriesContext(connection) as with_gate:
        ben_client.get("/manage/no-such-page/")
    settings.REQUIRE_MFA_FOR_STAFF = False
    with CaptureQueriesContext(connection) as without:
        ben_client.get("/manage/no-such-page/")
    assert len(with_gate) - len(without) <= 1


def test_sign_in_asks_for_the_code(client: Client, ben: User) -> None:
    TOTP.activate(ben, SECRET)
    sign_in = {"login": ben.email, "password": PASSWORD, "next": "/accounts/sessions/"}
    assert client.post("/accounts/login/", sign_in).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/accounts/").status_code == 302, "not in yet"
    page = client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "This code is not right." in page
    answer = client.post("/accounts/2fa/authenticate/", {"code": code(SECRET)})
    assert answer.headers["Location"] == "/accounts/sessions/"
    assert client.session["roles"] == ["unit-manager"]


def test_recovery_code_works_once(ben: User) -> None:
    TOTP.activate(ben, SECRET)
    spare = RecoveryCodes.activate(ben).get_unused_codes()[0]

    def try_it() -> int:
        client = Client()
        client.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
        return client.post("/accounts/2fa/authenticate/", {"code": spare}).status_code

    assert try_it() == 302
    assert try_it() == 200


def test_turning_it_off_asks_for_proof_again(ben: User, ben_client: Client) -> None:
    TOTP.activate(ben, SECRET)
    answer = ben_client.get("/accounts/2fa/totp/deactivate/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")


def test_recovery_codes_are_shown_and_downloaded_after_proof(ben: User, ben_client: Client) -> None:
    enrol(ben_client)
    codes = RecoveryCodes(Authenticator.objects.get(user=ben, type="recovery_codes")).get_unused_codes()
    page = ben_client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert all(one in page for one in codes)
    answer = ben_client.get("/accounts/2fa/recovery-codes/download/")
    assert codes[0] in answer.content.decode()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_unconfirmed_address_cannot_lock_its_owner_out(client: Client, db: None) -> None:
    """Somebody who signs up with another's address gets no second factor onto it before it is confirmed."""
    from allauth.account.models import EmailAddress

    from tests.factories import UserFactory

    user = UserFactory(verified=False)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    client.force_login(user)
    answer = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert answer.redirect_chain[0][0] == "/accounts/2fa/"
    assert "Confirm your e-mail address first" in answer.content.decode()
