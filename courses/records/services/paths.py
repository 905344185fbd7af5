"""Learning paths: made, changed and ended, each step from a day to a day, so that a past day can be asked about."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Action, Organisation, Person
from courses.people.services.auditing import note
from courses.records.drafting import steps_on
from courses.records.models import LearningPath, PathStep
from courses.records.standing import rule_changed

from .requiring import ModuleIsPrivate, is_asked_by_a_rule


@dataclass(frozen=True)
class Step:
    """A module of a path, and the one of the same path that has to be held first, if any."""

    module_id: int
    needs_id: int | None = None


class PathFault(ValueError):
    """The path cannot be so; the words say why."""


@transaction.atomic
def make_path(
    *, organisation: Organisation, name: str, ordered: bool, steps: Sequence[Step], by: Person
) -> LearningPath:
    """Makes a path. One of the same name and steps, made twice, is one."""
    _check(steps, ordered=ordered)
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    same = LearningPath.objects.filter(organisation=organisation, name=name, ended_at=None).first()
    if same:
        if same.ordered == ordered and steps_now(same) == list(steps):
            return same
        raise PathFault("A path of this name exists.")
    made = LearningPath.objects.create(organisation=organisation, name=name, ordered=ordered)
    _put(made, steps, timezone.localdate())
    _tell(made, by, "made")
    return made


@transaction.atomic
def change_path(*, path: LearningPath, name: str, ordered: bool, steps: Sequence[Step], seen: str, by: Person) -> bool:
    """The path says this from today on. False, and nothing is changed, when it says something else by now than what was
    `seen` (its `mark_of_path`)."""
    _check(steps, ordered=ordered)
    Organisation.objects.select_for_update().get(pk=path.organisation_id)
    found = LearningPath.objects.get(pk=path.pk)
    if mark_of_path(found) != seen or found.ended_at:
        return False
    others = LearningPath.objects.filter(organisation=found.organisation_id, name=name, ended_at=None)
    if others.exclude(pk=found.pk).exists():
        raise PathFault("A path of this name exists.")
    if (found.name, found.ordered, steps_now(found)) == (name, ordered, list(steps)):
        return True
    found.name, found.ordered = name, ordered
    found.save(update_fields=["name", "ordered"])
    _put(found, steps, timezone.localdate())
    _tell(found, by, "changed")
    return True


@transaction.atomic
def end_path(*, path: LearningPath, by: Person) -> None:
    """The path is offered no more. Raises PathFault while a requirement asks for it."""
    Organisation.objects.select_for_update().get(pk=path.organisation_id)
    if is_asked_by_a_rule(path.pk, timezone.localdate()):
        raise PathFault("A requirement asks for this path. End the requirement first.")
    if LearningPath.objects.filter(pk=path.pk, ended_at=None).update(ended_at=timezone.now()):
        _tell(path, by, "ended")


def steps_now(path: LearningPath) -> list[Step]:
    """The steps of today, in order. 1 query."""
    rows = steps_on(path.pk, timezone.localdate()).values_list("module_id", "needs_id")
    return [Step(*row) for row in rows]


def mark_of_path(path: LearningPath) -> str:
    """What tells one wording of a path from another, for a form that may be sent long after it was opened."""
    steps = " ".join(f"{step.module_id}>{step.needs_id or ''}" for step in steps_now(path))
    return f"{path.name}|{path.ordered}|{path.ended_at or ''}|{steps}"


def _check(steps: Sequence[Step], *, ordered: bool) -> None:
    order = {step.module_id: place for place, step in enumerate(steps)}
    if len(order) != len(steps):
        raise PathFault("Each module can stand in a path once.")
    if not steps:
        raise PathFault("Choose at least one module.")
    public = ModulePage.objects.filter(pk__in=order, private=False, current_version__private=False)
    if public.count() != len(order):
        raise ModuleIsPrivate
    needs = {step.module_id: step.needs_id for step in steps if step.needs_id}
    for place, step in enumerate(steps):
        if step.needs_id is None:
            continue
        if step.needs_id not in order:
            raise PathFault("What has to be held first must stand in the path too.")
        if ordered and order[step.needs_id] > place:
            raise PathFault("In an ordered path a module cannot wait for one that comes after it.")
        seen = {step.module_id}
        at: int | None = step.needs_id
        while at is not None:
            if at in seen:
                raise PathFault("Two modules wait for each other.")
            seen.add(at)
            at = needs.get(at)


def _put(path: LearningPath, steps: Sequence[Step], today: datetime.date) -> None:
    """Ends the steps that are no more or stand otherwise; what began today is no past and goes."""
    wanted = {step.module_id: (place, step.needs_id) for place, step in enumerate(steps, 1)}
    current = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    for row in PathStep.objects.filter(current, path=path):
        if wanted.get(row.module_id) == (row.position, row.needs_id):
            del wanted[row.module_id]
        elif row.starts_on >= today:
            row.delete()
        else:
            row.ends_on = today - datetime.timedelta(days=1)
            row.save(update_fields=["ends_on"])
    PathStep.objects.bulk_create(
        PathStep(path=path, module_id=module_id, position=place, needs_id=needs, starts_on=today)
        for module_id, (place, needs) in wanted.items()
    )


def _tell(path: LearningPath, by: Person, did: str) -> None:
    note(action=Action.CHANGED, what="path", by=by, organisation_id=path.organisation_id, key=path.pk, did=did)
    rule_changed(organisation_id=path.organisation_id, by=by)
