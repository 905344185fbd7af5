"""Reads: whose dates are near, what was mailed already, where mail may go."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from courses.people.models import Absence, Membership, Organisation, Person, Role, User
from courses.records.states import Cell, Selection, State, States
from courses.records.team import ModuleRef, public_modules

from . import rules
from .models import MailChoice, Reminded, ReminderPlan

BATCH = 500
WANTED = (
    State.OVERDUE,
    State.FAILED,
    State.DUE_SOON,
    State.EXPIRING_SOON,
    State.IN_PROGRESS,
    State.NOT_STARTED,
)


class Item(NamedTuple):
    """A module in a mail: by when, at which stage, and whether it is required."""

    module: ModuleRef
    date: datetime.date
    stage: str
    required: bool


@dataclass(frozen=True)
class Due:
    """A person and what she is to be reminded of, the most pressing first."""

    person: Person
    items: list[Item]


def plan_of(organisation: Organisation) -> ReminderPlan:
    """How the organisation reminds; the defaults when it has said nothing."""
    return ReminderPlan.objects.filter(organisation=organisation).first() or ReminderPlan(organisation=organisation)


def steps_of(plan: ReminderPlan) -> rules.Steps:
    return rules.Steps((plan.first, plan.second, plan.third), plan.after_every)


def learners(organisation: Organisation, on: datetime.date) -> QuerySet[Person]:
    """Who learns in the organisation on a day and is at work: no leaver, nobody on leave."""
    posts = Membership.objects.current(on).filter(role=Role.LEARNER, unit__organisation=organisation)
    away = Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), organisation=organisation, starts_on__lte=on)
    found = Person.objects.filter(pk__in=posts.values("person_id"))
    return found.exclude(pk__in=away.values("person_id"))


def modules() -> tuple[ModuleRef, ...]:
    """Modules that a mail may name: never a private one."""
    rows = public_modules().values_list("pk", "current_version__slug", "current_version__title")
    return tuple(ModuleRef(*row) for row in rows)


def batches(people: QuerySet[Person], after: int = 0) -> Iterator[list[int]]:
    """The people's ids in order, some hundreds at a time; from `after` on."""
    while True:
        found = list(people.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not found:
            return
        yield found
        after = found[-1]


def due(
    organisation: Organisation,
    ids: Collection[int],
    *,
    on: datetime.date,
    steps: rules.Steps,
    known: tuple[ModuleRef, ...],
) -> list[Due]:
    """Who of `ids` is at a stage that no mail has named yet, and what of. Four queries, however many they are."""
    by_id = {module.id: module for module in known}
    states = States(
        people=Person.objects.filter(pk__in=ids), modules=list(by_id), on=on, organisations=[organisation.pk]
    )
    told = set(
        Reminded.objects.filter(person__in=ids).values_list("person_id", "module_id", "date", "stage").iterator()
    )
    unwanted = set(MailChoice.objects.filter(person__in=ids, optional=False).values_list("person_id", flat=True))
    found: dict[int, list[Item]] = {}
    for cell in states.cells(Selection(states=WANTED)):
        item = _item(cell, by_id[cell.module_id], on, steps)
        if item is None or (cell.person_id, cell.module_id, item.date, item.stage) in told:
            continue
        if item.required or cell.person_id not in unwanted:
            found.setdefault(cell.person_id, []).append(item)
    people = Person.objects.in_bulk(list(found))
    return [Due(people[pk], sorted(items, key=lambda item: item.date)) for pk, items in sorted(found.items())]


def everything_open(
    organisation: Organisation, ids: Collection[int], *, on: datetime.date, known: tuple[ModuleRef, ...]
) -> list[Due]:
    """What is required of each of `ids` and not held, whatever was mailed before: for a manager who asks now."""
    by_id = {module.id: module for module in known}
    states = States(
        people=Person.objects.filter(pk__in=ids), modules=list(by_id), on=on, organisations=[organisation.pk]
    )
    found: dict[int, list[Item]] = {}
    for cell in states.cells(Selection(states=WANTED)):
        if cell.required and cell.shown_on is not None and cell.state != State.EXPIRING_SOON:
            found.setdefault(cell.person_id, []).append(
                Item(by_id[cell.module_id], cell.shown_on, "asked", required=True)
            )
    people = Person.objects.in_bulk(list(found))
    return [Due(people[pk], sorted(items, key=lambda item: item.date)) for pk, items in sorted(found.items())]


def _item(cell: Cell, module: ModuleRef, on: datetime.date, steps: rules.Steps) -> Item | None:
    if cell.shown_on is None or not (cell.required or cell.state == State.EXPIRING_SOON):
        return None
    reached = rules.stage(cell.shown_on, on, steps)
    return Item(module, cell.shown_on, reached, cell.required) if reached else None


def addresses(person: Person) -> list[str]:
    """Where mail for a person may go: her active logins whose address is proven."""
    logins = User.objects.filter(person=person, is_active=True, emailaddress__verified=True)
    return sorted({user.email for user in logins})


def managers(organisation: Organisation, on: datetime.date) -> list[User]:
    """Who answers for people of the organisation on a day and wants the weekly mail; one login each."""
    held = Membership.objects.current(on).filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation),
        role__in=[Role.UNIT_MANAGER, Role.TRAINING_LEAD],
    )
    unwanted = MailChoice.objects.filter(digest=False)
    away = Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    logins = User.objects.filter(person__in=held.values("person_id"), is_active=True, emailaddress__verified=True)
    logins = logins.exclude(person__in=unwanted.values("person_id")).exclude(person__in=away.values("person_id"))
    first: dict[int, User] = {}
    for user in logins.select_related("person").order_by("pk").distinct():
        first.setdefault(user.person_id, user)
    return list(first.values())
