"""What somebody who answers for a team may read: her units, their people, the modules a manager may know of.

Everything the manager's screens show starts from a `Team`, so that no page can ask for more than she may see. Private
modules are left out here, once, for all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Membership, Person, Role, Unit, User
from courses.people.permissions import is_manager, learners_of, visible_units

from .models import Attempt, Completion, Enrolment, Exemption, Requirement
from .states import States

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class ModuleRef(NamedTuple):
    """A module as a manager sees it: never the page, whose draft is the trainer's, nor the heavy version."""

    id: int
    slug: str
    title: str


class Named(TypedDict):
    """What a requirement is annotated with: the module it requires, as learners read it."""

    title: str
    slug: str


@dataclass(frozen=True)
class Team:
    """The units and people that somebody answers for on a day."""

    on: datetime.date
    visible: QuerySet[Unit]
    units: tuple[Unit, ...] = field(repr=False)

    @classmethod
    def of(cls, user: User | AnonymousUser, on: datetime.date | None = None) -> Team | None:
        """The team of `user`, or None for who manages nobody and may not open a manager's screen. Two queries.

        A past day shows the people of that day in the units that she may see today: nobody gets back what she managed
        once by asking about a day in the past."""
        day = on or timezone.localdate()
        visible = visible_units(user)
        units = tuple(visible.select_related("organisation").order_by("organisation__name", "path"))
        if not units and not is_manager(user):
            return None
        return cls(day, visible, units)

    @cached_property
    def organisations(self) -> frozenset[int]:
        """Whose requirements count: an employer never sees another's rules."""
        return frozenset(unit.organisation_id for unit in self.units)

    @cached_property
    def name(self) -> str:
        """What the heading calls the team: its topmost unit or two, or the organisation where these are its roots."""
        paths = {unit.path for unit in self.units}
        tops = [unit for unit in self.units if not any(unit.path != p and unit.path.startswith(p) for p in paths)]
        if len(tops) > 2 or (len(tops) == 2 and all(unit.parent_id is None for unit in tops)):
            return " and ".join(sorted({unit.organisation.name for unit in tops}))
        return " and ".join(unit.name for unit in tops)

    @property
    def people(self) -> QuerySet[Person]:
        """Everybody who learns in her units today, by family name."""
        return in_order(learners_of(self.visible, self.on))

    def people_of(self, unit: Unit) -> QuerySet[Person]:
        """Those of one of her units and of all below it."""
        return in_order(learners_of(self.visible.filter(path__startswith=unit.path), self.on))

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        """Every module that she may know of and that can be taken, or is asked for; by title. One query."""
        asked = Requirement.objects.filter(module=OuterRef("pk"), organisation__in=self.organisations)
        found = public_modules().filter(Q(live=True) | Exists(in_force(asked, self.on)))
        rows = found.order_by(Lower("current_version__title"), "pk")
        return tuple(
            ModuleRef(*row) for row in rows.values_list("pk", "current_version__slug", "current_version__title")
        )

    def module(self, slug: str) -> ModuleRef | None:
        """One of `modules` by its slug; an unknown and a private one answer alike and cost the same."""
        return next((module for module in self.modules if module.slug == slug), None)

    def states(self, people: QuerySet[Person], modules: Iterable[ModuleRef]) -> States:
        """Where `people` stand with `modules` today."""
        ids = [module.id for module in modules]
        return States(people=people, modules=ids, on=self.on, organisations=self.organisations)

    def with_post(self, people: QuerySet[Person]) -> list[tuple[Person, str, str]]:
        """The people, each with job title and unit of the first post in her units, for lists. One query."""
        posts = self.posts().filter(person=OuterRef("pk"))
        found = people.annotate(
            job_title=Coalesce(Subquery(posts.values("job_title")[:1]), Value("")),
            unit_name=Coalesce(Subquery(posts.values("unit__name")[:1]), Value("")),
        )
        return [(person, person.job_title, person.unit_name) for person in found]

    def posts(self) -> QuerySet[Membership]:
        """Learners' memberships in her units today: she is not told of posts elsewhere."""
        current = Membership.objects.current(self.on).filter(role=Role.LEARNER, unit__in=self.visible)
        return current.order_by("starts_on", "pk")


def public_modules() -> QuerySet[ModulePage]:
    """Published modules that are not private, now or in the version that learners read."""
    found: QuerySet[ModulePage] = ModulePage.objects.filter(
        private=False, current_version__private=False, alias_of__isnull=True
    )
    return found


