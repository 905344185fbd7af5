"""Who the people of a batch of rows are, as things stand now: a handful of queries, however many rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, F, OuterRef, Q

from courses.people.models import Employment, Membership, Organisation, Person, Role, User


@dataclass
class Held:
    """A person whom the organisation has already."""

    person: Person
    employment: Employment | None = None
    left: Employment | None = None
    """The last one, where she works there no more."""
    posts: list[Membership] = field(default_factory=list)
    """Learner's posts in the organisation that have not ended, the oldest first."""
    references: set[str] = field(default_factory=set)
    """Every reference that she ever had here: two entries that became one have two."""
    has_login: bool = False
    elsewhere: bool = False
    """Another organisation has her too."""
    leads: bool = False


@dataclass
class Standing:
    """The people of a batch."""

    by_reference: dict[str, Held]
    by_address: dict[str, Held]
    people: dict[str, Person]
    """Managers and deputies by reference."""

    def of(self, values: Mapping[str, Any]) -> Held | None:
        """Whom a row is about: by the reference, else by the address of somebody whom no other reference names."""
        reference, address = values.get("reference", ""), values.get("email", "")
        if reference and reference in self.by_reference:
            return self.by_reference[reference]
        held = self.by_address.get(address) if address else None
        if held is None or not reference:
            return held
        employment = held.employment or held.left
        return held if employment is None or employment.reference in {"", reference} else None


def standing(rows: Iterable[Mapping[str, Any]], *, organisation: Organisation, on: datetime.date) -> Standing:
    """At most nine queries."""
    rows = list(rows)
    references = {row["reference"] for row in rows if "reference" in row}
    addresses = {row["email"] for row in rows if "email" in row}
    above = {row[key] for row in rows for key in ("manager", "deputy") if key in row}
    hers = Employment.objects.filter(organisation=organisation).select_related("person")
    employments = list(hers.filter(Q(reference__in=references) | Q(email__in=addresses)).order_by("starts_on", "pk"))
    held: dict[int, Held] = {}
    by_login = _by_login(addresses, organisation, on)
    for person in by_login.values():
        held.setdefault(person.pk, Held(person))
    for employment in employments:
        held.setdefault(employment.person_id, Held(employment.person))
    _fill(held, organisation, on)
    by_reference: dict[str, Held] = {}
    by_address: dict[str, Held] = {address: held[person.pk] for address, person in by_login.items()}
    for employment in employments:  # the newest last: it wins
        if employment.reference in references and employment.reference:
            by_reference[employment.reference] = held[employment.person_id]
        if employment.email in addresses and employment.email:
            by_address[employment.email] = held[employment.person_id]
    return Standing(by_reference, by_address, referred(above, organisation=organisation, on=on))


def referred(references: Iterable[str], *, organisation: Organisation, on: datetime.date) -> dict[str, Person]:
    """People who work there today, or will, by any reference of theirs; who has it now before who had it. One query."""
    lasting = Q(ends_on=None) | Q(ends_on__gte=on)
    open_ones = Employment.objects.filter(lasting, organisation=organisation, person=OuterRef("person"))
    found = Employment.objects.filter(Exists(open_ones), organisation=organisation, reference__in=set(references))
    found = found.order_by(F("ends_on").asc(nulls_last=True)).select_related("person")
    return {employment.reference: employment.person for employment in found}


def _by_login(addresses: set[str], organisation: Organisation, on: datetime.date) -> dict[str, Person]:
    """People of this organisation by a verified address. An account of anybody else is as if it did not exist."""
    proved = EmailAddress.objects.filter(email__in=addresses, verified=True).values_list("email", "user__person_id")
    people = {address.lower(): person_id for address, person_id in proved}
    ours = Membership.objects.filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation), person_id__in=people.values()
    ).current(on)
    members = Person.objects.in_bulk(set(ours.values_list("person_id", flat=True)) if people else [])
    return {address: members[person_id] for address, person_id in people.items() if person_id in members}


def _fill(held: dict[int, Held], organisation: Organisation, on: datetime.date) -> None:
    ids = list(held)
    if not ids:
        return
    for employment in Employment.objects.filter(person_id__in=ids).order_by("starts_on", "pk"):
        one = held[employment.person_id]
        if employment.organisation_id == organisation.pk:
            one.references.add(employment.reference)
        if employment.organisation_id != organisation.pk:
            one.elsewhere = one.elsewhere or employment.ends_on is None or employment.ends_on >= on
        elif employment.ends_on is None or employment.ends_on >= on:
            one.employment = employment
        else:
            one.left = employment
    posts = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on), person_id__in=ids)
    for post in posts.select_related("unit", "job_role", "manager", "deputy").order_by("starts_on", "pk"):
        one = held[post.person_id]
        home = post.organisation_id or (post.unit.organisation_id if post.unit else None)
        if home not in {organisation.pk, None}:
            one.elsewhere = True
        elif home == organisation.pk and post.role == Role.LEARNER:
            one.posts.append(post)
        elif home == organisation.pk and post.role == Role.TRAINING_LEAD:
            one.leads = True
    for person_id in User.objects.filter(person_id__in=ids).values_list("person_id", flat=True):
        held[person_id].has_login = True


def by_person(ids: Sequence[int], *, organisation: Organisation, on: datetime.date) -> dict[int, Held]:
    """The same, by people."""
    held: dict[int, Held] = defaultdict()
    held.update({pk: Held(person) for pk, person in Person.objects.in_bulk(list(ids)).items()})
    _fill(held, organisation, on)
    return dict(held)
