"""`/learn/<slug>/` and `/learn/<slug>/<lesson>/`: start, come back, work through. Budget of a lesson: 6 queries."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks
from wagtail.models import PageViewRestriction

from courses.content.models import FrozenStory, ModulePage
from courses.content.queries import bump_generation
from courses.people.models import User
from courses.records.models import Attempt, Enrolment, LessonProgress
from tests.factories import ModuleFactory, UserFactory, lesson_block, republish
from tests.learner.taught import URL, taught_module, text
from tests.people import signed_in
from tests.records import trips

pytestmark = pytest.mark.django_db
FIRST, SECOND = f"{URL}the-eight-outcomes/", f"{URL}minas-morning/"


@pytest.fixture
def module() -> ModulePage:
    return taught_module()


@pytest.fixture
def begun(module: ModulePage, amara: User) -> Attempt:
    return trips.begin(amara.person, module, lessons=0)


def test_shows_the_lesson_beside_its_outline(amara_client: Client, begun: Attempt) -> None:
    response = amara_client.get(FIRST)
    assert response.status_code == 200
    said = text(response)
    for words in (
        "Lesson 1 of 2, about 30 minutes left",
        "The eight outcomes you are here",
        "Mina’s morning not yet",
        "Assessment opens after the lessons",
        "What a carer may want.",
        "Nobody asked how I was.",
        "Who is a carer?",
        "Whom did you think of?",
        "Next: Mina’s morning",
    ):
        assert words in said
    assert "no-store" in response["Cache-Control"]


def test_starting_enrols_and_opens_the_first_lesson(amara_client: Client, amara: User, module: ModulePage) -> None:
    assert amara_client.get(URL)["Location"] == "/modules/carer-awareness/"
    assert amara_client.post(URL)["Location"] == FIRST
    assert amara_client.post(URL)["Location"] == FIRST, "starting twice is starting once"
    assert Attempt.objects.filter(enrolment__person=amara.person).count() == 1


def test_going_on_marks_the_lesson_done_and_leads_to_the_next(amara_client: Client, begun: Attempt) -> None:
    assert amara_client.post(f"{FIRST}finish/")["Location"] == SECOND
    assert amara_client.post(f"{FIRST}finish/")["Location"] == SECOND
    assert LessonProgress.objects.count() == 1
    said = text(amara_client.get(SECOND))
    assert "The eight outcomes done" in said
    assert "Lesson 2 of 2, about 20 minutes left" in said
    assert "Next: the assessment" in said
    assert amara_client.post(f"{SECOND}finish/")["Location"] == f"{URL}assessment/"


def test_coming_back_finds_the_place_on_another_device(amara: User, amara_client: Client, begun: Attempt) -> None:
    amara_client.post(f"{FIRST}finish/")
    amara_client.get(FIRST)
    assert signed_in(amara).get(URL)["Location"] == FIRST
    amara_client.get(SECOND)
    assert signed_in(amara).get(URL)["Location"] == SECOND
    amara_client.post(f"{SECOND}finish/")
    assert signed_in(amara).get(URL)["Location"] == f"{URL}assessment/"


def test_a_lesson_costs_at_most_six_queries(
    amara_client: Client, begun: Attempt, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(FIRST)
    amara_client.get(SECOND)
    with django_assert_num_queries(6):  # login, attempt, lessons done, checks, reflections, and where she is now
        amara_client.get(FIRST)
    with django_assert_num_queries(5):
        amara_client.get(FIRST)


def test_a_lesson_costs_the_same_among_five_thousand_learners(
    amara_client: Client, begun: Attempt, module: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(FIRST)
    users = [UserFactory(verified=False) for _ in range(50)]
    now = timezone.now()
    rows = Enrolment.objects.bulk_create(
        Enrolment(person=users[n % 50].person, module=module, period=n // 50 + 1, enrolled_at=now) for n in range(5000)
    )
    Attempt.objects.bulk_create(
        Attempt(enrolment=row, version=begun.version, started_at=now, finished_at=now) for row in rows
    )
    with django_assert_max_num_queries(6):
        assert amara_client.get(FIRST).status_code == 200


def test_a_visitor_signs_in_and_comes_back(client: Client, module: ModulePage) -> None:
    assert client.get(FIRST)["Location"] == f"/accounts/login/?{urlencode({'next': FIRST})}"


def test_starting_before_signing_in_starts_after_it(client: Client, amara: User, module: ModulePage) -> None:
    assert client.post(URL)["Location"].startswith("/accounts/login/?next=")
    assert (
        client.post("/accounts/login/?next=" + URL, {"login": amara.email, "password": "carers-demo"})["Location"]
        == URL
    )
    assert client.get(URL)["Location"] == FIRST


def test_who_has_not_started_is_led_to_the_module(amara_client: Client, module: ModulePage) -> None:
    assert amara_client.get(FIRST)["Location"] == "/modules/carer-awareness/"
    assert amara_client.post(f"{FIRST}finish/").status_code == 404


def test_a_closed_module_cannot_be_started_from_outside(amara_client: Client, module: ModulePage) -> None:
    PageViewRestriction.objects.create(page=module, restriction_type=PageViewRestriction.PASSWORD, password="key")
    assert amara_client.post(URL)["Location"] == "/modules/carer-awareness/"
    assert not Enrolment.objects.exists()


def test_who_began_goes_on_after_the_module_was_taken_out(
    amara_client: Client, omar: User, begun: Attempt, module: ModulePage
) -> None:
    module.unpublish()
    assert amara_client.post(URL)["Location"] == FIRST
    assert amara_client.get(FIRST).status_code == 200
    assert signed_in(omar).post(URL).status_code == 404


@pytest.mark.parametrize("path", ["no-such-lesson/", "no-such-lesson/finish/", "the-eight-outcomes/check/nothing/"])
def test_what_the_version_does_not_have_is_not_found(amara_client: Client, begun: Attempt, path: str) -> None:
    assert amara_client.get(URL + path).status_code == 404
    assert amara_client.post(URL + path).status_code == 404
    assert not LessonProgress.objects.exists()


def test_nothing_that_tells_right_from_wrong_is_in_the_page(amara_client: Client, begun: Attempt) -> None:
    html = amara_client.get(FIRST).content.decode()
    assert "This one: yes, because." not in html
    assert "Nor this one: no, because." not in html
    assert "correct" not in html


def test_publishing_does_not_move_the_ground(amara_client: Client, begun: Attempt, module: ModulePage) -> None:
    amara_client.get(FIRST)
    changed = [lesson_block("The eight outcomes", "O1"), lesson_block("Mina’s morning", "O2")]
    republish(module, kind="correction", lessons=changed)
    said = text(amara_client.get(FIRST))
    assert "What a carer may want." in said
    assert "You keep the version you began, to the end." in said
    republish(ModulePage.objects.get(pk=module.pk), kind="urgent-correction", note="The fine was wrong.", summary="New")
    assert "The fine was wrong. You keep the version you began" in text(amara_client.get(FIRST))


def test_a_withdrawn_story_is_gone_from_every_version(
    amara_client: Client, begun: Attempt, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert "Nobody asked how I was." in text(amara_client.get(FIRST))
    FrozenStory.objects.update(withdrawn_at=timezone.now(), text="")
    with django_capture_on_commit_callbacks(execute=True):
        bump_generation()
    said = text(amara_client.get(FIRST))
    assert "Nobody asked how I was." not in said
    assert "has withdrawn it" in said


def test_an_old_address_still_leads_there(amara_client: Client, begun: Attempt, module: ModulePage) -> None:
    republish(module, slug="carers-and-you")
    assert "What a carer may want." in text(amara_client.get(FIRST))
    assert "What a carer may want." in text(amara_client.get("/learn/carers-and-you/the-eight-outcomes/"))


def test_a_module_without_questions_is_completed_by_its_last_lesson(amara: User, amara_client: Client) -> None:
    page = ModuleFactory(title="Carer awareness", questions=0, questions_per_outcome=0)
    lessons = [lesson_block("The eight outcomes", "O1"), lesson_block("Mina’s morning", "O2")]
    trips.begin(amara.person, republish(page, kind="new-training", lessons=lessons), lessons=1)
    assert "Finish the module" in text(amara_client.get(SECOND))
    said = text(amara_client.get(amara_client.post(f"{SECOND}finish/")["Location"]))
    assert "Completed" in said
    assert "See your certificate" in said


def test_rereading_after_completion_changes_nothing(amara: User, amara_client: Client, module: ModulePage) -> None:
    completion = trips.complete(amara.person, module)
    before = list(Enrolment.objects.values())
    assert "Go to your result" in text(amara_client.get(SECOND))
    amara_client.get(FIRST)
    amara_client.post(f"{FIRST}finish/")
    assert list(Enrolment.objects.values()) == before
    assert amara_client.get(URL)["Location"] == f"{URL}assessment/"
    assert completion.attempt.progress.count() == 2
