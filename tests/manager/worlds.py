"""Random worlds of people, posts, rules and what happened: for what must hold whatever the world looks like."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Absence, JobRole, Membership, Organisation, Person, Unit
from courses.records.models import (
    AcceptedTraining,
    Adjustment,
    LearningPath,
    PathStep,
    Requirement,
    RequirementPerson,
)
from courses.records.models.event import Event, EventKind
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UnitFactory

from .history import at, completed, exempted, make_module, require, revoked, started, today


@dataclass
class World:
    """An organisation with a tree of units, and another beside it in which some also work."""

    chance: random.Random
    organisation: Organisation = field(init=False)
    units: list[Unit] = field(init=False)
    elsewhere: Unit = field(init=False)
    modules: list[ModulePage] = field(init=False)
    roles: list[JobRole] = field(init=False)
    people: list[Person] = field(default_factory=list)
    events: int = 0

    def __post_init__(self) -> None:
        self.organisation = OrganisationFactory()
        root = UnitFactory(organisation=self.organisation, nation="england")
        services = [UnitFactory(parent=root, organisation=self.organisation, nation=n) for n in ("england", "wales")]
        teams = [UnitFactory(parent=service, organisation=self.organisation) for service in services for _ in (1, 2)]
        self.units = [root, *services, *teams]
        self.elsewhere = UnitFactory()
        self.modules = [make_module(f"Module {number}") for number in range(4)]
        self.roles = [JobRole.objects.create(organisation=self.organisation, name=name) for name in ("Nurse", "Cook")]

    def somebody(self) -> Person:
        """A new colleague; one in five has two posts, one in eight another employer as well."""
        person = PersonFactory()
        self.people.append(person)
        self.post(person)
        if self.chance.random() < 0.2:
            self.post(person)
        if self.chance.random() < 0.12:
            MembershipFactory(person=person, unit=self.elsewhere)
        return person

    def post(self, person: Person) -> Membership | None:
        unit = self.chance.choice(self.units)
        if Membership.objects.filter(person=person, unit=unit, ends_on=None).exists():
            return None
        return Membership.objects.create(
            person=person,
            unit=unit,
            organisation=self.organisation,
            job_role=self.chance.choice([None, *self.roles]),
            starts_on=today(-self.chance.randrange(1, 900)),
        )

    def rule(self) -> Requirement:
        """A requirement of a kind drawn by lot."""
        draw = self.chance.choice
        more: dict[str, Any] = draw([
            {}, {"job_role": draw(self.roles)}, {"nation": "wales"}, {"named": True}, {"grace_days": 90},
            {"refresh_months": draw([6, 12])}, {"window_from": "0301", "window_to": "0430"}, {"ends_on": today(-3)},
        ])  # fmt: skip
        places: list[Unit | Organisation] = [self.organisation, self.elsewhere, *self.units]
        where = draw(places)
        if isinstance(where, Unit) and where is self.elsewhere:
            more.pop("job_role", None)
        if self.chance.random() < 0.5:
            rule = require(draw(self.modules), where, due=draw([-200, -1, 0, 20, 59, 90, 300]), **more)
        else:
            rule = require(draw(self.modules), where, after_joining=draw([0, 30, 365]), **more)
        if rule.named:
            for person in self.chance.sample(self.people, k=min(4, len(self.people))):
                RequirementPerson.objects.create(requirement=rule, person=person)
        return rule

    def path(self) -> None:
        """A learning path of two modules that everybody is asked for."""
        path = LearningPath.objects.create(organisation=self.organisation, name=f"Path {LearningPath.objects.count()}")
        for position, module in enumerate(self.chance.sample(self.modules, k=2)):
            PathStep.objects.create(path=path, module=module, position=position, starts_on=today(-100))
        Requirement.objects.create(organisation=self.organisation, path=path, due_on=today(40), starts_on=today(-90))

    def happen(self, person: Person) -> None:
        """Something happens to somebody, as the services would write it: the rows, and the event where there is one."""
        draw, module = self.chance.choice, self.chance.choice(self.modules)
        what = draw(["completed", "completed", "started", "failed", "exempted", "accepted", "adjusted", "absent"])
        period = person.enrolments.filter(module=module).count() + 1
        kind = EventKind.ADJUSTED
        if what == "completed":
            done = completed(
                person, module, days_ago=draw([1, 100, 400]), valid=draw([None, -5, 0, 30, 61, 400]), period=period
            )
            if self.chance.random() < 0.1:
                revoked(done)
            kind = EventKind.COMPLETED
        elif what in {"started", "failed"}:
            started(person, module, period=period, failed=what == "failed")
            kind = EventKind.STARTED
        elif what == "exempted":
            exempted(person, module, until=draw([None, -1, 0, 80]))
            kind = EventKind.EXEMPTED
        elif what == "accepted":
            AcceptedTraining.objects.create(
                person=person, organisation=self.organisation, module=module, kind="elsewhere", completed_on=today(-50),
                valid_until=draw([None, today(20), today(200)]), entered_by=person, entered_at=at(today(-40)),
            )  # fmt: skip
        elif what == "adjusted":
            Adjustment.objects.create(
                person=person, organisation=self.organisation, module=module, kind="later-date",
                due_on=today(draw([-2, 30, 100])), agreed_by=person, agreed_on=today(-10), entered_at=at(today(-10)),
            )  # fmt: skip
        elif not Absence.objects.filter(person=person).exists():
            Absence.objects.create(
                person=person, organisation=self.organisation, starts_on=today(-5), ends_on=draw([None, today(9)]),
                entered_by=person,
            )  # fmt: skip
        self.events += 1
        Event.objects.create(person=person, kind=kind, at=timezone.now(), client_id=f"world:{self.events}")

    def leave(self, person: Person) -> None:
        Membership.objects.filter(person=person, organisation=self.organisation, ends_on=None).update(
            ends_on=today(-1), starts_on=today(-500)
        )


def random_world(seed: int, people: int = 25) -> World:
    """The same world for the same seed."""
    world = World(random.Random(seed))
    for _ in range(people):
        world.somebody()
    for _ in range(7):
        world.rule()
    world.path()
    for _ in range(3 * people):
        world.happen(world.chance.choice(world.people))
    return world


__all__ = ["World", "random_world"]
