"""Who may see and do what, as named predicates. Every view asks here, on the object (DESIGN §1)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from .models import Membership, Organisation, Person, Role, Unit, User

MANAGING = (Role.UNIT_MANAGER, Role.TRAINING_LEAD)
EDITING = (Role.CONTENT_AUTHOR, Role.CARER_REVIEWER, Role.PLATFORM_ADMINISTRATOR)


def roles(user: User | AnonymousUser) -> set[str]:
    """The roles `user` holds today; empty for a visitor."""
    if not user.is_authenticated:
        return set()
    held = Membership.objects.current(timezone.localdate()).filter(person_id=user.person_id)
    return set(held.values_list("role", flat=True))


def has_role(user: User | AnonymousUser, *wanted: Role) -> bool:
    """Whether `user` holds one of `wanted` today."""
    return user.is_authenticated and not roles(user).isdisjoint(wanted)


def is_manager(user: User | AnonymousUser) -> bool:
    """May open the manager's screens."""
    return has_role(user, *MANAGING)


def edits_content(user: User | AnonymousUser) -> bool:
    """May open the CMS. A superuser (made by the operator's `createsuperuser`) always may: somebody has to be first."""
    return user.is_authenticated and (user.is_superuser or has_role(user, *EDITING))


def curates_libraries(user: User | AnonymousUser) -> bool:
    """May approve programs that packages bring: they run in learners' browsers, so a trainer's word is too little."""
    return user.is_authenticated and (user.is_superuser or has_role(user, Role.PLATFORM_ADMINISTRATOR))


def supports_learners(user: User | AnonymousUser) -> bool:
    """May look at what a learner's browser sent, when she asks for help with it."""
    return has_role(user, Role.PLATFORM_ADMINISTRATOR)


def visible_units(user: User | AnonymousUser, on: datetime.date | None = None) -> QuerySet[Unit]:
    """The units whose people `user` may see on the day `on` (today): those managed, with all below them; a training
    lead sees the whole organisation. Leave `on` out to decide what she may see; a past day answers an auditor's "who
    could see whom then". One query now and one when it is read."""
    return managed(user, on).units


class Managed(NamedTuple):
    """The units that somebody may see, the topmost of them by organisation and path, and the organisations that she
    leads; where she sees no unit at all, none."""

    units: QuerySet[Unit]
    tops: tuple[Unit, ...]
    led: Mapping[int, Organisation]


def managed(user: User | AnonymousUser, on: datetime.date | None = None) -> Managed:
    """As `visible_units`, with the topmost units themselves. One query; one more for who leads an organisation that has
    no unit yet beside one that has."""
    if not user.is_authenticated:
        return Managed(Unit.objects.none(), (), {})
    held = Membership.objects.current(on or timezone.localdate()).filter(person_id=user.person_id)
    leads = held.filter(role=Role.TRAINING_LEAD).annotate(of=Coalesce("organisation_id", "unit__organisation_id"))
    led = Unit.objects.filter(parent=None, organisation__in=leads.values("of"))
    own = Unit.objects.filter(pk__in=held.filter(role=Role.UNIT_MANAGER).values("unit_id"))
    bare = Organisation.objects.filter(pk__in=leads.values("of")).exclude(pk__in=led.values("organisation"))
    found = (own | led).annotate(led=Q(organisation__in=leads.values("of")), bare=Exists(bare))
    found = found.select_related("organisation")
    units = list(found.order_by("organisation__name", "path"))
    allowed = Q(pk__in=[])
    for unit in units:
        allowed |= Q(organisation_id=unit.organisation_id) if unit.led else Q(path__startswith=unit.path)
    known = {unit.pk for unit in units}
    tops = tuple(unit for unit in units if known.isdisjoint(unit.above))
    of = {unit.organisation_id: unit.organisation for unit in units if unit.led}
    if units and units[0].bare:
        of = {each.pk: each for each in Organisation.objects.filter(pk__in=leads.values("of"))}
    return Managed(Unit.objects.filter(allowed), tops, of)


def learners_of(units: QuerySet[Unit], on: datetime.date | None = None) -> QuerySet[Person]:
    """People with a learner's membership in one of `units` on the day `on` (today)."""
    learners = Membership.objects.current(on or timezone.localdate()).filter(role=Role.LEARNER, unit__in=units)
    return Person.objects.filter(pk__in=learners.values("person_id"))


def visible_people(user: User | AnonymousUser, on: datetime.date | None = None) -> QuerySet[Person]:
    """People with a learner's membership on the day `on` (today) in a unit that `user` may see today. Nobody else, by
    no path: who managed a unit once does not get it back by asking about a day in the past. Two queries."""
    return learners_of(visible_units(user), on)


def may_see_person(user: User | AnonymousUser, person: Person) -> bool:
    """Whether `user` manages a unit in which `person` learns today."""
    return visible_people(user).filter(pk=person.pk).exists()


def led_organisations(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """Organisations whose training lead `user` is today."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    held = Membership.objects.current(timezone.localdate()).filter(person_id=user.person_id, role=Role.TRAINING_LEAD)
    by_unit = held.filter(organisation=None).values("unit__organisation_id")
    return Organisation.objects.filter(Q(pk__in=held.values("organisation_id")) | Q(pk__in=by_unit))


def may_invite(user: User | AnonymousUser, unit: Unit, role: str) -> bool:
    """Whether `user` may ask somebody into `unit` as `role`: a manager invites learners into own units, a training lead
    learners and managers into any unit of the organisation. Nobody gives a role away that reaches further than hers."""
    if role not in {Role.LEARNER, Role.UNIT_MANAGER}:
        return False
    if role == Role.UNIT_MANAGER:
        return led_organisations(user).filter(pk=unit.organisation_id).exists()
    return visible_units(user).filter(pk=unit.pk).exists()


GIVEN_BY_LEADS = (Role.UNIT_MANAGER, Role.TRAINING_LEAD, Role.AUDITOR)
"""Roles inside one organisation. Those of the platform are given by its administrator, and nobody gives "learner"."""


def may_give_role(user: User | AnonymousUser, role: str, organisation: Organisation) -> bool:
    """Whether `user` may give and take `role` in `organisation`: its training lead alone."""
    return role in GIVEN_BY_LEADS and led_organisations(user).filter(pk=organisation.pk).exists()


def may_end_employment(user: User | AnonymousUser, person: Person, organisation: Organisation) -> bool:
    """Whether `user` may say that `person` leaves `organisation`: its lead; or a manager who sees every post of hers
    there, when she holds no role in it. Nobody ends what she may not see."""
    if led_organisations(user).filter(pk=organisation.pk).exists():
        return True
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), person=person).filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation)
    )
    seen = held.filter(role=Role.LEARNER, unit__in=visible_units(user))
    return seen.exists() and not held.exclude(pk__in=seen.values("pk")).exists()
