"""Handing in a try: marked by the server, complete and certified in one transaction, once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.people.models import Membership, User
from courses.records import services
from courses.records.completing import after_completion
from courses.records.errors import AlreadyCompleted, NotOpen
from courses.records.models import Completion, Enrolment, Event, Response, Try
from tests.records.quick import quick_module
from tests.records.trips import begin, choose, complete, sit

pytestmark = pytest.mark.django_db
BUDGET = 22


@pytest.fixture
def module(db: None) -> ModulePage:
    return quick_module("Carer awareness")


def test_a_pass_completes_and_certifies_at_once(amara: User, module: ModulePage) -> None:
    result = sit(begin(amara.person, module))
    assert (result.sitting.score, result.sitting.passed) == (100, True)
    completion = result.completion
    assert completion is not None
    assert Certificate.objects.get().completion == completion
    enrolment = Enrolment.objects.get()
    assert (enrolment.completed_at, enrolment.valid_until) == (completion.completed_at, completion.valid_until)
    assert completion.attempt.finished_at == completion.completed_at == result.sitting.submitted_at
    assert completion.snapshot["organisation"] == "Northfield Council"
    assert Response.objects.filter(correct=True).count() == 4
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True))[-3:] == [
        "try-submitted", "completed", "certified",
    ]  # fmt: skip


def test_a_fail_leaves_the_next_try(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    result = sit(attempt, right=False)
    assert (result.sitting.score, result.sitting.passed, result.completion) == (0, False, None)
    assert not Certificate.objects.exists()
    assert not Enrolment.objects.get().tries_used_up
    assert sit(attempt).completion is not None


def test_a_question_left_open_is_wrong(amara: User, module: ModulePage) -> None:
    sitting = services.begin_try(attempt=begin(amara.person, module))
    assert services.submit_try(sitting=sitting).sitting.score == 0
    assert set(Response.objects.values_list("correct", flat=True)) == {False}
    assert list(Response.objects.values_list("chosen", flat=True)) == [[]] * 4


def test_the_pass_mark_itself_passes(amara: User) -> None:
    module = quick_module("Half", pass_mark=75)
    sitting = services.begin_try(attempt=begin(amara.person, module))
    choose(sitting)
    slot = f"q:1:{sitting.drawn[0]['question']}"
    services.save_answer(attempt=sitting.attempt, slot=slot, value=[], client="tab", counter=99)
    result = services.submit_try(sitting=sitting)
    assert (result.sitting.score, result.sitting.passed) == (75, True)


def test_the_last_try_is_said_to_be_the_last(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    assert Enrolment.objects.get().tries_used_up
    assert Event.objects.get(kind="tries-used-up").data == {"tries": 3}


def test_another_try_can_be_given_and_only_once_a_click(amara: User, ben: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    for _ in range(3):
        sit(attempt, right=False)
    for _ in range(2):
        services.allow_another_try(enrolment=attempt.enrolment, by=ben.person, client_id="click")
    assert not Enrolment.objects.get().tries_used_up
    sit(attempt, right=False)
    assert Enrolment.objects.get().tries_used_up
    services.allow_another_try(enrolment=attempt.enrolment, by=ben.person, client_id="another click")
    assert sit(attempt).completion is not None
    with pytest.raises(AlreadyCompleted):
        services.allow_another_try(enrolment=attempt.enrolment, by=ben.person, client_id="late")


def test_handing_in_again_gives_the_same(amara: User, module: ModulePage) -> None:
    first = sit(begin(amara.person, module))
    before = (Response.objects.count(), Event.objects.count(), Certificate.objects.count())
    again = services.submit_try(sitting=first.sitting)
    assert again == first
    assert (Response.objects.count(), Event.objects.count(), Certificate.objects.count()) == before


def test_answers_after_handing_in_change_nothing(amara: User, module: ModulePage) -> None:
    attempt = begin(amara.person, module)
    sitting = services.begin_try(attempt=attempt)
    services.submit_try(sitting=sitting)
    with pytest.raises(NotOpen):
        services.save_answer(attempt=attempt, slot="q:1:O1-1", value=["a"], sitting=sitting)
    assert services.submit_try(sitting=sitting).sitting.score == 0


def test_an_error_in_a_listener_undoes_all(amara: User, module: ModulePage, monkeypatch: pytest.MonkeyPatch) -> None:
    """No completion without its certificate, nor a handed-in try without its completion (DESIGN §4)."""

    def broken(_: Completion) -> None:
        raise RuntimeError("no certificate today")

    sitting = services.begin_try(attempt=begin(amara.person, module))
    choose(sitting)
    events = Event.objects.count()
    monkeypatch.setattr("courses.records.completing.after_completion", [*after_completion, broken])
    monkeypatch.setattr("courses.records.services.finishing.after_completion", [*after_completion, broken])
    with pytest.raises(RuntimeError):
        services.submit_try(sitting=sitting)
    sitting = Try.objects.get()
    assert (sitting.submitted_at, sitting.score) == (None, None)
    assert [model.objects.count() for model in (Completion, Certificate, Response)] == [0, 0, 0]
    assert Event.objects.count() == events
    assert Enrolment.objects.get().completed_at is None
    monkeypatch.undo()
    assert services.submit_try(sitting=sitting).completion is not None


def test_the_organisation_of_her_unit_counts(amara: User, module: ModulePage) -> None:
    Membership.objects.update(organisation=None)
    assert complete(amara.person, module).snapshot["organisation"] == "Northfield Council"


def test_without_an_organisation_none_is_named(tariq: User, module: ModulePage) -> None:
    assert complete(tariq.person, module).snapshot["organisation"] == ""


def test_the_budget(amara: User, module: ModulePage) -> None:
    """BEGIN and COMMIT of the outermost transaction are not seen inside a test's own; the savepoint's two are."""
    sitting = services.begin_try(attempt=begin(amara.person, module))
    choose(sitting)
    sitting = Try.objects.select_related("attempt__enrolment", "attempt__version").get()
    with CaptureQueriesContext(connection) as captured:
        services.submit_try(sitting=sitting)
    assert len(captured) <= BUDGET


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Runs the actions in threads that begin together; what each gave, or its error."""
    gate = threading.Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(place: int) -> None:
        try:
            gate.wait(10)
            results[place] = actions[place]()
        except Exception as error:  # noqa: BLE001
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_tabs_hand_in_at_the_same_moment(amara: User) -> None:
    """On SQLite and PostgreSQL: one completion, one certificate, and both tabs are told the same."""
    sitting = services.begin_try(attempt=begin(amara.person, quick_module("Carer awareness")))
    choose(sitting)

    def hand_in() -> services.Result:
        return services.submit_try(sitting=Try.objects.select_related("attempt__version").get(pk=sitting.pk))

    results = at_once(*[hand_in] * 4)
    assert {type(result) for result in results} == {services.Result}, results
    assert len({result.completion for result in results if isinstance(result, services.Result)}) == 1
    assert (Completion.objects.count(), Certificate.objects.count()) == (1, 1)
    assert Response.objects.count() == 4
    assert Event.objects.filter(kind="completed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_start_and_begin_a_try_at_the_same_moment(amara: User) -> None:
    module = quick_module("Carer awareness")
    attempts = at_once(*[lambda: services.start(person=amara.person, module=module)] * 4)
    assert len(set(attempts)) == 1, attempts
    attempt = begin(amara.person, module)
    tries = at_once(*[lambda: services.begin_try(attempt=attempt)] * 4)
    assert len(set(tries)) == 1, tries
    assert (Enrolment.objects.count(), Try.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_last_two_lessons_in_two_tabs(amara: User) -> None:
    attempt = services.start(person=amara.person, module=quick_module("Reading", question_counts={}))
    at_once(
        lambda: services.finish_lesson(attempt=attempt, lesson_id="l1"),
        lambda: services.finish_lesson(attempt=attempt, lesson_id="l2"),
        lambda: services.finish_lesson(attempt=attempt, lesson_id="l2"),
    )
    assert (Completion.objects.count(), Certificate.objects.count()) == (1, 1)
    assert Enrolment.objects.get().lessons_done == 2
