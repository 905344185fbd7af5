"""The platform administrator's screens of organisations, units, memberships and logins."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from courses.people.models import Membership, Organisation, Role, Unit, User
from courses.people.permissions import visible_people
from courses.people.services import place_unit
from tests.factories import UnitFactory
from tests.people import signed_in, somebody

UNITS = "/cms/snippets/people/unit/"
MEMBERSHIPS = "/cms/snippets/people/membership/"


@pytest.fixture
def iris_client(db: None) -> Client:
    """A platform administrator by membership alone, without Django's superuser flag."""
    return signed_in(somebody("Iris Bell", Role.PLATFORM_ADMINISTRATOR))


def test_administrator_makes_a_unit_in_its_place(iris_client: Client, assessments: Unit) -> None:
    iris_client.post(
        f"{UNITS}add/", {"organisation": assessments.organisation_id, "parent": assessments.pk, "name": "Duty team"}
    )
    unit = Unit.objects.get(name="Duty team")
    assert unit.path == f"{assessments.path}{unit.pk}/"


@pytest.mark.parametrize("path", [UNITS, f"{UNITS}add/", MEMBERSHIPS, f"{MEMBERSHIPS}add/", "/cms/users/"])
def test_screens_open_to_administrators_alone(iris_client: Client, tariq_client: Client, path: str) -> None:
    assert iris_client.get(path).status_code == 200
    assert tariq_client.get(path).status_code == 302


def test_a_unit_moves_with_all_below(council: Organisation, adult_care: Unit, assessments: Unit, amara: User) -> None:
    team = UnitFactory(parent=assessments)
    housing = UnitFactory(organisation=council, name="Housing")
    assessments.parent = housing
    place_unit(unit=assessments)
    team.refresh_from_db()
    assert assessments.path == f"{housing.path}{assessments.pk}/"
    assert team.path == f"{assessments.path}{team.pk}/"
    head = somebody("Hana Wood", Role.UNIT_MANAGER, housing)
    assert amara.person in visible_people(head)
    assert amara.person not in visible_people(somebody("Gil Moss", Role.UNIT_MANAGER, adult_care))


def test_no_unit_under_itself_or_in_another_organisation(assessments: Unit, adult_care: Unit, other_unit: Unit) -> None:
    before = {unit.pk: unit.path for unit in Unit.objects.all()}
    for unit, parent in ((adult_care, assessments), (adult_care, adult_care), (assessments, other_unit)):
        unit.parent = parent
        with pytest.raises(ValidationError):
            place_unit(unit=unit)
    assert {unit.pk: unit.path for unit in Unit.objects.all()} == before


def test_the_form_says_so(iris_client: Client, assessments: Unit, adult_care: Unit) -> None:
    data = {"organisation": adult_care.organisation_id, "parent": assessments.pk, "name": "Adult Care"}
    page = iris_client.post(f"{UNITS}edit/{adult_care.pk}/", data).content.decode()
    assert "cannot be a part of itself" in page


def test_a_membership_given_in_the_cms_opens_the_cms(iris_client: Client, amara: User, amara_client: Client) -> None:
    today = timezone.localdate()
    data = {
        "person": amara.person_id, "role": Role.CONTENT_AUTHOR.value, "organisation": "", "unit": "", "job_title": "",
        "starts_on": today.isoformat(), "ends_on": "",
    }  # fmt: skip
    iris_client.post(f"{MEMBERSHIPS}add/", data)
    membership = Membership.objects.get(person=amara.person, role=Role.CONTENT_AUTHOR)
    assert amara_client.get("/cms/").status_code == 200
    Membership.objects.filter(pk=membership.pk).update(starts_on=today - datetime.timedelta(days=9))
    data |= {"starts_on": (today - datetime.timedelta(days=9)).isoformat()}
    iris_client.post(f"{MEMBERSHIPS}edit/{membership.pk}/", data | {"ends_on": str(today - datetime.timedelta(days=1))})
    assert amara_client.get("/cms/").status_code == 403


def test_a_learner_without_a_unit_is_refused_in_words(iris_client: Client, amara: User) -> None:
    data = {"person": amara.person_id, "role": "learner", "job_title": "", "starts_on": "2026-01-01", "ends_on": ""}
    page = iris_client.post(f"{MEMBERSHIPS}add/", data).content.decode()
    assert "Learners and managers belong to a unit" in page


def test_closing_a_login_signs_it_out(iris_client: Client, amara: User, amara_client: Client) -> None:
    iris_client.post(f"/cms/users/edit/{amara.pk}/", {})
    assert amara_client.get("/accounts/").status_code == 302


def test_records_of_people_are_not_deleted(iris_client: Client, amara: User, assessments: Unit) -> None:
    membership = Membership.objects.get(person=amara.person)
    for path in (
        f"{MEMBERSHIPS}delete/{membership.pk}/",
        f"{UNITS}delete/{assessments.pk}/",
        f"/cms/users/delete/{amara.pk}/",
    ):
        iris_client.post(path)
    assert Membership.objects.filter(pk=membership.pk).exists()
    assert User.objects.filter(pk=amara.pk).exists()
