"""Reads for the screens of posts, leave, roles and leavers."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.people.models import Absence, JobRole, Membership, Organisation, Person, Role, Unit
from courses.people.permissions import GIVEN_BY_LEADS
from courses.records.team import Team

MOST_MANAGERS = 200
"""So many are listed to choose a manager of record from; those of the units above come first."""


def from_today(held: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those that last today, or begin later."""
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()))


def staff_of(team: Team) -> QuerySet[Person]:
    """Who has a post in one of the team's units, or will have: nobody who has left."""
    posts = from_today(Membership.objects.filter(role=Role.LEARNER, unit__in=team.visible))
    return Person.objects.filter(pk__in=posts.values("person_id"))


def posts_of(team: Team, public_id: UUID) -> list[Membership]:
    """Somebody's posts in the team's units that last or are to come. One query."""
    found = from_today(Membership.objects.filter(role=Role.LEARNER, unit__in=team.visible, person__public_id=public_id))
    more = ("unit__organisation", "job_role", "manager", "deputy", "person")
    return list(found.select_related(*more).order_by("starts_on", "pk"))


def leave_of(person: Person, organisations: Collection[int]) -> list[Absence]:
    """Leave of absence that lasts or is to come. One query."""
    found = Absence.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=timezone.localdate()), person=person, organisation__in=organisations
    )
    return list(found.select_related("organisation", "person").order_by("starts_on"))


def colleagues_in(organisations: Collection[int]) -> QuerySet[Person]:
    """Everybody who has a post or a role in the organisations, or will have."""
    held = from_today(Membership.objects.filter(_within(organisations)))
    return Person.objects.filter(pk__in=held.values("person_id"))


def roles_in(organisations: Collection[int]) -> QuerySet[Membership]:
    """Who holds what in the organisations, or is to hold it."""
    held = from_today(Membership.objects.filter(_within(organisations), role__in=GIVEN_BY_LEADS))
    return held.select_related("person", "organisation", "unit__organisation").order_by(
        "-role", "unit__path", "person__family_name", "person__name", "pk"
    )


def possible_managers(team: Team, unit: Unit | None) -> list[Person]:
    """Who may be manager of record: who manages a unit of the team or one above `unit`, or leads. One query."""
    above = [int(part) for part in unit.path.split("/") if part] if unit else []
    held = Membership.objects.current(timezone.localdate()).filter(
        Q(role=Role.UNIT_MANAGER, unit__in=team.visible)
        | Q(role=Role.UNIT_MANAGER, unit__in=above)
        | Q(role=Role.TRAINING_LEAD, organisation__in=team.organisations)
    )
    found = Person.objects.filter(pk__in=held.values("person_id"))
    return list(found.order_by("family_name", "name", "pk")[:MOST_MANAGERS])


def job_roles_of(team: Team) -> list[JobRole]:
    return list(JobRole.objects.filter(organisation__in=team.organisations).select_related("organisation"))


def organisations_of(posts: Collection[Membership]) -> list[Organisation]:
    """Whom somebody works for, by her posts."""
    found = {post.unit.organisation_id: post.unit.organisation for post in posts if post.unit}
    return list(found.values())


def _within(organisations: Collection[int]) -> Q:
    return Q(organisation__in=organisations) | Q(unit__organisation__in=organisations)
