"""Roles that the lead of an organisation gives and takes: managers of units, their deputies, training leads, auditors.

A role begins today or later and never before: who could see whom on a past day is part of what an inspector asks.
"""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.people.models import Action, Membership, Organisation, Person, Role, Unit, User
from courses.people.permissions import may_give_role

from .auditing import note
from .cms import sync_cms_groups

ONE_DAY = datetime.timedelta(days=1)


class RoleError(ValueError):
    """The role cannot be given or taken so; the words are for the lead."""


@transaction.atomic
def give_role(
    *,
    person: Person,
    role: str,
    organisation: Organisation,
    starts_on: datetime.date,
    by: User,
    unit: Unit | None = None,
    ends_on: datetime.date | None = None,
) -> Membership:
    """`person` holds `role` from `starts_on`; with an end, she stands in for that time (a named deputy). Given again,
    it is the same role, with the end that was said last."""
    _may(by, role, organisation)
    if (role == Role.UNIT_MANAGER) != (unit is not None):
        raise RoleError("Choose the unit for a manager, and none for the others.")
    if unit is not None and unit.organisation_id != organisation.pk:
        raise RoleError("The unit belongs to another organisation.")
    if starts_on < timezone.localdate():
        raise RoleError("A role begins today or later.")
    if ends_on is not None and ends_on < starts_on:
        raise RoleError("The last day must not come before the first.")
    _hold(person, organisation)
    same = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on - ONE_DAY), person=person, role=role)
    if ends_on is not None:
        same = same.filter(starts_on__lte=ends_on + ONE_DAY)
    held = same.filter(unit=unit) if unit else of_organisation(same, organisation)
    found = held.order_by("starts_on", "pk").first()
    if found is None:
        found = Membership.objects.create(
            person=person, role=role, organisation=organisation, unit=unit, starts_on=starts_on, ends_on=ends_on
        )
    elif found.ends_on == ends_on and found.starts_on <= starts_on:
        return found
    else:
        if ends_on is not None:
            _keep_a_lead(found, organisation, ends_on)
        found.starts_on, found.ends_on = min(found.starts_on, starts_on), ends_on
        found.save(update_fields=["starts_on", "ends_on"])
    _after(found, by, organisation, given=True)
    return found


@transaction.atomic
def take_role(*, held: Membership, last_day: datetime.date, by: User) -> None:
    """The role ends with `last_day`; yesterday takes it away at once. One that had not begun by then never begins: the
    audit log still tells that it was given. Taken twice, it is taken once."""
    organisation = held.belongs_to
    if organisation is None:
        raise PermissionDenied
    _may(by, held.role, organisation)
    if last_day < timezone.localdate() - ONE_DAY:
        raise RoleError("A role ends today or later; yesterday, if it must end at once.")
    _hold(held.person, organisation)
    found = Membership.objects.select_for_update(of=("self",)).filter(pk=held.pk).first()
    if found is None or (found.ends_on is not None and found.ends_on <= last_day):
        return
    _keep_a_lead(found, organisation, last_day)
    if found.starts_on > last_day:
        found.delete()
    else:
        found.ends_on = last_day
        found.save(update_fields=["ends_on"])
    _after(held, by, organisation, given=False)


def of_organisation(held: QuerySet[Membership], organisation: Organisation) -> QuerySet[Membership]:
    return held.filter(Q(organisation=organisation) | Q(unit__organisation=organisation))


def leads_on(organisation: Organisation, day: datetime.date) -> QuerySet[Membership]:
    """The open lead roles of an organisation: those that hold from `day` on without an end."""
    return of_organisation(
        Membership.objects.filter(role=Role.TRAINING_LEAD, starts_on__lte=day, ends_on=None), organisation
    )


def is_last_lead(person: Person, organisation: Organisation, last_day: datetime.date) -> bool:
    """Whether nobody would lead the organisation after `last_day` if `person` did not."""
    open_ones = leads_on(organisation, last_day + ONE_DAY)
    return open_ones.filter(person=person).exists() and not open_ones.exclude(person=person).exists()


def _keep_a_lead(held: Membership, organisation: Organisation, last_day: datetime.date) -> None:
    if held.role == Role.TRAINING_LEAD and not leads_on(organisation, last_day + ONE_DAY).exclude(pk=held.pk).exists():
        raise RoleError("Nobody would lead the organisation after that day. Give somebody else the role first.")


def _may(by: User, role: str, organisation: Organisation) -> None:
    if not may_give_role(by, role, organisation):
        raise PermissionDenied("Roles are given and taken by the training lead.")


def _hold(person: Person, organisation: Organisation) -> None:
    """One change of an organisation's roles at a time, or two leads could each take away the other's."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _after(held: Membership, by: User, organisation: Organisation, *, given: bool) -> None:
    for login in held.person.logins.all():
        sync_cms_groups(login)
    note(
        action=Action.CHANGED if given else Action.WITHDREW,
        what="role",
        by=by.person,
        organisation=organisation,
        key=held.role,
        about=held.person,
        unit=held.unit_id,
    )
