"""Reads: who has to do with somebody, what is held about her, whether a legal hold lies on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value

from courses.people.models import Employment, Membership, Organisation, Person, Role, Unit, User
from courses.people.permissions import led_organisations
from courses.records.models import AcceptedTraining, Completion, Enrolment, Exemption, Response
from courses.records.team import public_modules

from .models import ErasurePart, ErasureRequest, LegalHold


def organisations_of(person: Person) -> list[Organisation]:
    """Every organisation she belongs or belonged to, in whatever role. One query."""
    held = Membership.objects.filter(person=person)
    employed = Employment.objects.filter(person=person)
    found = Organisation.objects.filter(
        Q(pk__in=held.values("organisation"))
        | Q(pk__in=held.values("unit__organisation"))
        | Q(pk__in=employed.values("organisation"))
    )
    return list(found.order_by("name"))


def people_of(organisations: Collection[Organisation]) -> QuerySet[Person]:
    """Everybody who belongs or belonged to one of them."""
    held = Membership.objects.filter(Q(organisation__in=organisations) | Q(unit__organisation__in=organisations))
    employed = Employment.objects.filter(organisation__in=organisations)
    return Person.objects.filter(Q(pk__in=held.values("person")) | Q(pk__in=employed.values("person")))


def open_holds(organisations: Collection[int]) -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(organisation__in=organisations, ended_at=None)


def held(ids: Iterable[int], organisations: Collection[int]) -> set[int]:
    """Which of these people a hold of one of the organisations lies on: hers, that of a unit she belongs or belonged
    to (or of one above it), or of all. One query."""
    holds = open_holds(organisations)
    whole = holds.filter(person=None, unit=None).values("organisation")
    hers = Membership.objects.filter(person=OuterRef("pk"))
    below = Membership.objects.filter(person=OuterRef(OuterRef("pk")), unit__path__startswith=OuterRef("unit__path"))
    found = Person.objects.filter(
        Q(pk__in=holds.exclude(person=None).values("person"))
        | Exists(hers.filter(Q(organisation__in=whole) | Q(unit__organisation__in=whole)))
        | Exists(Employment.objects.filter(person=OuterRef("pk"), organisation__in=whole))
        | Exists(holds.filter(Exists(below), unit__isnull=False)),
        pk__in=list(ids),
    )
    return set(found.values_list("pk", flat=True))


class Held(NamedTuple):
    """A kind of records and how many there are."""

    what: str
    number: int


def held_about(person: Person, organisation: Organisation | None) -> list[Held]:
    """What is held about her, as the lead of an organisation may know of it: counts by kind, never anything of a
    private module, never what she wrote for herself, never what may tell of her health or family. One query."""
    public = public_modules().values("pk")
    of_module = {"person": person, "module__in": public}
    answers = Response.objects.filter(
        sitting__attempt__enrolment__person=person,
        sitting__attempt__enrolment__module__in=public,
        sitting__attempt__version__private=False,
    )
    begun = Enrolment.objects.filter(**of_module).exclude(attempts__version__private=True)
    kinds: list[tuple[str, QuerySet[Any]]] = [
        ("modules begun or done", begun),
        ("completions, with their certificates", Completion.objects.filter(**of_module, version__private=False)),
        ("answers handed in", answers),
        ("exemptions", Exemption.objects.filter(**of_module)),
    ]
    if organisation is not None:
        inside = Q(organisation=organisation) | Q(unit__organisation=organisation)
        employed = Employment.objects.filter(organisation=organisation, person=person)
        kinds += [
            (
                "training accepted from elsewhere",
                AcceptedTraining.objects.filter(**of_module, organisation=organisation),
            ),
            ("posts and roles", Membership.objects.filter(inside, person=person)),
            ("employments, with the employer’s reference", employed),
        ]
    counted = [
        found.order_by()
        .annotate(place=Value(place))
        .values("place")
        .annotate(times=Count("pk"))
        .values_list("place", "times")
        for place, (_, found) in enumerate(kinds)
    ]
    rows = counted[0].union(*counted[1:], all=True)
    return [Held(kinds[place][0], times) for place, times in sorted(rows) if times]


def parts_for(user: User) -> QuerySet[ErasurePart]:
    """The answers that a lead has to give, of the organisations she leads."""
    mine = ErasurePart.objects.filter(organisation__in=led_organisations(user).values("pk"))
    return mine.select_related("request__person", "organisation", "decided_by")


def parts_for_platform() -> QuerySet[ErasurePart]:
    """Those of the platform's administrator: of people without an organisation, and of organisations in which nobody
    but the person herself leads training."""
    leads = (
        Membership.objects.filter(role=Role.TRAINING_LEAD, ends_on=None)
        .filter(Q(organisation=OuterRef("organisation")) | Q(unit__organisation=OuterRef("organisation")))
        .exclude(person=OuterRef("request__person"))
    )
    found = ErasurePart.objects.filter(Q(organisation=None) | ~Exists(leads))
    return found.select_related("request__person", "organisation", "decided_by")


def request_of(person: Person) -> ErasureRequest | None:
    """Her open request, or the last one that she was answered."""
    found = ErasureRequest.objects.filter(person=person, withdrawn_at=None)
    return found.order_by("-asked_at").prefetch_related("parts__organisation").first()


def unit_of(person: Person, organisation: Organisation) -> Unit | None:
    """Where she has her first post, or had her last."""
    posts = Membership.objects.filter(person=person, role=Role.LEARNER, unit__organisation=organisation)
    current = posts.filter(ends_on=None).order_by("starts_on", "pk").first() or posts.order_by("-ends_on", "pk").first()
    return current.unit if current else None


__all__ = [
    "Held",
    "held",
    "held_about",
    "open_holds",
    "organisations_of",
    "parts_for",
    "parts_for_platform",
    "people_of",
    "request_of",
    "unit_of",
]
