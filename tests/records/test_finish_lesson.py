"""Working through lessons: noted once, counted, and complete when nothing else is asked."""

from __future__ import annotations

import pytest

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.people.models import User
from courses.records import services
from courses.records.models import Completion, Enrolment, Event, LessonProgress
from tests.records.quick import quick_module
from tests.records.trips import complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return quick_module("Carer awareness")


def test_a_lesson_is_noted_and_the_next_is_her_place(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    assert services.finish_lesson(attempt=attempt, lesson_id="l1") is None
    enrolment = Enrolment.objects.get()
    assert (enrolment.lessons_done, enrolment.last_lesson, enrolment.completed_at) == (1, "lesson-2", None)
    assert Event.objects.get(kind="lesson-done").data == {"lesson": "lesson-1"}


def test_a_lesson_counts_once(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    for _ in range(3):
        services.finish_lesson(attempt=attempt, lesson_id="l1")
    assert LessonProgress.objects.count() == Event.objects.filter(kind="lesson-done").count() == 1
    assert Enrolment.objects.get().lessons_done == 1


def test_lessons_may_come_in_any_order(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    services.finish_lesson(attempt=attempt, lesson_id="l2")
    assert Enrolment.objects.get().last_lesson == "lesson-1"
    services.finish_lesson(attempt=attempt, lesson_id="l1")
    assert Enrolment.objects.get().lessons_done == 2


def test_a_lesson_of_another_module_is_not_noted(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    assert services.finish_lesson(attempt=attempt, lesson_id="elsewhere") is None
    assert not LessonProgress.objects.exists()


def test_all_lessons_do_not_complete_a_module_with_an_assessment(amara: User, module: ModulePage) -> None:
    attempt = services.start(person=amara.person, module=module)
    for lesson in ("l1", "l2"):
        assert services.finish_lesson(attempt=attempt, lesson_id=lesson) is None
    assert not Completion.objects.exists()


def test_the_last_lesson_completes_a_module_without_one(amara: User) -> None:
    module = quick_module("Reading", question_counts={})
    attempt = services.start(person=amara.person, module=module)
    services.finish_lesson(attempt=attempt, lesson_id="l1")
    completion = services.finish_lesson(attempt=attempt, lesson_id="l2")
    assert completion is not None
    assert completion.score is None
    assert completion.snapshot["pass_mark"] is None
    assert Certificate.objects.get().completion == completion
    assert Enrolment.objects.get().completed_at == completion.completed_at


def test_nothing_happens_after_completion(amara: User, module: ModulePage) -> None:
    completion = complete(amara.person, module)
    before = (Event.objects.count(), LessonProgress.objects.count())
    assert services.finish_lesson(attempt=completion.attempt, lesson_id="l1") is None
    assert (Event.objects.count(), LessonProgress.objects.count()) == before
