"""`/my-learning/<module>/timeline/`: what happened and why, and why one is not complete. Budget: 11 queries."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.content.models import ModulePage
from courses.people.models import Person, Unit, User
from courses.records import services
from courses.records.models import Event
from courses.records.timeline import entries
from tests.factories import ModuleFactory
from tests.manager.history import require, today
from tests.records.quick import quick_module
from tests.records.trips import begin, complete, sit

pytestmark = pytest.mark.django_db
ADDRESS = "/my-learning/carer-awareness/timeline/"


@pytest.fixture
def module() -> ModulePage:
    return ModuleFactory(title="Carer awareness", published=True)


def page(client: Client, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_tells_a_whole_trip_in_words(amara: User, amara_client: Client, module: ModulePage) -> None:
    complete(amara.person, module)
    said = page(amara_client)
    for words in (
        "You completed this module",
        "You joined this module",
        "You started version 1 of the module",
        "You worked through “First lesson”",
        "You began try 1 of the assessment",
        "You handed in try 1: 4 of 4 right, 100%",
        "The pass mark is 80%, so this try passed.",
        "All 2 lessons were done, and the assessment passed with 100%. It counts until",
        "Your certificate was issued",
    ):
        assert words in said


def test_lessons_that_are_missing_come_first(
    amara: User, amara_client: Client, assessments: Unit, module: ModulePage
) -> None:
    require(module, assessments, due=30)
    begin(amara.person, module, lessons=1)
    html = amara_client.get(ADDRESS).content.decode()
    assert "Why am I not complete?" in html
    assert '<a href="/learn/carer-awareness/second-lesson/">Second lesson</a>' in html
    assert '<a href="/learn/carer-awareness/first-lesson/">' not in html
    assert f"{today(30):%-d %B %Y}" in html
    assert "3 of 3" in html


def test_an_assessment_not_passed_says_score_and_tries_left(
    amara: User, amara_client: Client, module: ModulePage
) -> None:
    attempt = begin(amara.person, module)
    assert "you have not begun it. The pass mark is 80%" in page(amara_client)
    sit(attempt, right=False)
    said = page(amara_client)
    assert "your best score was 0%, and the pass mark is 80%" in said
    assert "Tries left 2 of 3" in said
    services.begin_try(attempt=attempt)
    assert "you have begun try 2 and not handed it in" in page(amara_client)


def test_no_tries_left_and_then_one_more(amara: User, amara_client: Client, ben: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    said = page(amara_client)
    assert "you have used all 3 tries" in said
    assert "What happens next: Talk to your training lead" in said
    assert "That was the last of 3 tries" in said
    services.allow_another_try(enrolment=attempt.enrolment, by=ben.person, client_id="one")
    said = page(amara_client)
    assert "You were given another try" in said
    assert "Tries left 1 of 4" in said
    assert "Ben" not in said


def test_times_are_those_of_london(amara: User, amara_client: Client, module: ModulePage) -> None:
    begin(amara.person, module, lessons=0, now=datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC))
    said = page(amara_client)
    assert "Wednesday 1 July 2026" in said
    assert "00:30" in said


def test_each_period_has_its_own(amara: User, amara_client: Client, module: ModulePage) -> None:
    long_ago = datetime.datetime(2023, 3, 1, 10, tzinfo=datetime.UTC)
    complete(amara.person, module, now=long_ago)
    begin(amara.person, module, lessons=1)
    assert "Why am I not complete?" in page(amara_client)
    assert "You took this module up again" in page(amara_client)
    first = page(amara_client, f"{ADDRESS}1/")
    assert "It was valid until 1 March 2025" in first
    assert "You took this module up again" not in first
    assert amara_client.get(f"{ADDRESS}3/").status_code == 404


def test_only_hers(
    amara: User, client: Client, ben_client: Client, olga_client: Client, tariq_client: Client, module: ModulePage
) -> None:
    begin(amara.person, module)
    for other in (ben_client, olga_client, tariq_client):
        assert other.get(ADDRESS).status_code == 404
    assert client.get(ADDRESS).status_code == 302


def test_a_private_module_is_hers_too(amara: User, amara_client: Client) -> None:
    begin(amara.person, quick_module("Carer awareness", private=True), lessons=1)
    assert "nobody who manages you sees anything of it" in page(amara_client)


def test_what_is_not_known_still_gives_a_line(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module, lessons=0)
    odd = [
        Event(person=amara.person, enrolment=attempt.enrolment, kind=kind, at=attempt.started_at, data=data)
        for kind, data in (("completed", {}), ("never-heard-of", {}), ("try-submitted", {"try": 1}))
    ]
    assert [entry.words for entry in entries(odd, {})] == [
        "Completed the module", "never-heard-of", "Handed in the assessment",
    ]  # fmt: skip


def test_the_budget(amara: User, amara_client: Client, module: ModulePage) -> None:
    complete(amara.person, module)
    Person.objects.bulk_create([Person(name=f"Person {n}") for n in range(50)])
    page(amara_client)
    with CaptureQueriesContext(connection) as captured:
        page(amara_client)
    assert len(captured) <= 11
