"""An activity's card inside a lesson, and what going on says of one that is not done. Budget: 1 query more."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.content.previewing import read_only
from courses.people.models import User
from courses.records.models import ActivityAttempt, ActivityProgress, Attempt, LessonProgress, SatisfiedBy
from tests.learner.taught import URL, taught_module, text
from tests.packages import activity_of, make_package, with_activity
from tests.records import trips

pytestmark = pytest.mark.django_db
FIRST, SECOND = f"{URL}the-eight-outcomes/", f"{URL}minas-morning/"


@pytest.fixture
def module() -> ModulePage:
    return with_activity(taught_module(), rule="score", score=80)


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=0)


def goes(attempt: Attempt, module: ModulePage, *marks: float, satisfied: str = "") -> None:
    """Amara had these goes at the activity."""
    now = timezone.now()
    block = activity_of(module)
    progress = ActivityProgress.objects.create(
        attempt=attempt,
        block_id=block["id"],
        version_id=block["version_id"],
        satisfied_at=now if satisfied else None,
        satisfied_by=satisfied,
    )
    for number, scaled in enumerate(marks, 1):
        ActivityAttempt.objects.create(
            progress=progress,
            number=number,
            started_at=now,
            finished_at=now,
            scaled=scaled,
            completion="completed",
        )


def test_the_card_says_what_it_is_what_counts_and_offers_two_ways(amara_client: Client, begun: Attempt) -> None:
    response = amara_client.get(FIRST)
    said = text(response)
    for words in (
        "Interactive activity A first talk",
        "It takes about five minutes.",
        "Counts when you score at least 80 per cent. Your best attempt counts.",
        "Not begun",
        "Open the activity",
        "Do it in words",
    ):
        assert words in said
    block = activity_of(begun.enrolment.module)
    assert f'href="{FIRST}activity/{block["id"]}/"' in response.content.decode()
    assert f'href="{FIRST}activity/{block["id"]}/words/"' in response.content.decode()


def test_the_state_is_said_in_words(amara_client: Client, begun: Attempt, module: ModulePage) -> None:
    goes(begun, module, 0.4, 0.799999)
    assert "Begun Your best 79 per cent so far" in text(amara_client.get(FIRST))


def test_what_is_done_says_when_and_how_well(amara_client: Client, begun: Attempt, module: ModulePage) -> None:
    goes(begun, module, 0.9, 0.5, satisfied=SatisfiedBy.PACKAGE)
    ActivityProgress.objects.update(satisfied_at=datetime.datetime(2026, 3, 12, 9, tzinfo=datetime.UTC))
    assert "Done On 12 March" in text(amara_client.get(FIRST))
    assert "your best 90 per cent" in text(amara_client.get(FIRST))


def test_what_was_done_in_words_says_so(amara_client: Client, begun: Attempt, module: ModulePage) -> None:
    goes(begun, module, satisfied=SatisfiedBy.WORDS)
    assert ", in words" in text(amara_client.get(FIRST))


def test_one_query_more_and_none_without_activities(
    amara_client: Client, begun: Attempt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(SECOND)
    amara_client.get(FIRST)
    with django_assert_num_queries(6):  # as the five of any lesson, and where she stands in its activities
        amara_client.get(FIRST)
    amara_client.get(SECOND)
    with django_assert_num_queries(3):
        amara_client.get(SECOND)


def test_nothing_that_tells_right_from_wrong_is_in_the_lesson(amara_client: Client, begun: Attempt) -> None:
    html = amara_client.get(FIRST).content.decode()
    assert "What would you say, part 1?" not in html
    assert "correct" not in html


def test_going_on_says_which_part_is_open_and_marks_nothing(amara_client: Client, begun: Attempt) -> None:
    answer = amara_client.post(f"{FIRST}finish/", follow=True)
    assert answer.redirect_chain == [(SECOND, 302)]
    assert not LessonProgress.objects.exists()
    block = activity_of(begun.enrolment.module)
    html = answer.content.decode()
    assert "One part of “The eight outcomes” is still open" in html
    assert f'<a href="{FIRST}#activity-{block["id"]}">A first talk</a>' in html
    assert "The eight outcomes activity not done yet" in text(answer)


def test_the_assessment_says_what_is_missing(amara_client: Client, begun: Attempt) -> None:
    amara_client.post(f"{FIRST}finish/")
    amara_client.post(f"{SECOND}finish/")
    assert "The eight outcomes , about 10 minutes: its activity is not done yet" in text(
        amara_client.get(f"{URL}assessment/")
    )


def test_going_on_from_a_done_activity_says_nothing(
    amara_client: Client, begun: Attempt, module: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    goes(begun, module, 0.9, satisfied=SatisfiedBy.PACKAGE)
    with django_assert_max_num_queries(15):
        amara_client.post(f"{FIRST}finish/")
    answer = amara_client.get(SECOND)
    assert "still open" not in answer.content.decode()
    assert "The eight outcomes done" in text(answer)


def test_reviewers_read_it_shut_with_its_words(db: None) -> None:
    page = with_activity(taught_module(), rule="score", score=80)
    said = "".join(read_only([activity_of(page)]))
    assert "A first talk" in said
    assert "<a " not in said
    assert "The same talk, told in words." in said
    assert "What would you say, part 2?" in said
    assert "disabled" in said


def test_an_activity_without_words_offers_none(amara_client: Client, amara: User) -> None:
    page = with_activity(taught_module(), rule="opened", words=[], package=make_package(kind="scorm-1.2"))
    trips.begin(amara.person, page, lessons=0)
    said = text(amara_client.get(FIRST))
    assert "Counts when you have opened it." in said
    assert "Do it in words" not in said