def in_order(people: QuerySet[Person]) -> QuerySet[Person]:
    """By family name, then name; the id makes the order one."""
    key = Lower(Coalesce(NullIf(F("family_name"), Value("")), F("name")))
    return people.order_by(key, Lower("name"), "pk")


def in_force(requirements: QuerySet[Requirement], on: datetime.date) -> QuerySet[Requirement]:
    """The requirements that apply on the day `on` (one ends at the end of `ends_on`)."""
    return requirements.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Rule(NamedTuple):
    """Why a module is required of somebody: a requirement that matches one of her posts."""

    requirement: Requirement
    post: Membership
    due_on: datetime.date


def rules_for(person: Person, team: Team) -> dict[int, list[Rule]]:
    """The requirements in force that match the person's posts in the team's organisations, by module. Two queries."""
    posts = Membership.objects.current(team.on).filter(
        person=person, role=Role.LEARNER, unit__organisation__in=team.organisations
    )
    held = list(posts.select_related("unit__organisation"))
    asked = Requirement.objects.filter(organisation__in={post.unit.organisation_id for post in held if post.unit})
    rules: dict[int, list[Rule]] = {}
    for requirement in in_force(asked, team.on).select_related("unit", "organisation"):
        for post in held:
            due = _due(requirement, post)
            if due is not None:
                rules.setdefault(requirement.module_id, []).append(Rule(requirement, post, due))
    for found in rules.values():
        found.sort(key=lambda rule: (rule.due_on, rule.requirement.pk))
    return rules


def _due(requirement: Requirement, post: Membership) -> datetime.date | None:
    """When the requirement is due for this post; None when it does not cover it. The rule of `states_sql.CELLS`."""
    if post.unit is None or post.unit.organisation_id != requirement.organisation_id:
        return None
    if requirement.unit is not None and not post.unit.path.startswith(requirement.unit.path):
        return None
    if requirement.due_on is not None:
        return requirement.due_on
    return post.starts_on + datetime.timedelta(days=requirement.days_after_joining or 0)


def requirements_seen(team: Team) -> QuerySet[WithAnnotations[Requirement, Named]]:
    """Requirements in force or to come for her units: on them, below them, or above them. None of a private module."""
    above = {int(part) for unit in team.units for part in unit.path.split("/") if part}
    return (
        Requirement.objects.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=team.on),
            Q(unit__isnull=True) | Q(unit__in=team.visible) | Q(unit__in=above),
            organisation__in=team.organisations,
            module__in=public_modules(),
        )
        .annotate(title=F("module__current_version__title"), slug=F("module__current_version__slug"))
        .select_related("unit", "organisation")
        .order_by(Lower("title"), "unit__path", "pk")
    )


def completions_of(people: QuerySet[Person] | Collection[Person], modules: Iterable[ModuleRef]) -> QuerySet[Completion]:
    """What people completed of `modules`, newest first, without what was taken while a module was private."""
    ids = [module.id for module in modules]
    found = Completion.objects.filter(person__in=people, module__in=ids, version__private=False)
    return found.select_related("version").defer("snapshot", "version__outline").order_by("-completed_at", "-pk")


def begun_by(person: Person, modules: Iterable[ModuleRef]) -> dict[int, Enrolment]:
    """What the person has started and not finished, by module, again without private versions."""
    found = Enrolment.objects.filter(
        person=person, module__in=[m.id for m in modules], started_at__isnull=False, completed_at__isnull=True
    ).exclude(attempts__version__private=True)
    return {enrolment.module_id: enrolment for enrolment in found.order_by("period")}


def exemptions_of(person: Person, on: datetime.date) -> dict[int, Exemption]:
    """Exemptions in force, by module; the one that lasts longest. Never the reason in words, which is not for lists."""
    found = Exemption.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), person=person, starts_on__lte=on)
    return {exemption.module_id: exemption for exemption in found.order_by(F("ends_on").asc(nulls_last=True))}


class UsedUp(NamedTuple):
    """A period of a module in which every try has been handed in without a pass."""

    enrolment: Enrolment
    tries: int


def tries_used_up(person: Person, module: ModuleRef) -> UsedUp | None:
    """The latest period, when its tries are used up and its attempt is not of a private version. One query."""
    latest = Attempt.objects.filter(
        enrolment__person=person,
        enrolment__module=module.id,
        enrolment__tries_used_up=True,
        enrolment__completed_at__isnull=True,
        version__private=False,
    )
    found = (
        latest.annotate(handed_in=Count("tries", filter=Q(tries__submitted_at__isnull=False)))
        .select_related("enrolment")
        .order_by("-enrolment__period", "-number")
        .first()
    )
    return UsedUp(found.enrolment, found.handed_in) if found else None
