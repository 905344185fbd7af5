"""`/manage/assignments/`: reading, setting and ending requirements."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import Organisation, Unit, User
from courses.records.models import Requirement
from courses.records.requirements import ModuleIsPrivate, require_module

from .history import make_module, require, today
from .reading import said

pytestmark = pytest.mark.django_db
URL = "/manage/assignments/"


@pytest.fixture
def awareness(db: None) -> ModulePage:
    return make_module("Carer awareness")


def form(where: Unit | Organisation, **changes: Any) -> dict[str, Any]:
    data = {
        "who": str(where.pk) if isinstance(where, Unit) else f"organisation-{where.pk}",
        "module": "carer-awareness",
        "rule": "joining",
        "days_after_joining": "30",
        "due_on": "",
        "starts_on": today().isoformat(),
    }
    return {**data, **changes}


def test_a_manager_sets_a_requirement_for_her_unit(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    response = ben_client.post(URL, form(assessments), follow=True)
    assert response.redirect_chain == [(URL, 302)]
    requirement = Requirement.objects.get()
    assert (requirement.unit, requirement.module, requirement.days_after_joining) == (assessments, awareness, 30)
    assert (requirement.starts_on, requirement.ends_on, requirement.due_on) == (today(), None, None)
    html = said(ben_client, URL)
    assert "Adult Assessments Must hold Carer awareness Due within 30 days of joining" in html
    assert "0 of 1 requirements" in said(ben_client, "/manage/").replace("( 0 of 1", "0 of 1")


def test_sent_twice_it_is_one(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    for _ in range(2):
        assert ben_client.post(URL, form(assessments)).status_code == 302
    assert Requirement.objects.count() == 1


def test_by_a_date_for_everybody_by_the_lead(council: Organisation, lena_client: Client, awareness: ModulePage) -> None:
    lena_client.post(URL, form(council, rule="date", due_on=today(40).isoformat()))
    requirement = Requirement.objects.get()
    assert (requirement.unit, requirement.due_on, requirement.days_after_joining) == (None, today(40), None)
    assert "Everybody in Northfield Council" in said(lena_client, URL)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": "date"}, "Give the day by which everybody must hold it."),
        ({"rule": "date", "due_on": "soon"}, "Enter a valid date."),
        ({"days_after_joining": ""}, "Give the number of days"),
        ({"days_after_joining": "-1"}, "greater than or equal to 0"),
        ({"days_after_joining": "99999"}, "less than or equal to 3650"),
        ({"rule": ""}, "This field is required."),
        ({"starts_on": "2020-01-01"}, "begins today or later"),
        ({"module": "when-home-is-hard"}, "Select a valid choice."),
        ({"module": "there-is-none"}, "Select a valid choice."),
        ({"who": "999999"}, "Select a valid choice."),
        ({"who": "organisation-1 OR 1=1"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    assessments: Unit, ben_client: Client, awareness: ModulePage, changes: dict[str, str], message: str
) -> None:
    make_module("When home is hard", private=True)
    response = ben_client.post(URL, form(assessments, **changes))
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not Requirement.objects.exists()


def test_a_due_date_before_the_beginning(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    data = form(assessments, rule="date", starts_on=today(10).isoformat(), due_on=today(9).isoformat())
    assert "must not come before" in ben_client.post(URL, data).content.decode()


def test_a_manager_cannot_reach_beyond_her_units(
    council: Organisation,
    adult_care: Unit,
    reablement: Unit,
    other_unit: Unit,
    ben_client: Client,
    awareness: ModulePage,
) -> None:
    for where in (council, adult_care, reablement, other_unit):
        response = ben_client.post(URL, form(where))
        assert response.status_code == 422
        assert where.name not in response.content.decode()
    assert not Requirement.objects.exists()


def test_what_is_set_above_is_read_and_not_ended(
    council: Organisation, adult_care: Unit, reablement: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    whole, above = require(awareness, council), require(awareness, adult_care)
    beside, private = require(awareness, reablement), require(make_module("Hard", private=True), council)
    html = said(ben_client, URL)
    assert "Everybody in Northfield Council" in html
    assert "A wider part of Northfield Council, your team included" in html
    assert "Adult Care" not in html
    assert "Hard" not in html
    assert html.count("Set above your team") == 2
    answers = {r.pk: ben_client.post(f"{URL}{r.pk}/end/").status_code for r in (whole, above, beside, private)}
    assert list(answers.values()) == [403, 403, 404, 404]
    assert not Requirement.objects.exclude(ends_on=None).exists()


def test_ending_asks_first_and_keeps_history(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    requirement = require(awareness, assessments)
    url = f"{URL}{requirement.pk}/end/"
    assert "End this requirement?" in said(ben_client, url)
    requirement.refresh_from_db()
    assert requirement.ends_on is None
    for _ in range(2):
        ben_client.post(url)
        requirement.refresh_from_db()
        assert requirement.ends_on == today()
    assert "to the end of" in said(ben_client, URL)


def test_one_that_has_not_begun_is_withdrawn(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    requirement = require(awareness, assessments, starts_on=today(3))
    ben_client.post(f"{URL}{requirement.pk}/end/")
    assert not Requirement.objects.exists()
    assert ben_client.post(f"{URL}{requirement.pk}/end/").status_code == 404


def test_the_lead_may_end_any_of_her_organisation_and_none_of_anothers(
    assessments: Unit, council: Organisation, other_unit: Unit, lena_client: Client, awareness: ModulePage
) -> None:
    rules = [require(awareness, assessments), require(awareness, council), require(awareness, other_unit)]
    assert [lena_client.post(f"{URL}{rule.pk}/end/").status_code for rule in rules] == [302, 302, 404]


def test_the_service_refuses_private_modules_and_foreign_units(council: Organisation, other_unit: Unit) -> None:
    private = make_module("Hard", private=True)
    with pytest.raises(ModuleIsPrivate):
        require_module(module=private, organisation=council, unit=None, starts_on=today(), days_after_joining=1)
    with pytest.raises(ValueError, match="another organisation"):
        require_module(
            module=make_module(), organisation=council, unit=other_unit, starts_on=today(), days_after_joining=1
        )


def test_budgets(
    assessments: Unit, ben_client: Client, awareness: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for days in range(10):
        require(awareness, assessments, after_joining=days)
    ben_client.get(URL)
    with django_assert_max_num_queries(8):
        ben_client.get(URL)
    with django_assert_max_num_queries(13):
        ben_client.post(URL, form(assessments))
