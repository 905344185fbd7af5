"""`/verify/`: anyone may ask, and learns the least that answers."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

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
