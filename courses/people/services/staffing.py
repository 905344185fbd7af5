"""What a manager or lead does with somebody's posts and leave: `posts` with a look at who asks and a line in the audit
log. A manager acts in her own units alone; nobody changes what she may not see."""

from __future__ import annotations

import datetime
import secrets
import smtplib

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from courses.people.models import (
    Absence,
    Action,
    Employment,
    Invitation,
    Membership,
    Organisation,
    Person,
    Role,
    Unit,
    User,
)
from courses.people.permissions import may_end_employment, visible_units
from courses.people.rules import hash_of

from . import posts
from .auditing import note
from .joining import send_invitation
from .names import create_person
from .posts import Place, PostError
from .roles import is_last_lead

INVITED_FOR = datetime.timedelta(days=30)

log = structlog.get_logger(__name__)


@transaction.atomic
def bring_in(
    *, name: str, place: Place, starts_on: datetime.date, by: User, reference: str = "", email: str = ""
) -> Membership:
    """Somebody new with a first post. The reference and the address must be nobody else's in the organisation."""
    _may_place(by, place.unit)
    organisation = place.unit.organisation
    # One at a time, so that the same form sent twice finds the first.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    email = email.strip().lower()
    open_ones = Employment.objects.filter(organisation=organisation, ends_on=None)
    if reference and open_ones.filter(reference=reference).exists():
        raise PostError("Somebody else has this reference.")
    if email and open_ones.filter(email=email).exists():
        raise PostError("Somebody else has this e-mail address.")
    person = create_person(name=name)
    Employment.objects.create(
        person=person, organisation=organisation, starts_on=starts_on, reference=reference, email=email
    )
    post = posts.take_up_post(person=person, place=place, starts_on=starts_on)
    _note(by, organisation, person, "post", post.pk)
    return post


@transaction.atomic
def ask_in(*, post: Membership, by: User) -> bool:
    """Mails an invitation to the work address of who was brought in; whether there was anything to send."""
    if post.unit is None:
        return False
    _may_place(by, post.unit)
    employment = Employment.objects.filter(
        person=post.person, organisation=post.unit.organisation, ends_on=None
    ).first()
    if employment is None or not employment.email or post.person.logins.exists():
        return False
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        organisation=post.unit.organisation,
        unit=post.unit,
        role=Role.LEARNER,
        email=employment.email,
        person=post.person,
        created_by=by,
        expires_at=timezone.now() + INVITED_FOR,
    )
    link = f"{settings.SITE_ORIGIN}{reverse('people_join', args=[token])}"
    transaction.on_commit(lambda: _send(invitation, link))
    return True


@transaction.atomic
def add_post(*, person: Person, place: Place, starts_on: datetime.date, by: User) -> Membership:
    """A further post of somebody who works here already."""
    _may_place(by, place.unit)
    before = set(Membership.objects.filter(person=person).values_list("pk", flat=True))
    post = posts.take_up_post(person=person, place=place, starts_on=starts_on)
    if post.pk in before:
        if Place.of(post) == place and post.starts_on == starts_on:
            return post
        raise PostError("They have a post in this unit already. Change that one.")
    _note(by, place.unit.organisation, person, "post", post.pk)
    return post


@transaction.atomic
def change_post(*, post: Membership, place: Place, on: datetime.date, by: User) -> Membership:
    """The post says `place` from the day `on`; both its unit and the new one must be the changer's."""
    _may_change(by, post)
    _may_place(by, place.unit)
    if Place.of(post) == place:
        return post
    after = posts.change_post(post=post, place=place, on=on)
    _note(by, place.unit.organisation, post.person, "post", after.pk)
    return after


@transaction.atomic
def end_post(*, post: Membership, last_day: datetime.date, by: User) -> None:
    """One post of several ends. The last one ends by leaving the organisation, which ends the employment too."""
    _may_change(by, post)
    if post.unit is None or post.ends_on == last_day:
        return
    organisation = post.unit.organisation
    others = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=last_day), unit__organisation=organisation, person=post.person
    )
    if not others.filter(role=Role.LEARNER).exclude(pk=post.pk).exists():
        raise PostError("It is their only post after that day. Say that they leave the organisation instead.")
    posts.leave_post(post=post, last_day=last_day)
    _note(by, organisation, post.person, "post", post.pk, ended=True)


