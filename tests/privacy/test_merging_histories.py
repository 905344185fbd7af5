"""Whatever two people did: made one, all that counts is there, once, and in order."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.credentials.models import Certificate
from courses.people.models import (
    Person,
)
from courses.records import services
from courses.records.models import Attempt, Completion, CpdNote, Enrolment, Event, Response
from tests.factories import PersonFactory
from tests.records.quick import quick_module
from tests.records.trips import begin, sit

from .merging_people import check, join

pytestmark = pytest.mark.django_db


def lived(seed: int, people: tuple[Person, Person], modules: list[Any]) -> None:
    """A history of both, such as people have: begun, failed, completed, renewed, with notes."""
    chance = random.Random(seed)
    now = timezone.now()
    for days in sorted((chance.randrange(2, 1500) for _ in range(chance.randrange(1, 9))), reverse=True):
        person, module = chance.choice(people), chance.choice(modules)
        then = now - datetime.timedelta(days=days)
        attempt = begin(person, module, lessons=chance.randrange(3), now=then)
        if attempt.finished_at is None and chance.random() < 0.7:
            attempt = begin(person, module, now=then)
            tries = Attempt.objects.get(pk=attempt.pk).tries.count()
            if tries < 3:
                sit(attempt, right=chance.random() < 0.6, now=then)
    for completion in Completion.objects.filter(person__in=people):
        if chance.random() < 0.3:
            CpdNote.objects.create(person=completion.person, completion=completion, learned="Much")


def held(people: tuple[Person, ...]) -> dict[str, Counter[Any]]:
    """All that counts, as a bag: without whose of the two it is."""
    return {
        "completions": Counter(
            Completion.objects.filter(person__in=people).values_list("pk", "completed_at", "valid_until", "score")
        ),
        "responses": Counter(
            Response.objects.filter(sitting__attempt__enrolment__person__in=people).values_list("pk", "outcome")
        ),
        "certificates": Counter(Certificate.objects.filter(person__in=people).values_list("number", "issued_at")),
        "attempts": Counter(Attempt.objects.filter(enrolment__person__in=people).values_list("pk", "number")),
        "notes": Counter(CpdNote.objects.filter(person__in=people).values_list("pk", flat=True)),
        "events": Counter(
            Event.objects.filter(person__in=people).exclude(kind__in=["merged", "parted"]).values_list("pk", "kind")
        ),
    }


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000))
def test_whatever_they_did_nothing_is_lost_or_made(db: None, seed: int) -> None:
    modules = [quick_module(f"Module {seed} {number} {Person.objects.count()}") for number in range(2)]
    people = (PersonFactory(), PersonFactory())
    lived(seed, people, modules)
    before = held(people)
    join(people[1], people[0])
    assert held(people[:1]) == before
    for enrolments in (Enrolment.objects.filter(person=people[0], module=module) for module in modules):
        periods = list(enrolments.order_by("period"))
        assert [one.period for one in periods] == list(range(1, len(periods) + 1))
        begun = [one.started_at or one.enrolled_at for one in periods]
        assert begun == sorted(begun)
    assert not Completion.objects.filter(person=people[0]).exclude(enrolment__person=people[0]).exists()
    check()
    for module in modules:
        services.start(person=people[0], module=module)
    check()
