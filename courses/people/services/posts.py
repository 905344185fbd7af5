"""Who works where, from when to when. Every change ends a row and begins another, so that a past day stays as it was.

What is wrong for a day that has already been lived is corrected by giving that day: the lead says since when.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.people.changes import changed
from courses.people.models import Absence, Employment, JobRole, Membership, Organisation, Person, Role, Unit

from .cms import sync_cms_groups

ONE_DAY = datetime.timedelta(days=1)


class PostError(ValueError):
    """The dates or places do not go together; the words are for whoever entered them."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a post says besides its dates."""

    unit: Unit
    job_role: JobRole | None = None
    job_title: str = ""
    manager: Person | None = None
    deputy: Person | None = None

    @classmethod
    def of(cls, post: Membership) -> Place:
        if post.unit is None:
            raise PostError("This membership is not a post in a unit.")
        return cls(
            unit=post.unit,
            job_role=post.job_role,
            job_title=post.job_title,
            manager=post.manager,
            deputy=post.deputy,
        )

    def check(self) -> None:
        if self.job_role and self.job_role.organisation_id != self.unit.organisation_id:
            raise PostError("The job role belongs to another organisation.")


@transaction.atomic
def employ(*, person: Person, organisation: Organisation, starts_on: datetime.date, reference: str = "") -> Employment:
    """The open employment of `person`, begun on `starts_on` when there is none. A reference given is hers now."""
    _hold(person)
    open_one = Employment.objects.filter(person=person, organisation=organisation, ends_on=None).first()
    if open_one is None:
        return Employment.objects.create(
            person=person, organisation=organisation, starts_on=starts_on, reference=reference
        )
    if reference and open_one.reference != reference:
        open_one.reference = reference
        open_one.save(update_fields=["reference"])
    return open_one


@transaction.atomic
def take_up_post(*, person: Person, place: Place, starts_on: datetime.date) -> Membership:
    """A learner's post from `starts_on`. The same post asked for again is the same row."""
    place.check()
    _hold(person)
    organisation = place.unit.organisation
    employment = employ(person=person, organisation=organisation, starts_on=starts_on)
    same = Membership.objects.filter(person=person, unit=place.unit, role=Role.LEARNER, ends_on=None).first()
    if same is not None:
        return same
    before = Membership.objects.filter(
        person=person, unit=place.unit, role=Role.LEARNER, ends_on__gte=starts_on, starts_on__lte=starts_on
    )
    if before.exists():
        raise PostError("She has a post in this unit until after that day. Begin the new one the day after it ends.")
    post = _write(
        person, place, starts_on=starts_on, joined_on=starts_on, employed_on=min(employment.starts_on, starts_on)
    )
    changed([person.pk])
    return post


@transaction.atomic
def change_post(*, post: Membership, place: Place, on: datetime.date) -> Membership:
    """From `on` the post says `place`. The row ends the day before and another begins, unless it begins that day or
    later: then nothing has been lived, and it is corrected where it stands. Asked twice, it is one change."""
    place.check()
    _hold(post.person)
    post = Membership.objects.select_for_update(of=("self",)).select_related("unit__organisation").get(pk=post.pk)
    current = Place.of(post)
    if current == place:
        return post
    if post.unit is None or place.unit.organisation_id != post.unit.organisation_id:
        raise PostError("The unit belongs to another organisation.")
    if post.ends_on is not None and post.ends_on < on:
        raise PostError("The post ends before that day.")
    moved = post.unit_id != place.unit.pk
    if moved and Membership.objects.filter(person=post.person, unit=place.unit, role=post.role, ends_on=None).exists():
        raise PostError("She already has a post in that unit.")
    joined = on if moved else post.joined_on or post.starts_on
    if post.starts_on >= on:
        _fill(post, place)
        post.joined_on = post.starts_on if moved else post.joined_on
        post.save()
        changed([post.person_id])
        return post
    last = post.ends_on
    post.ends_on = on - ONE_DAY
    post.save(update_fields=["ends_on"])
    employed = post.employed_on or post.joined_on or post.starts_on
    after = _write(post.person, place, starts_on=on, joined_on=joined, employed_on=employed, ends_on=last)
    changed([post.person_id])
    return after


