"""/accounts/login/ and what surrounds it: where she goes next, forgotten passwords, limits, other devices."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from courses.people.models import User
from tests.factories import PASSWORD


def sign_in(client: Client, user: User, password: str = PASSWORD, **extra: str) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": password, **extra})


def test_sign_in(client: Client, amara: User) -> None:
    answer = sign_in(client, amara)
    assert answer.headers["Location"] == "/my-learning/"
    assert client.session["roles"] == ["learner"]


def test_address_is_taken_in_any_case(client: Client, amara: User) -> None:
    assert client.post("/accounts/login/", {"login": "AMARA@Example.org", "password": PASSWORD}).status_code == 302


def test_she_goes_on_to_where_she_was_going(client: Client, amara: User) -> None:
    """A session that ends in the middle: the address, its query included, comes back after sign-in."""
    answer = client.get("/accounts/join/")
    assert answer.headers["Location"] == "/accounts/login/?next=/accounts/join/"
    page = client.get(answer.headers["Location"])
    assert 'name="next" value="/accounts/join/"' in page.content.decode()
    assert "/accounts/signup/?next=%2Faccounts%2Fjoin%2F" in page.content.decode()
    assert sign_in(client, amara, next="/accounts/join/?a=1").headers["Location"] == "/accounts/join/?a=1"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://package.localhost/",
        "http://localhost/",
        "https:///evil.example",
    ],
)
def test_nobody_is_sent_to_another_site(client: Client, amara: User, elsewhere: str) -> None:
    """Hosts of packages are among ALLOWED_HOSTS of the tests; they are not ours to send anybody to."""
    assert sign_in(client, amara, next=elsewhere).headers["Location"] == "/my-learning/"


def test_wrong_password_and_unknown_address_are_answered_alike(client: Client, amara: User) -> None:
    def answer(login: str) -> str:
        page = client.post("/accounts/login/", {"login": login, "password": "wrong"}).content.decode()
        return re.sub(r'value="[\w@.-]*"', "", page)

    wrong = answer(amara.email)
    assert wrong == answer("nobody@example.org")
    assert "The e-mail address or the password is not right." in wrong


def test_closed_account_does_not_get_in(client: Client, amara: User) -> None:
    amara.is_active = False
    amara.save()
    assert sign_in(client, amara).headers["Location"] == "/accounts/inactive/"
    assert b"This account is closed" in client.get("/accounts/inactive/").content


def test_who_is_signed_in_already_goes_on(amara_client: Client) -> None:
    assert amara_client.get("/accounts/login/?next=/help/").headers["Location"] == "/help/"


def test_session_lasts_as_she_chose(client: Client, amara: User) -> None:
    sign_in(client, amara)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    sign_in(client, amara, remember="on")
    assert not client.session.get_expire_at_browser_close()


def test_a_page_after_sign_in_loads_the_person_with_the_login(
    client: Client, amara: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sign_in(client, amara)
    with django_assert_num_queries(2):  # login with person, roles; the session comes from the cache
        client.get("/accounts/")


def test_too_many_wrong_passwords_are_stopped_in_plain_words(client: Client, amara: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/300s/key"}
    for _ in range(3):
        client.post("/accounts/login/", {"login": amara.email, "password": "wrong"})
    page = sign_in(client, amara)
    assert "Too many tries. Wait 5 minutes" in page.content.decode()


def test_a_flood_gets_a_page_that_helps(client: Client, amara: User, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, amara, password="wrong")
    answer = sign_in(client, amara)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert "Too many tries" in answer.content.decode()


def test_sign_out_asks_first_and_ends_the_session(amara_client: Client) -> None:
    assert b"Your answers and your place are saved" in amara_client.get("/accounts/logout/").content
    assert "_auth_user_id" in amara_client.session
    assert amara_client.post("/accounts/logout/").headers["Location"] == "/"
    assert "_auth_user_id" not in amara_client.session


def test_new_password_by_mail(client: Client, amara: User, mailoutbox: list[EmailMessage]) -> None:
    answer = client.post("/accounts/password/reset/", {"email": amara.email})
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    found = re.search(r"http://testserver(\S+)", str(mailoutbox[0].body))
    assert found
    answer = client.get(found[1])
    assert "Referrer-Policy" in answer.headers
    form_page = answer.headers["Location"]
    assert b"Choose a new password" in client.get(form_page).content
    answer = client.post(form_page, {"password1": "brave-otter-cloud"})
    assert answer.status_code == 302
    assert sign_in(Client(), amara, password="brave-otter-cloud").status_code == 302
    assert b"does not work" in Client().get(found[1]).content, "the link works once"
    assert mailoutbox[-1].subject == "Your password has changed"


def test_reset_answers_known_and_unknown_addresses_alike(
    client: Client, amara: User, mailoutbox: list[EmailMessage]
) -> None:
    known = client.post("/accounts/password/reset/", {"email": amara.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert known.content == unknown.content
    assert len(mailoutbox) == 2


def test_other_devices_are_listed_and_signed_out(client: Client, amara: User) -> None:
    phone = Client(headers={"user-agent": "Mozilla/5.0 (iPhone) AppleWebKit Version/18 Safari/604.1"})
    sign_in(phone, amara)
    sign_in(client, amara)
    page = client.get("/accounts/sessions/").content.decode()
    assert "Safari on an iPhone" in page
    assert page.count("This one") == 1
    client.post("/accounts/sessions/")
    assert phone.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert UserSession.objects.filter(user=amara).count() == 1


def test_a_new_password_signs_the_others_out(client: Client, amara: User, mailoutbox: list[EmailMessage]) -> None:
    phone = Client()
    sign_in(phone, amara)
    sign_in(client, amara)
    answer = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "brave-otter-cloud"})
    assert answer.status_code == 302
    assert phone.get("/accounts/").status_code == 302
    assert client.get("/accounts/").status_code == 200
    assert [mail.subject for mail in mailoutbox] == ["Your password has changed"]


def test_changing_the_address_asks_for_the_password_and_waits_for_the_link(
    client: Client, amara: User, mailoutbox: list[EmailMessage]
) -> None:
    client.force_login(amara)
    new = {"email": "amara.new@example.org", "action_add": ""}
    answer = client.post("/accounts/email/", new)
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    client.post(answer.headers["Location"], {"password": PASSWORD, "next": "/accounts/email/"})
    amara.refresh_from_db()
    assert amara.email == "amara@example.org"
    found = re.search(r"http://testserver(\S+)", str(mailoutbox[0].body))
    assert found
    assert mailoutbox[0].to == ["amara.new@example.org"]
    client.post(found[1])
    amara.refresh_from_db()
    assert amara.email == "amara.new@example.org"
    assert list(EmailAddress.objects.filter(user=amara).values_list("email", "verified")) == [
        ("amara.new@example.org", True)
    ]
    assert "amara@example.org" in {to for mail in mailoutbox[1:] for to in mail.to}, "the old address is told"


def test_social_sign_in_is_not_offered(client: Client, db: None) -> None:
    assert client.get("/accounts/3rdparty/").status_code == 404
    assert "3rdparty" not in client.get("/accounts/login/").content.decode()
