"""`/manage/domains/` and `/manage/organisation/`: a domain opens only when an administrator has approved it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people.models import EmailDomain, Membership, Organisation, Unit, User
from courses.people.rules import domain_fault
from courses.people.services import join_by_domain
from tests.factories import UserFactory
from tests.manager.reading import words

pytestmark = pytest.mark.django_db
PAGE = "/manage/domains/"


@pytest.fixture
def lena_at_work(lena: User) -> User:
    lena.emailaddress_set.create(email="lena@northfield.example", verified=True)  # type: ignore[attr-defined]
    return lena


def test_asked_for_approved_and_then_open(lena_at_work: User, lena_client: Client, assessments: Unit) -> None:
    page = lena_client.post(PAGE, {"domain": "@Northfield.example", "unit": assessments.pk}, follow=True)
    assert "Waits for approval" in words(page.content.decode())
    colleague = UserFactory(email="new@northfield.example")
    assert not join_by_domain(user=colleague)
    EmailDomain.objects.update(approved_at=timezone.now())
    assert [post.unit for post in join_by_domain(user=colleague)] == [assessments]
    assert "Approved" in words(lena_client.get(PAGE).content.decode())
    lena_client.post(f"{PAGE}{EmailDomain.objects.get().pk}/remove/")
    assert not EmailDomain.objects.exists()
    assert Membership.objects.filter(person=colleague.person).exists()


@pytest.mark.parametrize("domain", ["gmail.com", "outlook.com", "NHS.net", "gov.uk", "co.uk", "not a domain", "com"])
def test_what_many_share_is_refused_with_a_reason(
    domain: str, lena: User, lena_client: Client, assessments: Unit
) -> None:
    lena.emailaddress_set.create(email=f"lena@{domain}", verified=True)  # type: ignore[attr-defined]
    response = lena_client.post(PAGE, {"domain": domain, "unit": assessments.pk})
    assert response.status_code == 422
    assert domain_fault(domain.lower()) in words(response.content.decode())
    assert not EmailDomain.objects.exists()


def test_who_has_no_address_there_cannot_ask(lena: User, lena_client: Client, assessments: Unit) -> None:
    lena.emailaddress_set.create(email="lena@northfield.example", verified=False)  # type: ignore[attr-defined]
    response = lena_client.post(PAGE, {"domain": "northfield.example", "unit": assessments.pk})
    assert "You have no confirmed address" in words(response.content.decode())
    assert not EmailDomain.objects.exists()


def test_two_may_ask_and_one_is_approved(
    lena_at_work: User, lena_client: Client, assessments: Unit, other_council: Organisation, other_unit: Unit
) -> None:
    EmailDomain.objects.create(organisation=other_council, unit=other_unit, domain="northfield.example")
    response = lena_client.post(PAGE, {"domain": "northfield.example", "unit": assessments.pk}, follow=True)
    assert "Southmoor" not in response.content.decode(), "whose it is is nobody's business"
    asked = EmailDomain.objects.get(approved_at=None)
    asked.approved_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


def test_a_unit_of_others_is_no_choice(lena_at_work: User, lena_client: Client, other_unit: Unit) -> None:
    assert lena_client.post(PAGE, {"domain": "northfield.example", "unit": other_unit.pk}).status_code == 422


def test_the_hub_shows_each_what_is_hers(
    lena_client: Client, ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        lead = words(lena_client.get("/manage/organisation/").content.decode())
    manager = words(ben_client.get("/manage/organisation/").content.decode())
    assert "Import people" in lead
    assert "Invitations" in manager
    assert "Import people" not in manager
    assert "E-mail domains" not in manager
