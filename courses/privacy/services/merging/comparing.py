"""What a lead sees of two entries before she says that they are one, and whether she may say so."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from courses.people.models import Absence, Employment, Membership, Person, Role, User
from courses.people.permissions import led_organisations
from courses.records.models import AcceptedTraining, Adjustment, Attempt, Completion, Exemption

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
    """8 queries for both together."""
    people = [one, other]
    logins = set(User.objects.filter(person__in=people).values_list("person_id", flat=True))
    held = list(
        Membership.objects.filter(person__in=people)
        .select_related("unit__organisation", "organisation", "job_role", "manager")
        .order_by("-starts_on", "-pk")
    )
    employments = list(Employment.objects.filter(person__in=people).order_by("-starts_on", "-pk"))
    completions = list(Completion.objects.filter(person__in=people, version__private=False).values_list("person_id"))
    certified = Completion.objects.filter(person__in=people, version__private=False, certificate__isnull=False)
    certificates = list(certified.values_list("person_id"))
    begun = Attempt.objects.filter(
        enrolment__person__in=people, enrolment__completed_at=None, version__private=False
    ).values_list("enrolment__person_id", "enrolment_id")
    open_ones = set(begun)
    exempt = list(Exemption.objects.filter(person__in=people).values_list("person_id"))
    accepted = list(AcceptedTraining.objects.filter(person__in=people).values_list("person_id"))

    def side(person: Person) -> Side:
        mine = (person.pk,)
        return Side(
            person=person,
            has_login=person.pk in logins,
            posts=[post for post in held if post.person_id == person.pk and post.role == Role.LEARNER],
            roles=[post for post in held if post.person_id == person.pk and post.role != Role.LEARNER],
            employments=[found for found in employments if found.person_id == person.pk],
            completions=completions.count(mine),
            certificates=certificates.count(mine),
            begun=sum(found[0] == person.pk for found in open_ones),
            agreed=exempt.count(mine) + accepted.count(mine),
        )

    return side(one), side(other)


def refusal(user: User, one: Person, other: Person) -> str:
    """Why `user` may not say that the two are one; "" where she may. A training lead, of every organisation that either
    was ever known to, and only where at most one of the two has an account: who can sign in is asked herself."""
    led = set(led_organisations(user).values_list("pk", flat=True))
    people = [one.pk, other.pk]
    if not led or len(set(people)) < len(people):
        return NOT_YOURS
    with_login = set(User.objects.filter(person__in=people).values_list("person_id", flat=True))
    known_to = _organisations(people)
    return "" if len(with_login) < len(people) and known_to <= led else NOT_YOURS


def ever_in(organisations: Collection[int]) -> Q:
    """A filter of people who have, had or will have a post, a role or work in the organisations."""
    held = Membership.objects.filter(Q(organisation__in=organisations) | Q(unit__organisation__in=organisations))
    worked = Employment.objects.filter(organisation__in=organisations)
    return Q(pk__in=held.values("person_id")) | Q(pk__in=worked.values("person_id"))


def _organisations(people: Collection[int]) -> set[int | None]:
    """Every organisation that knows of them; None for a role of the platform."""
    found: set[int | None] = set()
    held = Membership.objects.filter(person__in=people).values_list("organisation_id", "unit__organisation_id")
    found.update(organisation or of_unit for organisation, of_unit in held)
    for model in (Employment, Absence, Adjustment, AcceptedTraining):
        found.update(model.objects.filter(person__in=people).values_list("organisation_id", flat=True))
    return found


def open_on(posts: Collection[Membership], day: datetime.date) -> list[Membership]:
    return [post for post in posts if post.ends_on is None or post.ends_on >= day]
