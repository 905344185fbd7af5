"""What learners do, through the services: begin, work through, sit, complete."""

from __future__ import annotations

import datetime

from courses.content.models import ModulePage
from courses.people.models import Person
from courses.records import queries, services
from courses.records.models import Attempt, Completion, Try


def begin(person: Person, module: ModulePage, *, lessons: int = 99, now: datetime.datetime | None = None) -> Attempt:
    """Starts the module and works through so many of its lessons."""
    attempt = services.start(person=person, module=ModulePage.objects.get(pk=module.pk), now=now)
    for lesson in attempt.version.outline["lessons"][:lessons]:
        services.finish_lesson(attempt=attempt, lesson_id=lesson["id"], now=now)
    return attempt


def choose(sitting: Try, *, right: bool = True) -> None:
    """Answers every question of a try: all right, or all wrong."""
    questions = queries.questions_of(sitting.attempt.version, [item["question"] for item in sitting.drawn])
    for number, item in enumerate(sitting.drawn, 1):
        options = questions[item["question"]]["options"]
        chosen = [option["key"] for option in options if option["correct"] == right]
        services.save_answer(
            attempt=sitting.attempt,
            slot=f"q:{sitting.number}:{item['question']}",
            value=chosen if right else chosen[:1],
            client="tab",
            counter=number,
        )


def sit(attempt: Attempt, *, right: bool = True, now: datetime.datetime | None = None) -> services.Result:
    """Sits the assessment once."""
    sitting = services.begin_try(attempt=attempt, now=now)
    choose(sitting, right=right)
    return services.submit_try(sitting=sitting, now=now)


def complete(person: Person, module: ModulePage, *, now: datetime.datetime | None = None) -> Completion:
    """The whole trip."""
    completion = sit(begin(person, module, now=now), now=now).completion
    assert completion is not None
    return completion
