"""Our side of the measured world: 500 learners, a module of 12 lessons, ten modules for the team matrix."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from bench.measure import LEARNERS, LESSONS, NEEDED, PARAGRAPH, PARAGRAPHS
from courses.content.models import ModulePage
from courses.people.models import Person, Role, Unit, User
from courses.records import services
from courses.records.models import Attempt, Completion, Requirement, Try
from tests.factories import MembershipFactory, ModuleFactory, PersonFactory, UnitFactory, UserFactory, lesson_block

TEAM = 50
MODULES = 10


@dataclass
class World:
    """What the measurements need to know of it."""

    module: ModulePage
    learners: list[User]
    attempts: list[Attempt]
    sittings: list[Try]
    completion: Completion
    manager: User
    lead: User


def client_of(user: User) -> Client:
    """A client in which `user` is signed in."""
    client = Client()
    client.force_login(user, backend="courses.people.backends.PersonBackend")
    return client


def seed() -> World:
    """Makes it through the services, as people would; returns it."""
    body: list[tuple[str, Any]] = [("heading", {"text": "What the law asks", "level": "2"})]
    body += [("text", PARAGRAPH)] * PARAGRAPHS
    body.append(("reflection", {"prompt": "Who comes to mind?"}))
    lessons = [lesson_block(f"Lesson {number}", f"O{1 + number % 2}", *body) for number in range(1, LESSONS + 1)]
    module = ModuleFactory(title="Measured", published=True, lessons=lessons)
    others = [ModuleFactory(title=f"Other {number}", published=True) for number in range(1, MODULES)]
    unit = UnitFactory(name="Measured team")
    big = UnitFactory(parent=UnitFactory(organisation=unit.organisation, name="Others"), name="Everybody else")
    learners = [_learner(number, unit if number < TEAM else big) for number in range(LEARNERS)]
    attempts = [services.start(person=user.person, module=module) for user in learners]
    sittings = [_ready_to_submit(attempt) for attempt in attempts[-2 * NEEDED :]]
    completion = _complete(sittings.pop())
    for other in others:
        for user in learners[:20]:
            _complete(_ready_to_submit(services.start(person=user.person, module=other)))
    for each in [module, *others]:
        Requirement.objects.create(
            organisation=unit.organisation, module=each, starts_on=datetime.date(2024, 1, 1),
            due_on=timezone.localdate() + datetime.timedelta(days=30),
        )  # fmt: skip
    manager = UserFactory(person=PersonFactory(name="Manager"), email="manager@bench.example")
    MembershipFactory(person=manager.person, unit=unit, role=Role.UNIT_MANAGER)
    lead = UserFactory(person=PersonFactory(name="Lead"), email="lead@bench.example")
    MembershipFactory(person=lead.person, unit=None, organisation=unit.organisation, role=Role.TRAINING_LEAD)
    return World(module, learners, attempts, sittings, completion, manager, lead)


def _learner(number: int, unit: Unit) -> User:
    person: Person = PersonFactory(name=f"Learner Number{number}")
    MembershipFactory(person=person, unit=unit)
    return UserFactory(person=person, email=f"learner{number}@bench.example")


def _ready_to_submit(attempt: Attempt) -> Try:
    """Every lesson done and every question answered right; only the handing in is left."""
    for lesson in attempt.version.outline["lessons"]:
        services.finish_lesson(attempt=attempt, lesson_id=lesson["id"])
    sitting = services.begin_try(attempt=attempt)
    for item in sitting.drawn:
        services.save_answer(
            attempt=attempt, slot=f"q:{sitting.number}:{item['question']}", value=["a"], sitting=sitting
        )
    return sitting


def _complete(sitting: Try) -> Completion:
    completion = services.submit_try(sitting=sitting, all_answered=True).completion
    assert completion is not None
    return completion
