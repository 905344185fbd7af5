"""A requirement in words, as the manager who reads may be told: a unit above hers is not named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.manager.words import day
from courses.people.models import Organisation
from courses.records.models import Requirement
from courses.records.rules_in_force import Named
from courses.records.team import Team

from .forms import day_of_year

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True)
class Wording:
    """A requirement in words."""

    requirement: Requirement
    who: str
    title: str
    slug: str
    due: str
    again: str
    may_change: bool

    @property
    def over(self) -> bool:
        """Whether it has an end: it is ended, or another takes its place."""
        return self.requirement.ends_on is not None


def in_words(
    requirement: WithAnnotations[Requirement, Named], team: Team, leads: Mapping[int, Organisation]
) -> Wording:
    """`requirement` is one of `rules_in_force.readable`."""
    own = team.has(requirement.unit)
    return Wording(
        requirement=requirement,
        who=who(requirement, own=own, listed=bool(requirement.named)),
        title=requirement.title,
        slug=requirement.slug,
        due=due(requirement),
        again=again(requirement),
        may_change=own or requirement.organisation_id in leads,
    )


def who(requirement: Requirement, *, own: bool, listed: bool) -> str:
    """Whom it covers."""
    if requirement.unit is None:
        where = f"Everybody in {requirement.organisation.name}"
    elif own:
        where = requirement.unit.name
    else:
        where = f"A wider part of {requirement.organisation.name}, your team included"
    narrowed = [where]
    if requirement.job_role:
        narrowed.append(f"job role {requirement.job_role.name}")
    if requirement.nation:
        narrowed.append(f"working in {requirement.get_nation_display()}")
    if listed:
        narrowed.append("only people on a list")
    return ", ".join(narrowed)


def due(requirement: Requirement) -> str:
    """When it is due."""
    days = requirement.days_after_joining
    said = f"by {day(requirement.due_on)}" if requirement.due_on else f"within {days} days of joining"
    grace = requirement.grace_days
    return f"{said}, with {grace} {'day' if grace == 1 else 'days'} of grace" if grace else said


def again(requirement: Requirement) -> str:
    """How long what is held counts; "" for as long as the certificate."""
    months = requirement.refresh_months
    if months:
        return "every month" if months == 1 else f"every {months} months"
    if requirement.window_from:
        opens, closes = day_of_year(requirement.window_from), day_of_year(requirement.window_to)
        return f"every year between {opens} and {closes}"
    return ""


FIELDS = {
    "unit_id": "who",
    "organisation_id": "who",
    "job_role_id": "who",
    "nation": "who",
    "named": "who",
    "people": "who",
    "module_id": "what they must hold",
    "path_id": "what they must hold",
    "due_on": "when it is due",
    "days_after_joining": "when it is due",
    "grace_days": "the grace",
    "refresh_months": "how long it counts",
    "window_from": "how long it counts",
    "window_to": "how long it counts",
    "starts_on": "when it begins",
    "ends_on": "when it ends",
}


def what_changed(fields: set[str]) -> list[str]:
    """What somebody else changed, in the order of the form."""
    return list(dict.fromkeys(said for name, said in FIELDS.items() if name in fields))
