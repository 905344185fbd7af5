"""Two hundred saves at once, and learners who finish together: nothing fails, nothing happens twice. On SQLite this is
a file with immediate transactions and a timeout (ADR 0004: with the default, 164 of 200 concurrent writes fail).
ROUNDS says how often."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from courses.credentials.models import Certificate
from courses.people.models import Person
from courses.records import queries, services
from courses.records.models import AnswerDraft, Attempt, Completion, Enrolment, Try
from courses.records.rebuilding import differences
from tests.factories import PersonFactory
from tests.records.quick import quick_module
from tests.records.trips import begin, choose

pytestmark = [pytest.mark.torture, pytest.mark.django_db(transaction=True)]

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SAVES = 200
WORKERS = 40


def together(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Runs the actions in many threads, each with a connection of its own; an error is raised here."""

    def run(action: Callable[[], object]) -> object:
        try:
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(run, actions))


def saving(attempt: Attempt, slot: str, value: str, counter: int) -> Callable[[], object]:
    return lambda: services.save_answer(attempt=attempt, slot=slot, value=[value], client="tab", counter=counter)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_hundred_saves_at_once(round_: int) -> None:
    """Twenty learners, ten answers each, some of them to the same question: every save is told and kept."""
    module = quick_module("Carer awareness")
    attempts = [services.start(person=PersonFactory(), module=module) for _ in range(20)]
    actions = [
        saving(attempt, f"q:1:O1-{number % 8}", str(number), number + 1) for number in range(10) for attempt in attempts
    ]
    assert len(actions) == SAVES
    answers = together(actions)
    assert all(isinstance(answer, services.Saved) for answer in answers)
    assert AnswerDraft.objects.count() == 8 * len(attempts)
    for attempt in attempts:
        kept = queries.drafts(attempt, "q:1:")
        assert [kept[f"q:1:O1-{number}"].value for number in range(8)] == [
            ["8"],
            ["9"],
            *([str(n)] for n in range(2, 8)),
        ]


def ready(person: Person, module_attempt: Attempt) -> Try:
    sitting = services.begin_try(attempt=module_attempt)
    choose(sitting)
    return sitting


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_twenty_learners_hand_in_twice_at_the_same_moment(round_: int) -> None:
    module = quick_module("Carer awareness")
    people = PersonFactory.create_batch(20)
    sittings = [ready(person, begin(person, module)) for person in people]

    def hand_in(pk: int) -> Callable[[], object]:
        return lambda: services.submit_try(sitting=Try.objects.select_related("attempt__version").get(pk=pk))

    results = together([hand_in(sitting.pk) for sitting in sittings for _ in range(2)])
    assert all(isinstance(result, services.Result) and result.completion for result in results)
    assert Completion.objects.count() == Certificate.objects.count() == len(people)
    assert Enrolment.objects.filter(completed_at__isnull=False).count() == len(people)
    assert not list(differences())
