"""/accounts/invitations/: a manager invites into her units, and takes back."""

from __future__ import annotations

import re
from typing import Any

from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import Invitation, Role, Unit, User
from courses.people.services import invite

URL = "/accounts/invitations/"


def make(client: Client, into: Unit, **more: str) -> Any:
    return client.post(URL, {"unit": into.pk, "role": "learner", "email": "", "days": "14", **more})


def test_manager_makes_a_link_and_sees_it_once(ben_client: Client, assessments: Unit) -> None:
    assert make(ben_client, assessments).headers["Location"] == URL
    page = ben_client.get(URL).content.decode()
    found = re.search(r'value="(http://localhost:8000/join/[\w-]+/)" readonly', page)
    assert found
    assert found[1] not in ben_client.get(URL).content.decode()
    assert Client().get(found[1].removeprefix("http://localhost:8000")).status_code == 200


def test_with_an_address_it_is_mailed_and_the_subject_reveals_nothing(
    ben_client: Client, assessments: Unit, mailoutbox: list[EmailMessage]
) -> None:
    make(ben_client, assessments, email="Noor@Example.org")
    mail = mailoutbox[0]
    assert mail.to == ["noor@example.org"]
    assert mail.subject == "An invitation to join Alongside"
    assert "/join/" in str(mail.body)
    assert "Ben Hughes invites you to join Adult Assessments, Northfield Council" in str(mail.body)
    assert Invitation.objects.get().email == "noor@example.org"


def test_manager_cannot_choose_units_or_roles_beyond_hers(
    ben_client: Client, reablement: Unit, other_unit: Unit, assessments: Unit
) -> None:
    for unit in (reablement, other_unit):
        page = make(ben_client, unit).content.decode()
        assert "Choose one of the units that you manage." in page
        assert unit.name not in page
    for role in ("unit-manager", "platform-administrator"):
        make(ben_client, assessments, role=role)
    assert not Invitation.objects.exists()


def test_lead_invites_a_manager(lena_client: Client, assessments: Unit) -> None:
    make(lena_client, assessments, role="unit-manager")
    assert Invitation.objects.get().role == Role.UNIT_MANAGER


def test_list_shows_own_units_only(ben: User, ben_client: Client, lena: User, olga_client: Client, assessments: Unit,
                                   reablement: Unit) -> None:  # fmt: skip
    invite(unit=assessments, role=Role.LEARNER, by=lena, email="mine@example.org")
    invite(unit=reablement, role=Role.LEARNER, by=lena, email="next.door@example.org")
    page = ben_client.get(URL).content.decode()
    assert "mine@example.org" in page
    assert "next.door@example.org" not in page
    outside = olga_client.get(URL).content.decode()
    assert "mine@example.org" not in outside
    assert "Northfield" not in outside


def test_withdrawn_it_no_longer_works(ben: User, ben_client: Client, assessments: Unit) -> None:
    invitation, link = invite(unit=assessments, role=Role.LEARNER, by=ben)
    answer = ben_client.post(f"{URL}{invitation.pk}/withdraw/", follow=True)
    assert "Withdrawn" in answer.content.decode()
    assert Client().get(link.removeprefix("http://localhost:8000")).status_code == 404


def test_nobody_else_withdraws_it(ben: User, olga_client: Client, amara_client: Client, assessments: Unit) -> None:
    invitation, _ = invite(unit=assessments, role=Role.LEARNER, by=ben)
    for client in (olga_client, amara_client):
        assert client.post(f"{URL}{invitation.pk}/withdraw/").status_code == 404
    assert Client().post(f"{URL}{invitation.pk}/withdraw/").headers["Location"].startswith("/accounts/login/")
    assert Invitation.objects.get().withdrawn_at is None


def test_learner_author_and_visitor_have_no_such_page(
    amara_client: Client, tariq_client: Client, client: Client
) -> None:
    for somebody in (amara_client, tariq_client):
        assert somebody.get(URL).status_code == 403
        assert somebody.post(URL, {}).status_code == 403
    assert client.get(URL).headers["Location"].startswith("/accounts/login/")


def test_bad_input_is_named(ben_client: Client, assessments: Unit) -> None:
    for field, value, message in (
        ("unit", "", "Choose the unit they will join."),
        ("unit", "99999999999999999999", "Choose one of the units"),
        ("unit", "x", "Choose one of the units"),
        ("email", "nobody", "in the right form"),
        ("days", "0", "from 1 to 60"),
        ("days", "1000000000000", "from 1 to 60"),
        ("days", "soon", "from 1 to 60"),
    ):
        answer = make(ben_client, assessments, **{field: value})
        assert message in answer.content.decode(), (field, value)
    assert not Invitation.objects.exists()


def test_budget(
    ben: User, ben_client: Client, assessments: Unit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        invite(unit=assessments, role=Role.LEARNER, by=ben)
    with django_assert_max_num_queries(11):
        ben_client.get(URL)
