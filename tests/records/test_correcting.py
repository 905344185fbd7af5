"""An urgent correction: who is told, what is said, and whom a withdrawn question helps."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from courses.content.models import ChangeKind, ModulePage, ModuleVersion, Question
from courses.people.models import User
from courses.records import services
from courses.records.correcting import correct
from courses.records.models import Attempt, Completion, Event
from tests.factories import ModuleFactory, lesson_block, republish

pytestmark = pytest.mark.django_db

NOTE = "Lesson 2 named the wrong section of the Act."


@pytest.fixture
def module() -> ModulePage:
    """Two outcomes, one question each is drawn and there is one each: everybody gets the same two."""
    page = ModuleFactory(published=True, questions=1, questions_per_outcome=1, pass_mark=100, title="Noticing carers")
    found: ModulePage = ModulePage.objects.get(pk=page.pk)
    return found


def begun(user: User, module: ModulePage) -> Attempt:
    attempt = services.start(person=user.person, module=module)
    for lesson in attempt.version.outline["lessons"]:
        services.finish_lesson(attempt=attempt, lesson_id=lesson["id"])
    return attempt


def sat(attempt: Attempt, *, wrong: str = "") -> services.Result:
    """Answers everything right, but for questions about the outcome `wrong`."""
    sitting = services.begin_try(attempt=attempt)
    for number, item in enumerate(sitting.drawn):
        key = item["question"]
        chosen = "b" if wrong and f"-{wrong}-" in key else "a"
        save(attempt, f"q:{sitting.number}:{key}", chosen, number)
    return services.submit_try(sitting=sitting)


def save(attempt: Attempt, slot: str, chosen: str, number: int) -> None:
    services.save_answer(attempt=attempt, slot=slot, value=[chosen], client="tab", counter=number + 1, age_ms=0)


def correct_urgently(module: ModulePage, **changes: Any) -> ModuleVersion:
    page = republish(module, kind=ChangeKind.URGENT_CORRECTION, note=NOTE, summary="Corrected.", **changes)
    version: ModuleVersion = page.versions.latest("number")
    return version


def withdraw(module: ModulePage, outcome: str) -> None:
    """Withdraws the question of an outcome, and writes another in its place."""
    from tests.factories import QuestionFactory

    Question.objects.filter(module=module, outcome=outcome).update(withdrawn=True)
    QuestionFactory(module=module, outcome=outcome, lesson=module.questions.first().lesson)


def test_holders_and_learners_in_the_middle_are_told_what_was_wrong(
    module: ModulePage, amara: User, chidi: User
) -> None:
    assert sat(begun(amara, module)).completion
    begun(chidi, module)
    correct_urgently(module)
    assert sorted(address for message in mail.outbox for address in message.to) == [amara.email, chidi.email]
    assert all(NOTE in message.body for message in mail.outbox)
    assert "stay as they are" in mail.outbox[0].body


def test_nobody_is_told_of_a_plain_correction_or_of_the_first_version(module: ModulePage, amara: User) -> None:
    begun(amara, module)
    republish(module, kind=ChangeKind.CORRECTION, summary="A comma.")
    assert mail.outbox == []


def test_nobody_is_told_twice(module: ModulePage, amara: User) -> None:
    begun(amara, module)
    version = correct_urgently(module)
    assert correct(version) == (0, 0)
    assert len(mail.outbox) == 1


def test_a_withdrawn_question_counts_as_right_and_earns_the_pass(module: ModulePage, amara: User) -> None:
    attempt = begun(amara, module)
    result = sat(attempt, wrong="O2")
    assert result.completion is None
    withdraw(module, "O2")
    correct_urgently(module)
    completion = Completion.objects.get(person=amara.person)
    assert (completion.score, completion.version) == (100, attempt.version)
    kinds = list(Event.objects.filter(person=amara.person).values_list("kind", flat=True))
    assert kinds.count("rescored") == 1
    assert kinds.count("completed") == 1


def test_a_withdrawn_question_does_not_help_who_was_wrong_elsewhere(module: ModulePage, amara: User) -> None:
    sat(begun(amara, module), wrong="O1")
    withdraw(module, "O2")
    correct_urgently(module)
    assert not Completion.objects.exists()


def test_no_pass_is_taken_away(module: ModulePage, amara: User) -> None:
    completion = sat(begun(amara, module)).completion
    withdraw(module, "O1")
    correct_urgently(module)
    assert Completion.objects.get() == completion


def test_a_learner_in_the_middle_is_marked_right_on_a_question_withdrawn_since(module: ModulePage, amara: User) -> None:
    attempt = begun(amara, module)
    withdraw(module, "O2")
    correct_urgently(module)
    result = sat(attempt, wrong="O2")
    assert result.completion is not None
    assert result.sitting.score == 100


def test_the_mail_about_a_private_module_names_it_nowhere(amara: User) -> None:
    lessons = [lesson_block("First lesson", "O1"), lesson_block("Second lesson", "O2")]
    page = ModuleFactory(published=True, title="Are you a carer?", private=True, lessons=lessons)
    begun(amara, ModulePage.objects.get(pk=page.pk))
    correct_urgently(page)
    message = mail.outbox[0]
    assert isinstance(message, mail.EmailMultiAlternatives)
    html = str(message.alternatives[0][0])
    for text in (message.subject, message.body, html):
        assert "carer?" not in text
        assert NOTE not in text
