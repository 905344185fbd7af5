"""What a learner has to hold first: the order of the learning paths that are required of her.

Only what is asked of her holds anything back, and only before she begins. A module that is also required by itself
waits for nothing; so does one whose turn could never come, because what is put before it is not open, or because two
paths put each before the other.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from courses.content.models import ModulePage
from courses.people.models import Membership, Person, Role

from .errors import HeldFirst
from .models import PathStep, Requirement, RequirementPerson
from .rules_in_force import covers
from .states import HELD, State, States
from .team import in_force

SETTLED = (*HELD, State.EXEMPT)
"""What comes first has come, or is not asked of her."""


class First(NamedTuple):
    """A module that comes first, under the address and title learners know."""

    slug: str
    title: str


def must_not_wait(person: Person, module_id: int, on: datetime.date) -> None:
    """Raises HeldFirst when she has to hold another module before she begins this one. 1 query where no path has it."""
    first = comes_first(person, module_id, on)
    if first:
        raise HeldFirst([(one.slug, one.title) for one in first])


def comes_first(person: Person, module_id: int, on: datetime.date) -> list[First]:
    """What she has to hold before she begins the module; empty when she may begin. 1 query where no path is required of
    anybody where she works, 6 at most."""
    wanted = order_for(person, on).get(module_id, set())
    if not wanted:
        return []
    me = Person.objects.filter(pk=person.pk)
    cells = States(people=me, modules=wanted, on=on, private_versions=True).cells()
    return named_of({cell.module_id for cell in cells if cell.state not in SETTLED})


def order_for(person: Person, on: datetime.date) -> dict[int, set[int]]:
    """What comes right before each module by the paths that are required of her. 1 query where none is required of
    anybody where she works, 4 at most."""
    mine = Membership.objects.current(on).filter(person=person, role=Role.LEARNER, unit__isnull=False)
    here = Requirement.objects.filter(organisation__in=mine.values("unit__organisation_id"))
    listed = RequirementPerson.objects.filter(requirement=OuterRef("pk"), person=person)
    asked = in_force(here.filter(Q(named=False) | Exists(listed), path__isnull=False), on)
    rules = list(asked.select_related("unit"))
    if not rules:
        return {}
    posts = list(mine.select_related("unit"))
    paths = {rule.path_id for rule in rules if any(covers(rule, post) for post in posts)}
    needed = order(_steps(paths, on))
    alone = in_force(here.filter(Q(named=False) | Exists(listed), module__in=needed), on).select_related("unit")
    free = {rule.module_id for rule in alone if any(covers(rule, post) for post in posts)}
    return {
        module_id: {one for one in before if module_id not in _all_before(one, needed)}
        for module_id, before in needed.items()
        if module_id not in free
    }


def named_of(modules: Iterable[int]) -> list[First]:
    """Modules that can be taken now, by the address and title learners know. At most 1 query."""
    wanted = set(modules)
    if not wanted:
        return []
    found = ModulePage.objects.filter(pk__in=wanted, live=True, current_version__isnull=False)
    named = found.order_by("current_version__title").values_list("current_version__slug", "current_version__title")
    return [First(*row) for row in named]


def _steps(paths: Iterable[int | None], on: datetime.date) -> dict[int, list[PathStep]]:
    current = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    found: dict[int, list[PathStep]] = {}
    steps = PathStep.objects.filter(current, path__in=[pk for pk in paths if pk], starts_on__lte=on)
    for step in steps.select_related("path").order_by("position", "pk"):
        found.setdefault(step.path_id, []).append(step)
    return found


def order(paths: dict[int, list[PathStep]]) -> dict[int, set[int]]:
    """For each module those that come right before it: the one before in an ordered path, and what its step needs."""
    needed: dict[int, set[int]] = {}
    for steps in paths.values():
        before: int | None = None
        for step in steps:
            mine = needed.setdefault(step.module_id, set())
            if step.path.ordered and before is not None:
                mine.add(before)
            if step.needs_id:
                mine.add(step.needs_id)
            before = step.module_id
    return needed


def _all_before(module_id: int, needed: dict[int, set[int]]) -> set[int]:
    """Everything that comes before a module, at any distance."""
    found: set[int] = set()
    open_ones = list(needed.get(module_id, ()))
    while open_ones:
        one = open_ones.pop()
        if one not in found:
            found.add(one)
            open_ones.extend(needed.get(one, ()))
    return found
