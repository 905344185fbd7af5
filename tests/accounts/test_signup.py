"""Creating an account: /accounts/signup/, the mail, the first sign-in."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client

from courses.people.models import EmailDomain, Person, Unit, User
from tests.factories import UserFactory

NEW = {"name": "Noor Haddad", "email": "noor@example.org", "password1": "quiet-lamp-river"}


def link_in(mail: EmailMessage) -> str:
    found = re.search(r"http://testserver(/accounts/confirm-email/\S+)", str(mail.body))
    assert found, mail.body
    return found[1]


def test_sign_up_confirm_and_be_signed_in(db: None, client: Client, mailoutbox: list[EmailMessage]) -> None:
    answer = client.post("/accounts/signup/", NEW)
    assert answer.headers["Location"] == "/accounts/confirm-email/"
    assert "_auth_user_id" not in client.session

    link = link_in(mailoutbox[0])
    assert b"noor@example.org" in client.get(link).content
    answer = client.post(link)
    assert answer.headers["Location"] == "/my-learning/"
    user = User.objects.get(email="noor@example.org")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session["roles"] == []
    assert (user.person.name, user.person.family_name) == ("Noor Haddad", "Haddad")
    assert EmailAddress.objects.get(user=user).verified


def test_asking_for_the_link_by_get_confirms_nothing(db: None, client: Client, mailoutbox: list[EmailMessage]) -> None:
    """Programs that look for viruses in mail follow links; a person presses a button."""
    client.post("/accounts/signup/", NEW)
    Client().get(link_in(mailoutbox[0]))
    assert not EmailAddress.objects.get(email=NEW["email"]).verified


def test_nobody_gets_in_before_the_address_is_confirmed(db: None, client: Client) -> None:
    client.post("/accounts/signup/", NEW)
    answer = Client().post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})
    assert answer.headers["Location"] == "/accounts/confirm-email/"


def test_where_she_was_going_is_kept_in_this_browser_and_in_the_mail(
    db: None, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    client.post("/accounts/signup/?next=/join/abc/", {**NEW, "next": "/join/abc/"})
    link = link_in(mailoutbox[0])
    assert "next=%2Fjoin%2Fabc%2F" in link
    other_browser = Client()
    assert 'value="/join/abc/"' in other_browser.get(link).content.decode()
    assert other_browser.post(link, {"next": "/join/abc/"}).headers["Location"] == "/join/abc/"


def test_known_and_unknown_addresses_are_answered_alike(
    db: None, client: Client, mailoutbox: list[EmailMessage]
) -> None:
    UserFactory(email="known@example.org")
    first = client.post("/accounts/signup/", {**NEW, "email": "known@example.org"}, follow=True)
    second = Client().post("/accounts/signup/", {**NEW, "email": "unknown@example.org"}, follow=True)
    assert first.redirect_chain == second.redirect_chain

    def without_token(page: bytes) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.decode())

    assert without_token(first.content) == without_token(second.content)
    assert [mail.subject for mail in mailoutbox] == ["You have an account already", "Confirm your e-mail address"]
    assert User.objects.filter(email="known@example.org").count() == 1


def test_two_sign_ups_with_one_address_leave_one_person(db: None, client: Client) -> None:
    """The second passes the form's check, then finds the address taken by the first."""
    from courses.people.forms.account import SignupForm

    forms = [SignupForm(data=NEW), SignupForm(data=NEW)]
    assert all(form.is_valid() for form in forms)
    client.post("/accounts/signup/", NEW)
    assert Person.objects.filter(name="Noor Haddad").count() == 1
    client.post("/accounts/signup/", {**NEW, "email": "NOOR@example.org"})
    assert Person.objects.filter(name="Noor Haddad").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "   ", "Enter your full name."),
        ("name", "x" * 201, "200 characters"),
        ("name", "<script>alert(1)</script>", "without brackets"),
        ("name", "http://evil.example", "web addresses"),
        ("email", "not-an-address", "in the right form"),
        ("email", "", "Enter an e-mail address."),
        ("password1", "", "Choose a password."),
        ("password1", "short", "too short"),
        ("password1", "password123", "too common"),
    ],
)
def test_bad_input_is_named_beside_its_field(db: None, client: Client, field: str, value: str, message: str) -> None:
    page = client.post("/accounts/signup/", {**NEW, field: value}).content.decode()
    assert "There is a problem" in page
    assert f'href="#id_{field}"' in page
    assert message in page
    assert "<title>Error: " in page
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["نور الهدى", "山田太郎", "x" * 200, "O'Brien & Sons"])
def test_names_of_all_kinds_are_taken_as_they_are(db: None, client: Client, name: str) -> None:
    client.post("/accounts/signup/", {**NEW, "name": name})
    assert User.objects.get().person.name == name


def test_password_may_be_pasted_shown_and_remembered(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/").content.decode()
    assert 'autocomplete="new-password"' in page
    assert 'autocomplete="email"' in page
    assert 'autocomplete="name"' in page
    assert "onpaste" not in page
    assert "js/account.js" in page


def test_after_the_first_sign_in_she_is_shown_her_organisation(
    client: Client, assessments: Unit, mailoutbox: list[EmailMessage]
) -> None:
    EmailDomain.objects.create(organisation=assessments.organisation, unit=assessments, domain="example.org")
    client.post("/accounts/signup/", NEW)
    answer = client.post(link_in(mailoutbox[0]))
    assert answer.headers["Location"] == "/accounts/join/"
