"""`/manage/`: the figures, and that each leads to a list of the same length."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import Organisation, Unit, User
from tests.factories import MembershipFactory, PersonFactory

from .history import completed, exempted, make_module, require, started
from .reading import page, words

pytestmark = pytest.mark.django_db
URL = "/manage/"


@pytest.fixture
def awareness(assessments: Unit) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    return module


def test_the_manager_sees_where_her_team_stands(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    completed(amara.person, awareness)
    html = words(page(ben_client, URL))
    assert "Who is trained" in html
    assert "100% hold what they need ( 1 of 1 requirements)" in html
    assert "Carer awareness" in html


def test_every_figure_leads_to_a_list_with_the_same_count(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    second, third = make_module("Young carers"), make_module("Dementia")
    require(second, assessments, due=10)
    people = [MembershipFactory(unit=assessments, person=PersonFactory()).person for _ in range(5)]
    completed(people[0], awareness, valid=30)
    completed(people[1], awareness, valid=None)
    completed(people[1], third)
    started(people[2], second)
    started(people[3], second, failed=True)
    exempted(people[4], awareness)
    started(people[4], third)
    html = page(ben_client, URL)
    figures = re.findall(r'<a[^>]+href="(/manage/matrix/\?[^"]+)"[^>]*>(?:<b>)?(\d+)<', html)
    assert len(figures) >= 10
    for url, number in figures:
        listed = words(page(ben_client, url))
        assert re.search(rf"\b{number} match(es)?, \d+ (person|people)", listed), (url, number)
    assert "40%" in html or "2 of 11" in words(html)


def test_the_count_of_people_overdue_is_of_people_not_of_cells(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    require(make_module("Young carers"), assessments, due=-1)
    assert "2 overdue, 1 person" in words(page(ben_client, URL))


def test_nearly_all_is_not_all(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    for number in range(201):
        person = MembershipFactory(unit=assessments, person=PersonFactory()).person
        if number:
            completed(person, awareness)
    assert "99% hold what they need ( 200 of 201 requirements)" in words(page(ben_client, URL))


def test_nothing_required_says_what_to_do(amara: User, ben_client: Client) -> None:
    html = words(page(ben_client, URL))
    assert "Nothing is required yet" in html
    assert "%" not in html


def test_a_lead_may_look_at_one_unit(
    amara: User, chidi: User, council: Organisation, assessments: Unit, lena_client: Client
) -> None:
    require(make_module(), council, due=-5)
    assert "2 overdue, 2 people" in words(page(lena_client, URL))
    html = page(lena_client, f"/manage/?unit={assessments.pk}")
    assert "1 overdue, 1 person" in words(html)
    assert f"unit={assessments.pk}" in html


def test_private_modules_are_in_no_figure(amara: User, assessments: Unit, ben_client: Client) -> None:
    private = make_module("When home is hard", private=True)
    require(private, assessments, due=-5)
    started(amara.person, private)
    html = words(page(ben_client, URL))
    assert "When home is hard" not in html
    assert "0 overdue" in html
    assert "0 started" in html


def test_budget(
    amara: User, ben_client: Client, awareness: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ben_client.get("/manage/")
    with django_assert_max_num_queries(7):
        ben_client.get("/manage/")
