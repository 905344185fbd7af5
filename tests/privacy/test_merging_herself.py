"""`/accounts/another/`: she has two logins and makes them one."""

from __future__ import annotations

import datetime
import re
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from courses.people.models import AuditEntry, User
from courses.privacy.models import JoinRequest, Merge, Tombstone, Why
from courses.records.models import Completion, Event
from tests.factories import PASSWORD, PersonFactory, UserFactory
from tests.people import signed_in
from tests.records.quick import quick_module
from tests.records.trips import begin, complete

from .merging_people import link_from, post, second_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(amara: User) -> Client:
    """Amara, who has just said once more that it is she."""
    return sure(amara)


def sure(user: User) -> Client:
    """Signed in, and has just said once more that it is she."""
    client = signed_in(user)
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def checked() -> str:
    out = StringIO()
    call_command("rebuild_enrolments", "--check", stdout=out)
    return out.getvalue()


def test_two_logins_become_one_person(amara: User, client: Client) -> None:
    carers, gp, private = (
        quick_module("Carer awareness"),
        quick_module("In the surgery"),
        quick_module("Me", private=True),
    )
    home = second_login()
    mine, theirs, hidden = complete(amara.person, carers), complete(home.person, gp), complete(home.person, private)
    begin(amara.person, gp, lessons=1)
    gone = home.person

    link = link_from(client, home.email)
    page = client.get(link).content.decode()
    for words in ("In the surgery", "Carer awareness", "Me,", theirs.certificate.number, "Adult Assessments"):
        assert words in page
    mail.outbox.clear()
    answer = post(client, link, follow=True)
    assert "Your two accounts are one" in answer.content.decode()

    home.refresh_from_db()
    assert home.person == amara.person
    assert set(Completion.objects.filter(person=amara.person)) == {mine, theirs, hidden}
    assert theirs.certificate.__class__.objects.get(pk=theirs.certificate.pk).person == amara.person
    other = Client()
    other.post("/accounts/login/", {"login": home.email, "password": PASSWORD})
    listed = other.get("/my-learning/").content.decode()
    assert "Carer awareness" in listed
    assert "In the surgery" in listed
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([amara.email, home.email])
    stone = Tombstone.objects.get(why=Why.MERGED)
    assert stone.person == amara.person
    assert stone.changed["records_completion"] == 2
    assert Event.objects.filter(kind="merged", person__in=[amara.person, gone]).count() == 2
    assert AuditEntry.objects.filter(what="merge", about=amara.person).count() == 1
    checked()


def test_the_answer_is_the_same_whether_anybody_has_the_address(amara: User, client: Client) -> None:
    home = second_login()
    pages = []
    for address in (home.email, "nobody@example.org"):
        answer = post(client, "/accounts/another/", {"address": address}, follow=True)
        pages.append(answer.content.decode().split("</head>")[1].replace(address, ""))
    assert [letter.to for letter in mail.outbox] == [[home.email]]
    strip = [page.split("<main")[1] for page in pages]
    assert _without_token(strip[0]) == _without_token(strip[1])


def _without_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_her_own_address_and_none_are_refused(amara: User, client: Client) -> None:
    for address, words in ((amara.email, "already"), ("", "Enter the address"), ("x", "such as name@example.org")):
        answer = post(client, "/accounts/another/", {"address": address})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not JoinRequest.objects.exists()


def test_links_are_few(amara: User, client: Client) -> None:
    for number in range(5):
        post(client, "/accounts/another/", {"address": f"a{number}@example.org"})
    answer = post(client, "/accounts/another/", {"address": "more@example.org"})
    assert answer.status_code == 429
    assert "Wait an hour" in answer.content.decode()


def test_one_address_is_mailed_three_times_a_day(amara: User, client: Client) -> None:
    home = second_login()
    for _ in range(5):
        post(client, "/accounts/another/", {"address": home.email})
    assert len(mail.outbox) == 3


def test_a_link_is_worthless_to_anybody_else(amara: User, client: Client, chidi: User, ben: User) -> None:
    home = second_login()
    link = link_from(client, home.email)
    closed = signed_in(home).get("/accounts/another/nonsense/")
    for user in (chidi, ben, home):
        other = sure(user)
        for answer in (other.get(link), post(other, link)):
            assert answer.status_code == 404
            assert "cannot be used" in answer.content.decode()
    assert closed.status_code in {302, 404}
    assert Client().get(link).headers["Location"].startswith("/accounts/login/")
    assert not Merge.objects.exists()


def test_a_link_works_once_and_for_an_hour(amara: User, client: Client) -> None:
    home = second_login()
    link = link_from(client, home.email)
    assert post(client, link).status_code == 302
    assert post(client, link).status_code == 404
    assert Merge.objects.count() == 1
    third = second_login(email="third@example.org")
    late = link_from(client, third.email)
    JoinRequest.objects.filter(used_at=None).update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.get(late).status_code == 404
    assert post(client, late).status_code == 404
    assert Merge.objects.count() == 1


def test_who_signed_in_long_ago_says_again_that_it_is_she(amara: User) -> None:
    home = second_login()
    old = signed_in(amara)
    link = link_from(old, home.email)
    for answer in (old.get(link), post(old, link)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert not Merge.objects.exists()


def test_the_other_accounts_second_factor_is_asked_for(amara: User, client: Client) -> None:
    home = second_login()
    secret = generate_totp_secret()
    TOTP.activate(home, secret)
    RecoveryCodes.activate(home)
    link = link_from(client, home.email)
    assert "Code of the other account" in client.get(link).content.decode()
    assert post(client, link).status_code == 422
    assert post(client, link, {"code": "000000"}).status_code == 422
    assert not Merge.objects.exists()
    code = f"{hotp_value(secret, list(yield_hotp_counters_from_time())[1]):06d}"
    assert post(client, link, {"code": code}).status_code == 302
    assert Merge.objects.count() == 1
    home.refresh_from_db()
    assert Authenticator.objects.filter(user=home).count() == 2, "a second factor stays with its login"
    assert not Authenticator.objects.filter(user=amara).exists()


def test_codes_cannot_be_guessed(amara: User, client: Client) -> None:
    home = second_login()
    secret = generate_totp_secret()
    TOTP.activate(home, secret)
    link = link_from(client, home.email)
    for _ in range(5):
        assert post(client, link, {"code": "000000"}).status_code == 422
    code = f"{hotp_value(secret, list(yield_hotp_counters_from_time())[1]):06d}"
    assert post(client, link, {"code": code}).status_code == 404
    assert not Merge.objects.exists()


def test_a_closed_account_and_an_address_that_is_not_proven_get_no_link(amara: User, client: Client) -> None:
    closed = second_login()
    User.objects.filter(pk=closed.pk).update(is_active=False)
    unproven = UserFactory(person=PersonFactory(), email="unproven@example.org", verified=False)
    for user in (closed, unproven):
        post(client, "/accounts/another/", {"address": user.email})
    assert not mail.outbox


def test_what_she_may_do_by_it_is_said_first(amara: User, client: Client, ben: User) -> None:
    link = link_from(client, ben.email)
    page = client.get(link).content.decode()
    assert "lets you do this too" in page
    assert "Manager of a unit, Adult Assessments" in page
    post(client, link)
    assert client.get("/manage/").status_code == 200


def test_looking_costs_few_queries(amara: User, client: Client, django_assert_max_num_queries: Any) -> None:
    link = link_from(client, second_login().email)
    client.get(link)
    with django_assert_max_num_queries(11):
        client.get(link)
    with django_assert_max_num_queries(4):
        client.get("/accounts/another/")
