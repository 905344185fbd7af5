"""The tree of units. A unit's `path` is what every question about "hers and all below" is answered by."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr

from courses.people.models import Action, JobRole, Membership, Organisation, Unit, User
from courses.people.permissions import led_organisations

from .auditing import note


def check_place(*, unit: Unit) -> None:
    """Refuses a parent of another organisation, and a unit as part of itself."""
    parent = unit.parent
    if parent is None:
        return
    if parent.organisation_id != unit.organisation_id:
        raise ValidationError({"parent": "Choose a unit of the same organisation."})
    if unit.pk and (parent.pk == unit.pk or f"/{unit.pk}/" in parent.path):
        raise ValidationError({"parent": "A unit cannot be a part of itself or of its own parts."})


@transaction.atomic
def place_unit(*, unit: Unit) -> None:
    """Saves `unit` where its parent says, and moves everything below along with it."""
    check_place(unit=unit)
    unit.save()
    before = Unit.objects.select_for_update().get(pk=unit.pk).path
    unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    if before == unit.path:
        return
    unit.save(update_fields=["path"])
    if before:
        below = Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
        below.update(path=Concat(Value(unit.path), Substr(F("path"), len(before) + 1)))


class UnitError(ValueError):
    """The tree cannot be changed so; the words are for the lead."""


@transaction.atomic
def set_up_unit(*, unit: Unit, by: User) -> Unit:
    """Adds `unit`, or keeps what was changed in it: name, nation, reference, place in the tree.

    A name and a reference have no dates: past days say today's. Place and nation decide who was asked for what on past
    days, so a unit moves, and its nation changes once it is said, only while nobody has ever had a post or role in it
    or below, and nothing was ever asked of it. Otherwise the lead makes a new unit, moves people there from a day, and
    closes this one."""
    may_shape(by, unit.organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=unit.organisation_id)
    beside = Unit.objects.filter(organisation=unit.organisation_id, parent=unit.parent_id, name__iexact=unit.name)
    if beside.exclude(pk=unit.pk or 0).exists():
        raise UnitError("There is a unit of this name beside it.")
    if unit.parent is not None and unit.parent.ends_on is not None:
        raise UnitError("The unit above it is closed.")
    before = Unit.objects.filter(pk=unit.pk or 0).first()
    if before is not None:
        if before.parent_id != unit.parent_id and lived_in(before):
            raise UnitError(
                "People have had posts in it, or something was asked of it: past days would say something else. Add a "
                "new unit in the other place, move people there from a day, and close this one."
            )
        if before.nation not in {"", unit.nation} and lived_in(before):
            raise UnitError(
                "People have had posts in it, and requirements of past days went by its nation. Add a new unit, move "
                "people there from a day, and close this one."
            )
        if _same(before, unit):
            return before
    try:
        place_unit(unit=unit)
    except ValidationError as error:
        raise UnitError(" ".join(error.messages)) from error
    note(action=Action.CHANGED, what="unit", by=by.person, organisation_id=unit.organisation_id, key=unit.pk)
    return unit


@transaction.atomic
def close_unit(*, unit: Unit, last_day: datetime.date, by: User) -> None:
    """The unit and those below are there until `last_day`. Only when nobody has a post or role in them after it: people
    are moved or leave first, each from a day."""
    may_shape(by, unit.organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=unit.organisation_id)
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=last_day), unit__path__startswith=unit.path)
    if count := held.values("person").distinct().count():
        people = "1 person has" if count == 1 else f"{count:,} people have"
        raise UnitError(f"{people} a post or a role in it, or below it, after that day. Move them first.")
    open_ones = Unit.objects.filter(Q(ends_on=None) | Q(ends_on__gt=last_day), path__startswith=unit.path)
    if open_ones.update(ends_on=last_day):
        note(action=Action.WITHDREW, what="unit", by=by.person, organisation_id=unit.organisation_id, key=unit.pk)


@transaction.atomic
def name_job_role(*, organisation: Organisation, name: str, by: User, job_role: JobRole | None = None) -> JobRole:
    """Adds a job role, or calls one otherwise; rules that ask it of everybody in that job go on."""
    may_shape(by, organisation)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    named = " ".join(name.split())
    same = JobRole.objects.filter(organisation=organisation, name__iexact=named)
    if found := same.exclude(pk=(job_role and job_role.pk) or 0).first():
        if job_role is None:
            return found
        raise UnitError("This job role exists.")
    role = job_role or JobRole(organisation=organisation)
    if role.name == named:
        return role
    role.name = named
    role.save()
    note(action=Action.CHANGED, what="job role", by=by.person, organisation=organisation, key=role.pk)
    return role


def lived_in(unit: Unit) -> bool:
    """Whether anything with a date hangs on the unit or one below it: posts, roles, what was asked."""
    below = Unit.objects.filter(path__startswith=unit.path)
    if Membership.objects.filter(unit__in=below).exists():
        return True
    return any(
        relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": below}).exists()
        for relation in Unit._meta.related_objects
        if relation.related_model is not Unit
    )


def may_shape(by: User, organisation: Organisation) -> None:
    if not led_organisations(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied("Units and job roles are set by the training lead.")


def _same(before: Unit, after: Unit) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in ("parent_id", "name", "nation", "reference"))
