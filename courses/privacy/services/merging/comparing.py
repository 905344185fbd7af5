"""What a lead sees of two entries before she says that they are one, and whether she may say so."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import models
from django.db.models import BigIntegerField, Count, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from courses.people.models import Absence, Employment, Membership, Person, Role, User
from courses.records.models import AcceptedTraining, Adjustment, Attempt, Completion, Exemption

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

NOT_YOURS = (
    "Only they themselves can make these two one: each has an account of its own, or one of them is known beyond your "
    "organisation."
)
"""One sentence for both reasons: a lead does not learn here where else somebody works."""


@dataclass(frozen=True)
class Side:
    """One of the two entries, as its lead may see it: nothing of private modules."""

    person: Person
    has_login: bool
    posts: list[Membership]
    roles: list[Membership]
    employments: list[Employment]
    completions: int
    certificates: int
    begun: int
    agreed: int


def sides(one: Person, other: Person) -> tuple[Side, Side]:
    """3 queries for both together."""
    people = [one, other]
    counted = {row.pk: row for row in _counted(people)}
    held = list(
        Membership.objects.filter(person__in=people)
        .select_related("unit__organisation", "organisation", "job_role", "manager")
        .order_by("-starts_on", "-pk")
    )
    employments = list(Employment.objects.filter(person__in=people).order_by("-starts_on", "-pk"))

    def side(person: Person) -> Side:
        row = counted[person.pk]
        return Side(
            person=person,
            has_login=row.has_login,
            posts=[post for post in held if post.person_id == person.pk and post.role == Role.LEARNER],
            roles=[post for post in held if post.person_id == person.pk and post.role != Role.LEARNER],
            employments=[found for found in employments if found.person_id == person.pk],
            completions=row.has_completions,
            certificates=row.has_certificates,
            begun=row.has_begun,
            agreed=row.has_exemptions + row.has_accepted,
        )

    return side(one), side(other)


class Counted(TypedDict):
    """What a person is annotated with."""

    has_login: bool
    has_completions: int
    has_certificates: int
    has_begun: int
    has_exemptions: int
    has_accepted: int


def _counted(people: Collection[Person]) -> QuerySet[WithAnnotations[Person, Counted]]:
    """The people, with what there is of each."""
    public = Completion.objects.filter(version__private=False)
    begun = Attempt.objects.filter(enrolment__completed_at=None, version__private=False)
    return Person.objects.filter(pk__in=[person.pk for person in people]).annotate(
        has_login=Exists(User.objects.filter(person=OuterRef("pk"))),
        has_completions=_how_many(public, "person"),
        has_certificates=_how_many(public.filter(certificate__isnull=False), "person"),
        has_begun=_how_many(begun, "enrolment__person", "enrolment"),
        has_exemptions=_how_many(Exemption.objects.all(), "person"),
        has_accepted=_how_many(AcceptedTraining.objects.all(), "person"),
    )


def _how_many(found: QuerySet[Any], person: str, what: str = "pk") -> Coalesce:
    """How many there are of the person outside."""
    hers = found.order_by().filter(**{person: OuterRef("pk")}).values(person)
    return Coalesce(Subquery(hers.annotate(times=Count(what, distinct=True)).values("times")), 0)


def refusal(led: Collection[int], one: Person, other: Person) -> str:
    """Why the lead of these organisations may not say that the two are one; "" where she may: they are all the
    organisations that either was ever known to, and at most one of the two has an account (who can sign in is asked
    herself). One query."""
    people = [one.pk, other.pk]
    if not led or len(set(people)) < len(people):
        return NOT_YOURS
    logins, known_to = _known(people)
    return "" if logins < len(people) and known_to <= set(led) else NOT_YOURS


def ever_in(organisations: Collection[int]) -> Q:
    """A filter of people who have, had or will have a post, a role or work in the organisations."""
    held = Membership.objects.filter(Q(organisation__in=organisations) | Q(unit__organisation__in=organisations))
    worked = Employment.objects.filter(organisation__in=organisations)
    return Q(pk__in=held.values("person_id")) | Q(pk__in=worked.values("person_id"))


def _known(people: Collection[int]) -> tuple[int, set[int | None]]:
    """How many of them have an account, and every organisation that knows of them; None for a role of the platform."""

    def rows(model: type[models.Model], organisation: Expression | F, login: int = 0) -> QuerySet[Any, Any]:
        found = model._default_manager.order_by().filter(person__in=people)
        named: QuerySet[Any, Any] = found.annotate(of=organisation, login=Value(login))
        return named.values_list("person", "of", "login")

    held = rows(Membership, Coalesce("organisation_id", "unit__organisation_id"))
    logins = rows(User, Value(None, BigIntegerField()), login=1)
    others = [rows(model, F("organisation_id")) for model in (Employment, Absence, Adjustment, AcceptedTraining)]
    every = list(held.union(logins, *others))
    with_login = {person for person, _, login in every if login}
    return len(with_login), {organisation for _, organisation, login in every if not login}


def open_on(posts: Collection[Membership], day: datetime.date) -> list[Membership]:
    return [post for post in posts if post.ends_on is None or post.ends_on >= day]
