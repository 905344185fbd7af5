"""Merges and learners at the same moment, and a process that dies in the middle: nothing doubled, nothing half-done."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NoReturn

import pytest
from django.db import connection, connections

from courses.people.models import Person
from courses.privacy.models import Merge, SaidBy, Tombstone
from courses.privacy.services import merging
from courses.privacy.services.merging import joining
from courses.records import services
from courses.records.models import Completion, Enrolment, Event, Try
from tests.factories import PersonFactory
from tests.records.quick import quick_module
from tests.records.trips import begin, choose, complete

from .merging_people import check

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions: Callable[[], object]) -> list[object]:
    """Runs each in a thread with a connection of its own; what came of it, or its error."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            barrier.wait(10)
            return action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        begun = [threads.submit(run, action) for action in actions]
    return [each.exception() or each.result() for each in begun]


def merge(goes: Person, stays: Person) -> Callable[[], object]:
    return lambda: merging.merge(goes=goes, stays=stays, said_by=SaidBy.HERSELF, by=stays)


def test_the_same_pair_at_once_and_from_either_side() -> None:
    module, one, other = quick_module("Carer awareness"), PersonFactory(), PersonFactory()
    complete(one, module)
    complete(other, module)
    results = at_once(merge(other, one), merge(other, one), merge(one, other), merge(other, one))
    assert {type(result) for result in results} == {Merge}, results
    assert len({result.pk for result in results if isinstance(result, Merge)}) == 1
    made = Merge.objects.get()
    assert Completion.objects.filter(person=made.stays).count() == 2
    assert Tombstone.objects.count() == 1
    check()


def test_a_try_that_is_handed_in_meanwhile_is_hers() -> None:
    module, one, other = quick_module("Carer awareness"), PersonFactory(), PersonFactory()
    sitting = services.begin_try(attempt=begin(other, module))
    choose(sitting)

    def hand_in() -> object:
        return services.submit_try(sitting=Try.objects.select_related("attempt__version").get(pk=sitting.pk))

    results = at_once(hand_in, merge(other, one), hand_in)
    assert not [result for result in results if isinstance(result, Exception)], results
    completion = Completion.objects.get()
    assert completion.person == completion.certificate.person == one
    assert not Event.objects.filter(person=other).exclude(kind="merged").exists()
    check()


def test_somebody_begins_a_module_with_both_accounts_meanwhile() -> None:
    module, one, other = quick_module("Carer awareness"), PersonFactory(), PersonFactory()
    results = at_once(
        lambda: services.start(person=other, module=module),
        merge(other, one),
        lambda: services.start(person=one, module=module),
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    made = Merge.objects.get()
    joining.bring_over(made, made.at)
    periods = Enrolment.objects.filter(person=one).order_by("period").values_list("period", flat=True)
    assert list(periods) == list(range(1, len(periods) + 1))
    assert not Enrolment.objects.filter(person=other).exists()
    check()


def test_a_process_that_dies_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    module, one, other = quick_module("Carer awareness"), PersonFactory(), PersonFactory()
    completion = complete(other, module)

    def dies(*_: object) -> NoReturn:
        os._exit(9)

    connections.close_all()
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(joining, "_remember", dies)
        try:
            merge(other, one)()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9, "it died where it was meant to"
    completion.refresh_from_db()
    assert completion.person == other
    assert (Merge.objects.count(), Tombstone.objects.count()) == (0, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM records_enrolment WHERE person_id = %s", [other.pk])
        assert cursor.fetchone() == (1,)
    merge(other, one)()
    completion.refresh_from_db()
    assert completion.person == one
    check()
