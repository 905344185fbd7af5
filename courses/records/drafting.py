"""A requirement that is not set yet, for a preview: the same SQL of states judges it, and nothing is written."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.people.models import JobRole, Membership, Organisation, Person, Role, Unit

from .models import LearningPath, PathStep, Requirement
from .states_sql import Piece


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a requirement says. `named` holds the ids of the people on its list; None where it has none."""

    organisation: Organisation
    unit: Unit | None = None
    job_role: JobRole | None = None
    nation: str = ""
    named: frozenset[int] | None = None
    module_id: int | None = None
    path: LearningPath | None = None
    due_on: datetime.date | None = None
    days_after_joining: int | None = None
    grace_days: int = 0
    refresh_months: int | None = None
    window_from: str = ""
    window_to: str = ""
    starts_on: datetime.date
    applies_since: datetime.date | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The values of `Requirement`'s own fields, without who is on its list and the day on which it begins."""
        return {
            "organisation_id": self.organisation.pk,
            "unit_id": self.unit.pk if self.unit else None,
            "job_role_id": self.job_role.pk if self.job_role else None,
            "nation": self.nation,
            "named": self.named is not None,
            "module_id": self.module_id,
            "path_id": self.path.pk if self.path else None,
            "due_on": self.due_on,
            "days_after_joining": self.days_after_joining,
            "grace_days": self.grace_days,
            "refresh_months": self.refresh_months,
            "window_from": self.window_from,
            "window_to": self.window_to,
        }


def terms_of(requirement: Requirement) -> Terms:
    """What a requirement says, as terms. 1 query where it has a list."""
    listed = requirement.people.values_list("person_id", flat=True) if requirement.named else None
    return Terms(
        organisation=requirement.organisation,
        unit=requirement.unit,
        job_role=requirement.job_role,
        nation=requirement.nation,
        named=None if listed is None else frozenset(listed),
        module_id=requirement.module_id,
        path=requirement.path,
        due_on=requirement.due_on,
        days_after_joining=requirement.days_after_joining,
        grace_days=requirement.grace_days,
        refresh_months=requirement.refresh_months,
        window_from=requirement.window_from,
        window_to=requirement.window_to,
        starts_on=requirement.starts_on,
        applies_since=requirement.applies_since,
    )


def whom(terms: Terms, on: datetime.date | None = None) -> QuerySet[Person]:
    """The people whom the terms cover on a day (today): those with one post for which all that is given holds."""
    posts = Membership.objects.current(on or timezone.localdate()).filter(
        Q(unit__path__startswith=terms.unit.path) if terms.unit else Q(),
        Q(job_role=terms.job_role) if terms.job_role else Q(),
        Q(unit__nation=terms.nation) if terms.nation else Q(),
        role=Role.LEARNER,
        unit__organisation=terms.organisation,
    )
    found = Person.objects.filter(pk__in=posts.values("person_id"))
    return found if terms.named is None else found.filter(pk__in=terms.named)


def subjects_of(terms: Terms, on: datetime.date | None = None) -> list[int]:
    """The modules that are asked for: one, or those of the path. At most 1 query."""
    if terms.path is None:
        return [terms.module_id] if terms.module_id else []
    return list(steps_on(terms.path.pk, on or timezone.localdate()).values_list("module_id", flat=True))


def steps_on(path_id: int, on: datetime.date) -> QuerySet[PathStep]:
    """The steps of a path on a day, in order."""
    current = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
    return PathStep.objects.filter(current, path=path_id, starts_on__lte=on).order_by("position", "pk")


def piece(terms: Terms, subjects: Collection[int]) -> Piece:
    """The rows that the terms would be in `asked` of the SQL of states. Who is on a list is for `whom` to say."""
    day = connection.ops.adapt_datefield_value
    sql, params = "", []
    for subject in subjects:
        sql += " UNION ALL SELECT 0, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, NULLIF(%s, ''), %s"
        params += [
            subject,
            terms.organisation.pk,
            terms.unit.pk if terms.unit else None,
            terms.job_role.pk if terms.job_role else None,
            terms.nation,
            False,
            day(terms.due_on) if terms.due_on else None,
            terms.days_after_joining,
            terms.grace_days,
            day(terms.applies_since) if terms.applies_since else None,
            day(terms.starts_on),
            terms.refresh_months,
            terms.window_from + terms.window_to,
            terms.unit.path if terms.unit else None,
        ]
    return Piece(sql, tuple(params))
