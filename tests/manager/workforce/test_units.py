"""`/manage/units/` and `/manage/job-roles/`: the lead shapes the tree, and no past day changes by it."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import JobRole, Unit, User
from tests.factories import UnitFactory
from tests.manager.history import today
from tests.manager.reading import words
from tests.people import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/manage/units/"


def said(unit: Unit, **more: object) -> dict[str, object]:
    return {"name": unit.name, "parent": unit.parent_id or "", "nation": unit.nation, "reference": "", **more}


def test_the_tree_and_a_new_unit(lena_client: Client, adult_care: Unit, amara: User) -> None:
    data = {"name": "Night  Team", "parent": adult_care.pk, "nation": "wales"}
    lena_client.post(f"{PAGE}new/", data)
    made = Unit.objects.get(name="Night Team")
    assert made.path == f"{adult_care.path}{made.pk}/"
    page = words(lena_client.get(PAGE).content.decode())
    assert "Night Team nobody directly, Wales" in page
    assert "Adult Assessments 1 person" in page
    twice = lena_client.post(f"{PAGE}new/", {**data, "name": "night team"})
    assert "a unit of this name" in words(twice.content.decode())


def test_a_unit_is_renamed_and_moves_only_while_nothing_is_dated(
    lena_client: Client, assessments: Unit, reablement: Unit, adult_care: Unit, amara: User
) -> None:
    lena_client.post(f"{PAGE}{assessments.pk}/", said(assessments, name="Assessments"))
    assessments.refresh_from_db()
    assert assessments.name == "Assessments"
    lived = lena_client.post(f"{PAGE}{assessments.pk}/", said(assessments, parent=reablement.pk))
    assert "past days would say something else" in words(lived.content.decode())
    lena_client.post(f"{PAGE}{assessments.pk}/", said(assessments, nation="england"))
    assessments.refresh_from_db()
    assert assessments.nation == "england"
    nation = lena_client.post(f"{PAGE}{assessments.pk}/", said(assessments, nation="wales"))
    assert "went by its nation" in words(nation.content.decode())
    empty = UnitFactory(parent=adult_care, name="New")
    below = UnitFactory(parent=empty, name="Newer")
    lena_client.post(f"{PAGE}{empty.pk}/", said(empty, parent=reablement.pk))
    below.refresh_from_db()
    assert below.path.startswith(reablement.path)
    own = lena_client.post(f"{PAGE}{empty.pk}/", said(empty, parent=below.pk))
    assert own.status_code == 422


def test_a_unit_closes_when_nobody_is_in_it(
    lena_client: Client, reablement: Unit, assessments: Unit, amara: User
) -> None:
    busy = lena_client.post(f"{PAGE}{assessments.pk}/close/", {"last_day": today()})
    assert "1 person has a post or a role in it" in words(busy.content.decode())
    lena_client.post(f"{PAGE}{reablement.pk}/close/", {"last_day": today(-1)})
    reablement.refresh_from_db()
    assert reablement.ends_on == today(-1)
    page = lena_client.get("/manage/people/new/").content.decode()
    assert f'value="{assessments.pk}"' in page
    assert f'value="{reablement.pk}"' not in page


def test_job_roles(lena_client: Client, council: object) -> None:
    lena_client.post("/manage/job-roles/", {"name": "Social worker"})
    lena_client.post("/manage/job-roles/", {"name": "social  worker"})
    role = JobRole.objects.get()
    lena_client.post(f"/manage/job-roles/{role.pk}/", {"name": "Social Worker"})
    assert JobRole.objects.get().name == "Social Worker"
    lena_client.post("/manage/job-roles/", {"name": "Nurse"})
    same = lena_client.post(f"/manage/job-roles/{role.pk}/", {"name": "nurse"})
    assert "This job role exists" in words(same.content.decode())


def test_a_manager_looks_and_changes_nothing(
    ben_client: Client, ben: User, assessments: Unit, reablement: Unit, olga: User
) -> None:
    tree = ben_client.get(PAGE).content.decode()
    assert "Adult Assessments" in tree
    assert "Reablement" not in tree
    assert ben_client.get(f"{PAGE}{reablement.pk}/").status_code == 404
    assert ben_client.post(f"{PAGE}{assessments.pk}/", said(assessments, name="Mine")).status_code == 403
    for path in (f"{PAGE}new/", f"{PAGE}{assessments.pk}/close/", "/manage/job-roles/"):
        assert ben_client.post(path, {"name": "Mine", "last_day": today()}).status_code == 403
    assert signed_in(olga).get(f"{PAGE}{assessments.pk}/").status_code == 404
    assert not Unit.objects.filter(name="Mine").exists()


def test_one_of_many_is_found_by_its_name(
    lena_client: Client, ben_client: Client, adult_care: Unit, assessments: Unit, amara: User
) -> None:
    assert "Name of a unit" not in lena_client.get(PAGE).content.decode()
    for number in range(120):
        UnitFactory(parent=assessments, name=f"Ward {number}")
    listed = lena_client.get(PAGE)
    assert "Ward 77" not in words(listed.content.decode())
    assert "Name of a unit" in words(listed.content.decode())
    found = words(lena_client.get(PAGE, {"q": "ward 77"}).content.decode())
    assert "1 unit with “ward 77” in the name." in found
    assert "Ward 77 in Adult Care › Adult Assessments nobody directly" in found
    assert "Ward 78" not in found
    hers = words(ben_client.get(PAGE, {"q": "ward 77"}).content.decode())
    assert "Ward 77 in Adult Assessments nobody directly" in hers, "what is above her own units is not named"
    many = words(lena_client.get(PAGE, {"q": "WARD"}).content.decode())
    assert "The first 50 units with “WARD” in the name." in many
    assert "No units with “nil” in the name." in words(lena_client.get(PAGE, {"q": "nil"}).content.decode())
    assert "Find a unit by its name" in lena_client.get("/manage/matrix/").content.decode()


def test_nobody_finds_a_unit_of_others(ben_client: Client, reablement: Unit, ben: User) -> None:
    assert "Reablement" not in ben_client.get(PAGE, {"q": "reab"}).content.decode()


def test_budgets(lena_client: Client, adult_care: Unit, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(30):
        UnitFactory(parent=adult_care)
    for path in (PAGE, f"{PAGE}?q=unit", f"{PAGE}{adult_care.pk}/", f"{PAGE}new/", "/manage/job-roles/"):
        with django_assert_max_num_queries(7):
            assert lena_client.get(path).status_code == 200