@transaction.atomic
def leave_post(*, post: Membership, last_day: datetime.date) -> None:
    """The post, or a role of its holder, ends with `last_day`; one that was to begin later never begins."""
    _hold(post.person)
    post = Membership.objects.select_for_update(of=("self",)).get(pk=post.pk)
    if post.starts_on > last_day:
        if post.starts_on <= timezone.localdate():
            raise PostError("The last day must not come before the first.")
        post.delete()
    elif post.ends_on is None or post.ends_on != last_day:
        post.ends_on = last_day
        post.save(update_fields=["ends_on"])
    _after(post.person)


@transaction.atomic
def leave_organisation(*, person: Person, organisation: Organisation, last_day: datetime.date) -> int:
    """Every post and role of `person` in `organisation` ends with `last_day`, and her employment. How many ended.

    Her login, records and certificates stay hers: she takes them along. Asked again with another day, that day counts.
    """
    _hold(person)
    held = Membership.objects.filter(
        Q(organisation=organisation) | Q(unit__organisation=organisation), person=person
    ).filter(Q(ends_on=None) | Q(ends_on__gt=last_day))
    held.filter(starts_on__gt=last_day).delete()
    ended = held.update(ends_on=last_day)
    employed = Employment.objects.filter(person=person, organisation=organisation)
    employed = employed.filter(Q(ends_on=None) | Q(ends_on__gt=last_day))
    employed.filter(starts_on__gt=last_day).delete()
    ended += employed.update(ends_on=last_day)
    Absence.objects.filter(person=person, organisation=organisation, starts_on__gt=last_day).delete()
    if ended:
        _after(person)
    return ended


@transaction.atomic
def take_leave(
    *,
    person: Person,
    organisation: Organisation,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    by: Person,
) -> Absence:
    """`person` is on leave: nothing is asked of her meanwhile. Entered twice, it is one leave with the later word."""
    if ends_on is not None and ends_on < starts_on:
        raise PostError("The last day must not come before the first.")
    _hold(person)
    absence, _ = Absence.objects.update_or_create(
        person=person, organisation=organisation, starts_on=starts_on, defaults={"ends_on": ends_on, "entered_by": by}
    )
    changed([person.pk])
    return absence


@transaction.atomic
def come_back(*, absence: Absence, last_day: datetime.date) -> None:
    """The leave ends with `last_day`; one that had not begun by then never was."""
    _hold(absence.person)
    if absence.starts_on > last_day:
        absence.delete()
    else:
        absence.ends_on = last_day
        absence.save(update_fields=["ends_on"])
    changed([absence.person_id])


def moved_to(place: Place, unit: Unit) -> Place:
    """The same post in another unit; who managed it there does not manage it here."""
    return replace(place, unit=unit, manager=None, deputy=None)


def _hold(person: Person) -> None:
    """One change of a person's posts at a time (on SQLite a transaction that writes is alone, DESIGN §6)."""
    Person.objects.select_for_update().get(pk=person.pk)


def _after(person: Person) -> None:
    for login in person.logins.all():
        sync_cms_groups(login)
    changed([person.pk])


def _fill(post: Membership, place: Place) -> None:
    post.unit, post.organisation = place.unit, place.unit.organisation
    post.job_role, post.job_title = place.job_role, place.job_title
    post.manager, post.deputy = place.manager, place.deputy


def _write(
    person: Person,
    place: Place,
    *,
    starts_on: datetime.date,
    joined_on: datetime.date,
    employed_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> Membership:
    post = Membership(
        person=person,
        role=Role.LEARNER,
        starts_on=starts_on,
        joined_on=joined_on,
        employed_on=employed_on,
        ends_on=ends_on,
    )
    _fill(post, place)
    post.save()
    return post
