"""`/verify/`: anyone may ask, and learns the least that answers."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.credentials import services
from courses.credentials.models import Certificate
from courses.people.models import User


def test_a_stranger_is_told_that_it_is_valid(client: Client, certificate: Certificate) -> None:
    response = client.get(f"/verify/{certificate.number}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "This certificate is valid" in page
    for shown in (certificate.number, "A. O.", "Carers’ assessments: getting it right", "3 March 2026", "3 March 2028"):
        assert shown in page
    for hidden in ("Amara", "Okafor", "Northfield Council", "92%"):
        assert hidden not in page
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


def test_the_form_leads_to_the_answer(client: Client, certificate: Certificate) -> None:
    assert "Certificate number" in client.get("/verify/").content.decode()
    typed = f" {certificate.number.lower().replace('-', ' ')} "
    assert client.get("/verify/", {"number": typed})["Location"] == f"/verify/{certificate.number}/"
    assert "Enter a certificate number." in client.get("/verify/", {"number": " -/ "}).content.decode()


def test_revoked(client: Client, ben: User, certificate: Certificate) -> None:
    services.revoke(certificate=certificate, by=ben.person, reason="Somebody else sat the assessment.")
    page = client.get(f"/verify/{certificate.number}/").content.decode()
    assert "This certificate was revoked" in page
    assert "1 June 2026" in page
    assert "Somebody else" not in page


def test_expired(client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2028, 3, 4, 9, tzinfo=datetime.UTC))
    assert "This certificate has expired" in client.get(f"/verify/{certificate.number}/").content.decode()


@pytest.mark.parametrize(
    "path", ["KX7M-42QD-9PLT", "x", "%00", "a/b", "1" * 3000, "%F0%9F%99%82", "' OR 1=1 --", "<b>"]
)
def test_unknown_malformed_and_private_answer_alike(
    client: Client, private_certificate: Certificate, path: str
) -> None:
    def asked(number: str) -> tuple[int, str, list[str]]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(f"/verify/{number}/")
        text = response.content.decode().split("<main")[1].split("</main>")[0]
        shapes = [query["sql"].split("'")[0] for query in queries]
        return response.status_code, text, shapes

    private = asked(private_certificate.number)
    assert private[0] == 404
    assert asked(path) == private
    surname = client.post(f"/verify/{private_certificate.number}/", {"surname": "Okafor"})
    assert surname.status_code == 404
    assert "Okafor" not in surname.content.decode()


@pytest.mark.parametrize(
    ("typed", "answer"), [("okafor", "Yes."), ("ÓKAFOR ", "Yes."), ("Amara", "No."), ("Smith", "No."), ("<b>x", "No.")]
)
def test_does_this_surname_match(client: Client, certificate: Certificate, typed: str, answer: str) -> None:
    response = client.post(f"/verify/{certificate.number}/", {"surname": typed})
    assert f"<strong>{answer}</strong>" in response.content.decode()
    assert "<b>x" not in response.content.decode()


def test_no_surname_no_answer(client: Client, certificate: Certificate) -> None:
    for typed in ("", "   "):
        page = client.post(f"/verify/{certificate.number}/", {"surname": typed}).content.decode()
        assert "<strong>Yes.</strong>" not in page
        assert "<strong>No.</strong>" not in page


def test_it_takes_few_queries(
    client: Client, ben_client: Client, certificate: Certificate, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for one in (client, ben_client):
        one.get(f"/verify/{certificate.number}/")
        with django_assert_max_num_queries(4):
            one.get(f"/verify/{certificate.number}/")
    with django_assert_max_num_queries(1):
        client.post(f"/verify/{certificate.number}/", {"surname": "Okafor"})


def test_a_page_that_is_kept_says_at_once_what_has_changed(
    client: Client, ben: User, amara: User, certificate: Certificate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    address = f"/verify/{certificate.number}/"

    def asked_again() -> str:
        page = client.get(address).content.decode()
        with django_assert_num_queries(1):
            assert client.get(address).content.decode() == page
        return page

    assert "<bdi>A. O.</bdi>" in asked_again()
    services.correct_name(person=amara.person, name="Zainab Bello", family_name="Bello", follow=True)
    assert "<bdi>Z. B.</bdi>" in asked_again()
    for private in (True, False):
        ModulePage.objects.filter(pk=certificate.completion.module_id).update(private=private)
        assert client.get(address).status_code == (404 if private else 200)
    services.revoke(certificate=certificate, by=ben.person, reason="Somebody else sat the assessment.")
    assert "This certificate was revoked" in asked_again()


def test_a_page_that_is_kept_expires_with_the_day(
    client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, word in ((3, "is valid"), (4, "has expired")):
        now = datetime.datetime(2028, 3, day, 9, tzinfo=datetime.UTC)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        for _ in range(2):
            assert f"This certificate {word}" in client.get(f"/verify/{certificate.number}/").content.decode()


def test_what_is_kept_holds_no_name_and_nothing_of_one_visitor(
    client: Client, amara_client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr("courses.learner.views.verify.cache.set", lambda key, value, _: kept.update({key: value}))
    address = f"/verify/{certificate.number}/"
    assert "Sign out" in amara_client.get(address).content.decode()
    client.post(address, {"surname": "Okafor"})
    assert not kept
    response = client.get(address)
    assert not response.cookies
    ((key, content),) = kept.items()
    assert content == response.content
    for name in ("Amara", "Okafor", certificate.number):
        assert name not in key
    assert "Okafor" not in str(content)


def test_a_surname_is_compared_without_a_token(certificate: Certificate) -> None:
    """It changes nothing, so there is nothing to protect, and the page needs no cookie."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get(f"/verify/{certificate.number}/")
    assert "csrfmiddlewaretoken" not in page.content.decode()
    answer = strict.post(f"/verify/{certificate.number}/", {"surname": "Okafor"})
    assert "<strong>Yes.</strong>" in answer.content.decode()


def test_too_many_are_told_when_to_come_back(
    client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.credentials.limits.time.time", lambda: 1_000_000_010.0)
    for _ in range(30):
        assert client.get(f"/verify/{certificate.number}/").status_code == 200
    response = client.get("/verify/KX7M-42QD-9PLT/")
    assert response.status_code == 429
    wait = response["Retry-After"]
    assert f"Try again in {wait} seconds." in response.content.decode()
    assert client.get("/verify/", REMOTE_ADDR="10.0.0.9").status_code == 200
    monkeypatch.setattr("courses.credentials.limits.time.time", lambda: 1_000_000_010.0 + int(wait))
    assert client.get(f"/verify/{certificate.number}/").status_code == 200
