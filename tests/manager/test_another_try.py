"""`/manage/people/<id>/<module>/another-try/`: a manager opens one more try to somebody who has used every one."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import Unit, User
from courses.records import services
from courses.records.models import Enrolment, Event
from courses.records.queries import attempt_for
from tests.records.quick import quick_module
from tests.records.trips import begin, choose, sit

from .history import require

pytestmark = pytest.mark.django_db
WHY = {"reason": "We went through lesson two together."}


@pytest.fixture
def address(amara: User, assessments: Unit) -> str:
    module = quick_module("Carer awareness")
    require(module, assessments, due=30)
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    return f"/manage/people/{amara.person.public_id}/carer-awareness/another-try/"


def test_a_manager_allows_another_try_and_the_learner_can_sit_it(
    address: str, amara: User, amara_client: Client, ben_client: Client
) -> None:
    person_page = ben_client.get(f"/manage/people/{amara.person.public_id}/").content.decode()
    assert f'href="{address}"' in person_page
    assert "3 tries of" in " ".join(ben_client.get(address).content.decode().split())
    assert ben_client.post(address, WHY, follow=True).status_code == 200
    attempt = attempt_for(amara.person, "carer-awareness")
    assert attempt is not None
    result = sit(attempt)
    assert result.completion is not None
    hers = amara_client.get("/my-learning/carer-awareness/timeline/").content.decode()
    assert "The reason given: We went through lesson two together." in hers
    assert WHY["reason"] in ben_client.get(f"/manage/people/{amara.person.public_id}/").content.decode()


def test_a_reason_is_asked_for(address: str, amara: User, ben_client: Client) -> None:
    answer = ben_client.post(address, {"reason": " "})
    assert answer.status_code == 422
    assert "Say in a few words why one more try is right." in answer.content.decode()
    assert not Event.objects.filter(person=amara.person, kind="extra-try").exists()


def test_a_repeated_click_allows_one_try(address: str, amara: User, ben_client: Client) -> None:
    ben_client.post(address, WHY)
    assert ben_client.post(address, WHY).status_code == 404
    assert Event.objects.filter(person=amara.person, kind="extra-try").count() == 1
    attempt = attempt_for(amara.person, "carer-awareness")
    assert attempt is not None
    sit(attempt, right=False)
    assert Enrolment.objects.get(person=amara.person).tries_used_up
    # Used up once more: this is a new decision, and allows one more.
    ben_client.post(address, WHY)
    assert Event.objects.filter(person=amara.person, kind="extra-try").count() == 2


def test_nobody_else_can(
    address: str, amara: User, amara_client: Client, tariq_client: Client, olga_client: Client
) -> None:
    for client, status in ((amara_client, 403), (tariq_client, 403), (olga_client, 404), (Client(), 302)):
        assert client.get(address).status_code == status
        assert client.post(address).status_code == status
    assert not Event.objects.filter(person=amara.person, kind="extra-try").exists()


def test_it_is_not_there_while_tries_remain(address: str, chidi: User, amara: User, ben_client: Client) -> None:
    other = quick_module("Young carers")
    choose(services.begin_try(attempt=begin(amara.person, other)))
    for slug in ("young-carers", "no-such-module"):
        assert ben_client.get(f"/manage/people/{amara.person.public_id}/{slug}/another-try/").status_code == 404
    assert ben_client.get(address.replace(str(amara.person.public_id), str(chidi.person.public_id))).status_code == 404


def test_a_private_module_answers_like_an_unknown_one(amara: User, ben_client: Client) -> None:
    attempt = begin(amara.person, quick_module("Balancing work and care", private=True))
    for _ in range(3):
        sit(attempt, right=False)
    base = f"/manage/people/{amara.person.public_id}"
    private = ben_client.get(f"{base}/balancing-work-and-care/another-try/")
    unknown = ben_client.get(f"{base}/no-such-module/another-try/")
    assert (private.status_code, unknown.status_code) == (404, 404)


def test_budgets(address: str, ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    ben_client.get(address)
    with django_assert_max_num_queries(8):
        ben_client.get(address)
    with django_assert_max_num_queries(20):
        ben_client.post(address, WHY)
