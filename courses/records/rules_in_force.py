"""Which requirements stand behind what is asked of somebody, and which ones a manager may read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower

from courses.people.models import Membership, Person, Role

from . import due
from .models import PathStep, Requirement, RequirementPerson
from .team import Team, in_force, public_modules

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Named(TypedDict):
    """What a requirement is annotated with: what it requires, as learners read it; the address is a module's alone."""

    title: str
    slug: str


class Rule(NamedTuple):
    """Why a module is required of somebody: a requirement that covers one of her posts."""

    requirement: Requirement
    post: Membership
    due_on: datetime.date


def rules_of(person: Person, on: datetime.date) -> dict[int, list[Rule]]:
    """The requirements in force that cover the person's posts, by module, the earliest first. 2 queries, 3 where a path
    is among them."""
    posts = Membership.objects.current(on).filter(person=person, role=Role.LEARNER, unit__isnull=False)
    return rules_for(person, list(posts.select_related("unit__organisation")), on)


def rules_for(person: Person, held: Sequence[Membership], on: datetime.date) -> dict[int, list[Rule]]:
    """As `rules_of`, of these posts, which come with their units. 1 query, 2 where a path is among them."""
    listed = RequirementPerson.objects.filter(requirement=OuterRef("pk"), person=person)
    asked = Requirement.objects.filter(organisation__in={post.unit.organisation_id for post in held if post.unit})
    found = in_force(asked, on).filter(Q(named=False) | Exists(listed))
    every = list(found.select_related("unit", "organisation", "job_role", "path"))
    steps = modules_of_paths({rule.path_id for rule in every if rule.path_id}, on)
    rules: dict[int, list[Rule]] = {}
    for requirement in every:
        for post in held:
            if covers(requirement, post):
                matched = Rule(requirement, post, due_of(requirement, post))
                for module_id in steps.get(requirement.path_id or 0, [requirement.module_id]):
                    if module_id:
                        rules.setdefault(module_id, []).append(matched)
    for matching in rules.values():
        matching.sort(key=lambda rule: (rule.due_on, rule.requirement.pk))
    return rules


def modules_of_paths(paths: Iterable[int | None], on: datetime.date) -> dict[int, list[int]]:
    """The modules of each path on a day, in order. 1 query where there is a path."""
    wanted = {pk for pk in paths if pk}
    found: dict[int, list[int]] = {pk: [] for pk in wanted}
    if wanted:
        current = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        steps = PathStep.objects.filter(current, path__in=wanted, starts_on__lte=on).order_by("position", "pk")
        for path_id, module_id in steps.values_list("path_id", "module_id"):
            found[path_id].append(module_id)
    return found


def covers(requirement: Requirement, post: Membership) -> bool:
    """Whether all that the requirement gives holds for this post; who is on its list is asked apart."""
    unit = post.unit
    return (
        unit is not None
        and unit.organisation_id == requirement.organisation_id
        and (requirement.unit is None or unit.path.startswith(requirement.unit.path))
        and requirement.job_role_id in {None, post.job_role_id}
        and requirement.nation in {"", unit.nation}
    )


def joined_on(requirement: Requirement, post: Membership) -> datetime.date:
    """Since when days after joining count: the organisation's rule, or that of a unit."""
    if requirement.unit_id is None:
        return post.employed_on or post.joined_on or post.starts_on
    return post.joined_on or post.starts_on


def due_of(requirement: Requirement, post: Membership) -> datetime.date:
    """When the requirement is due for this post."""
    return due.due_on(
        joined=joined_on(requirement, post),
        day=requirement.due_on,
        days_after_joining=requirement.days_after_joining,
        grace_days=requirement.grace_days,
        applies_since=requirement.applies_since or requirement.starts_on,
    )


def requirements_seen(team: Team) -> QuerySet[WithAnnotations[Requirement, Named]]:
    """Requirements in force or to come for her units: on them, below them, or above them. None of a private module,
    and none of a path that has nothing but private ones."""
    return readable(team).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=team.on))


def readable(team: Team) -> QuerySet[WithAnnotations[Requirement, Named]]:
    """As `requirements_seen`, with those that have ended."""
    above = {int(part) for top in team.tops for part in top.path.split("/") if part}
    public = PathStep.objects.filter(path=OuterRef("path"), module__in=public_modules())
    return (
        Requirement.objects.filter(
            Q(unit__isnull=True) | Q(unit__in=team.visible) | Q(unit__in=above),
            Q(module__in=public_modules()) | Exists(public),
            organisation__in=team.organisations,
        )
        .annotate(
            title=Coalesce(F("module__current_version__title"), F("path__name")),
            slug=Coalesce(F("module__current_version__slug"), Value("")),
        )
        .select_related("unit", "organisation", "job_role", "path")
        .order_by(Lower("title"), "unit__path", "pk")
    )
