"""Twenty learners report from their activities at once, each from two tabs: every call is written down once, every
module is completed once. ROUNDS says how often."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.interop.calls import Call
from courses.interop.calls.receiving import EndedError, Received, receive
from courses.records import services
from courses.records.models import ActivityCall, Completion, Event, ItemResponse, LessonProgress
from courses.records.models.event import EventKind
from courses.records.rebuilding import differences
from tests.factories import ModuleFactory, PersonFactory, UserFactory
from tests.interop.hosting import Opened
from tests.interop.reporting import one_lesson, opened_in, state, statement
from tests.packages import with_activity

from .test_concurrency import together

pytestmark = [pytest.mark.torture, pytest.mark.django_db(transaction=True)]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
LEARNERS = 20


def learners(page: ModulePage) -> list[Opened]:
    people = PersonFactory.create_batch(LEARNERS)
    for person in people:
        UserFactory(person=person)
    return [opened_in(person, page) for person in people]


def reporting(opened: Opened, client: str, *calls: Call) -> Callable[[], object]:
    """A request; after the completion it is told so, which is an answer too."""
    launch = opened.launch(client=client)

    def report() -> Received | None:
        try:
            return receive(launch=launch, calls=calls)
        except EndedError:
            return None

    return report


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_twenty_learners_end_their_activity_in_two_tabs_at_once(round_: int) -> None:
    activities = learners(with_activity(one_lesson(), rule="score", score=80))
    end = Call(1, "statement", body=statement("answered", 9, 10))
    answers = together(
        [reporting(opened, tab, end) for opened in activities for tab in ("one", "two", "one")]  # "one" sends it again
    )
    told = [answer for answer in answers if isinstance(answer, Received)]
    assert len({answer.completion.pk for answer in told if answer.completion}) == LEARNERS
    assert Completion.objects.count() == Certificate.objects.count() == LessonProgress.objects.count() == LEARNERS
    assert Event.objects.filter(kind=EventKind.ACTIVITY_DONE).count() == LEARNERS
    assert not list(differences())


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_tabs_of_twenty_learners_lose_and_double_nothing(round_: int) -> None:
    """Each tab sends ten requests of two calls, some of them twice. The module has an assessment, so it stays open."""
    activities = learners(with_activity(ModuleFactory(title="Carer awareness"), rule="score", score=80))
    requests = []
    for number in range(5):
        for opened in activities:
            for tab in ("one", "two"):
                first = 1 + 2 * number
                answer = Call(first, "statement", body=statement("answered", 1, 1, part=f"{tab}-{number}"))
                kept = Call(first + 1, "state", body=state(f"{tab} {number}"))
                requests += [reporting(opened, tab, answer, kept)] * (1 + (number == 2))
    answers = together(requests)
    assert all(isinstance(answer, Received) for answer in answers)
    assert ActivityCall.objects.count() == LEARNERS * 2 * 10
    assert ItemResponse.objects.count() == LEARNERS * 2 * 5, "every answer once"
    for opened in activities:
        opened.progress.refresh_from_db()
        assert opened.progress.attempts.count() == 1
        assert opened.progress.calls.filter(outcome="refused").count() == 0
        tabs = {f"{tab} {number}" for tab in ("one", "two") for number in range(5)}
        assert opened.progress.state in [state(tab) for tab in tabs]


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_two_activities_of_a_lesson_and_its_words_at_once(round_: int) -> None:
    page = with_activity(with_activity(one_lesson()))
    firsts = learners(page)
    people = [opened.attempt.enrolment.person for opened in firsts]
    seconds = [opened_in(person, page, place=1) for person in people]
    end = Call(1, "statement", body=statement("completed"))

    def in_words(opened: Opened) -> Callable[[], object]:
        return lambda: services.answer_in_words(attempt=opened.attempt, block=opened.block, chosen={})

    together([work for a, b in zip(firsts, seconds, strict=True) for work in (reporting(a, "one", end), in_words(b))])
    assert Completion.objects.count() == Certificate.objects.count() == LEARNERS
    assert not list(differences())