@transaction.atomic
def let_go(*, person: Person, organisation: Organisation, last_day: datetime.date, by: User) -> int:
    """`person` leaves `organisation` with `last_day`. Her login, records and certificates stay hers. How many posts,
    roles and employments ended."""
    if not may_end_employment(by, person, organisation):
        raise PermissionDenied("You may not see every post that would end.")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if is_last_lead(person, organisation, last_day):
        raise PostError("Nobody would lead the organisation after that day. Give somebody else the role first.")
    lived = Membership.objects.filter(person=person, unit__organisation=organisation, role=Role.LEARNER)
    if not lived.filter(starts_on__lte=last_day).exists():
        raise PostError("They had not begun by that day.")
    ended = posts.leave_organisation(person=person, organisation=organisation, last_day=last_day)
    if ended:
        _note(by, organisation, person, "leaver", person.public_id)
    return ended


@transaction.atomic
def grant_leave(
    *,
    person: Person,
    organisation: Organisation,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    by: User,
) -> Absence:
    """Leave of absence. Why is not asked and not kept. Two leaves do not overlap: the earlier one is ended first."""
    _may_see_work(by, person, organisation)
    last = ends_on or datetime.date.max
    others = Absence.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on), person=person, organisation=organisation, starts_on__lte=last
    )
    if others.exclude(starts_on=starts_on).exists():
        raise PostError("They are on leave in that time already. End or change that leave first.")
    absence = posts.take_leave(
        person=person, organisation=organisation, starts_on=starts_on, ends_on=ends_on, by=by.person
    )
    _note(by, organisation, person, "leave", absence.pk)
    return absence


@transaction.atomic
def end_leave(*, absence: Absence, last_day: datetime.date, by: User) -> None:
    """She is back the day after `last_day`."""
    _may_see_work(by, absence.person, absence.organisation)
    if absence.ends_on == last_day:
        return
    key = absence.pk
    posts.come_back(absence=absence, last_day=last_day)
    _note(by, absence.organisation, absence.person, "leave", key, ended=True)


def works_in(person: Person, organisation: Organisation) -> Q:
    """A filter of the posts of `person` in `organisation` that last, or begin, from today."""
    today = timezone.localdate()
    return Q(Q(ends_on=None) | Q(ends_on__gte=today), person=person, unit__organisation=organisation, role=Role.LEARNER)


def _may_place(by: User, unit: Unit) -> None:
    if not visible_units(by).filter(pk=unit.pk).exists():
        raise PermissionDenied("The unit is not yours.")
    if unit.ends_on is not None and unit.ends_on < timezone.localdate():
        raise PostError("The unit is closed.")


def _may_change(by: User, post: Membership) -> None:
    if post.role != Role.LEARNER or not visible_units(by).filter(pk=post.unit_id or 0).exists():
        raise PermissionDenied("The post is not in a unit of yours.")


def _may_see_work(by: User, person: Person, organisation: Organisation) -> None:
    if not Membership.objects.filter(works_in(person, organisation), unit__in=visible_units(by)).exists():
        raise PermissionDenied("They have no post in a unit of yours.")


def _note(by: User, organisation: Organisation, person: Person, what: str, key: object, **data: bool) -> None:
    note(action=Action.CHANGED, what=what, by=by.person, organisation=organisation, key=key, about=person, **data)


def _send(invitation: Invitation, link: str) -> None:
    try:
        send_invitation(invitation=invitation, link=link)
    except (smtplib.SMTPException, OSError):
        log.warning("invitation_not_sent", invitation=invitation.pk)
        return
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())


__all__ = [
    "Place",
    "PostError",
    "add_post",
    "ask_in",
    "bring_in",
    "change_post",
    "end_leave",
    "end_post",
    "grant_leave",
    "let_go",
]
