"""`/manage/modules/<slug>/`: who has done it, when and how well."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import Unit, User
from tests.factories import MembershipFactory, PersonFactory

from .history import completed, make_module, republished, require, started, today
from .reading import lines, said, table

pytestmark = pytest.mark.django_db
URL = "/manage/modules/carer-awareness/"


@pytest.fixture
def awareness(assessments: Unit) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    return module


def test_who_when_and_how_well(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    completed(amara.person, awareness, valid=400, score=87)
    head, row = table(ben_client, URL)
    assert head == ["Person", "State", "Completed", "Version", "Score"]
    assert row[1].startswith("Valid until")
    assert row[3:] == ["1", "87%"]
    assert "1 of 1 who must hold it do (100%)" in said(ben_client, URL)
    line = lines(ben_client, "/manage/exports/modules/carer-awareness.csv")[1]
    assert line == [
        "Amara Okafor",
        "",
        "Adult Assessments",
        "Valid",
        today(400).isoformat(),
        today(-100).isoformat(),
        "1",
        "87",
    ]


def test_counts_by_state_lead_to_these_people(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    other = MembershipFactory(unit=assessments, person=PersonFactory(name="Bo Lind")).person
    completed(other, awareness)
    html = said(ben_client, URL)
    assert "Overdue 1" in html
    assert "Valid 1" in html
    assert [row[0].split(" Adult")[0] for row in table(ben_client, f"{URL}?state=valid")[1:]] == ["Bo Lind"]


def test_who_has_nothing_to_do_with_it_is_left_out(amara: User, ben_client: Client) -> None:
    make_module("Carer awareness")
    assert "Not required of anybody in your team" in said(ben_client, URL)
    assert "Amara" not in said(ben_client, URL)


def test_an_average_only_of_five_scores_or_more(assessments: Unit, ben_client: Client, awareness: ModulePage) -> None:
    for score in (80, 85, 90, 95):
        completed(MembershipFactory(unit=assessments, person=PersonFactory()).person, awareness, score=score)
    assert "too few scores to average" in said(ben_client, f"{URL}answers/")
    completed(MembershipFactory(unit=assessments, person=PersonFactory()).person, awareness, score=100)
    assert "the mean is 90% , and half of them have 90% or more" in said(ben_client, f"{URL}answers/")


def test_a_private_module_answers_like_an_unknown_one(
    amara: User, ben_client: Client, assessments: Unit, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    private = make_module("When home is hard", private=True)
    require(private, assessments, due=-5)
    started(amara.person, private)
    for url in ("/manage/modules/{}/", "/manage/exports/modules/{}.csv"):
        answers = []
        for slug in ("when-home-is-hard", "there-is-none"):
            ben_client.get(url.format(slug))
            with django_assert_num_queries(3):
                response = ben_client.get(url.format(slug))
            assert response.status_code == 404
            answers.append(re.sub(r'value="\w{64}"', "", response.content.decode().replace(slug, "")))
        assert answers[0] == answers[1]
    choices = [f"/manage/matrix/?module={slug}" for slug in ("when-home-is-hard", "there-is-none")]
    one, other = (said(ben_client, url).replace("when-home-is-hard", "there-is-none") for url in choices)
    assert one == other


def test_a_module_made_private_disappears_at_once(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    completed(amara.person, awareness)
    ModulePage.objects.filter(pk=awareness.pk).update(private=True)
    assert ben_client.get(URL).status_code == 404
    ModulePage.objects.filter(pk=awareness.pk).update(private=False)
    republished(awareness, private=True)
    ModulePage.objects.filter(pk=awareness.pk).update(private=False)
    assert ben_client.get(URL).status_code == 404


def test_budget(
    amara: User, ben_client: Client, awareness: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    completed(amara.person, awareness)
    ben_client.get(URL)
    with django_assert_max_num_queries(8):
        ben_client.get(URL)
