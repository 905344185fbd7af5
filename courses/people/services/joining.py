"""Joining and leaving an organisation: by an invitation link, or by an e-mail domain the organisation has approved."""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from courses.people.changes import changed
from courses.people.models import Employment, Invitation, Membership, Organisation, Person, Role, Unit, User
from courses.people.permissions import may_invite
from courses.people.queries import approved_domains, has_verified, just_invited, verified_addresses
from courses.people.rules import hash_of

from .claiming import CannotClaimError, claim
from .cms import sync_cms_groups


class InvitationError(Exception):
    """The link cannot be used by this person. It does not say why: a stranger learns nothing by trying links."""


@transaction.atomic
def invite(*, unit: Unit, role: str, by: User, email: str = "", days: int = 14) -> tuple[Invitation, str]:
    """Makes a link for one person to join `unit` as `role`. The link is returned once; only its hash is kept."""
    if not may_invite(by, unit, role):
        raise PermissionDenied("You can invite people only into units that you manage.")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        organisation_id=unit.organisation_id,
        unit=unit,
        role=role,
        email=email.strip().lower(),
        created_by=by,
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    return invitation, f"{settings.SITE_ORIGIN}{reverse('people_join', args=[token])}"


@transaction.atomic
def invite_once(*, unit: Unit, role: str, by: User, email: str = "", days: int = 14) -> tuple[Invitation, str] | None:
    """As `invite`, but None when the same went to the same address a moment ago: a button pressed twice, in one window
    or in two at the same moment. The unit's row is locked meanwhile (on SQLite a transaction that writes is alone)."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if just_invited(unit=unit, role=role, email=email):
        return None
    return invite(unit=unit, role=role, by=by, email=email, days=days)


def send_invitation(*, invitation: Invitation, link: str) -> None:
    """Mails the link to the address it is bound to. The subject names neither organisation nor subject of training."""
    context = {
        "invitation": invitation,
        "link": link,
        "site_name": settings.SITE_NAME,
        "site_origin": settings.SITE_ORIGIN,
        "inviter": invitation.created_by.person.name,
    }
    mail = EmailMultiAlternatives(
        subject=f"An invitation to join {settings.SITE_NAME}",
        body=render_to_string("emails/account/invitation.txt", context),
        to=[invitation.email],
    )
    mail.attach_alternative(render_to_string("emails/account/invitation.html", context), "text/html")
    mail.send()


def withdraw(*, invitation: Invitation) -> None:
    """Makes an unused link worthless. A used one stays as it is: the membership is ended, not the invitation."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())


@transaction.atomic
def accept(*, token: str, person: Person) -> Membership:
    """Uses an invitation for `person`. The link works once: its row is locked while we look at it.

    The same person may come twice (two tabs, the back button): she gets the same membership and no complaint. Where
    an employer's file made a person for her, the two become one, which may be another than `person`: ask the login.
    """
    now = timezone.now()
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("unit", "person")
    invitation = locked.filter(token_hash=hash_of(token)).first()
    if invitation is None:
        raise InvitationError
    if invitation.used_by_id is not None:
        held = _held(person=person, unit=invitation.unit, role=invitation.role)
        if invitation.used_by_id != person.pk or held is None:
            raise InvitationError
        return held
    if invitation.withdrawn_at or invitation.expires_at <= now:
        raise InvitationError
    if invitation.email and not has_verified(person.pk, invitation.email):
        raise InvitationError
    if invitation.person is not None:
        try:
            person = claim(invited=invitation.person, person=person)
        except CannotClaimError as error:
            raise InvitationError from error
        changed([person.pk])
    invitation.used_at, invitation.used_by, invitation.person = now, person, invitation.person and person
    invitation.save(update_fields=["used_at", "used_by", "person"])
    return _join(person=person, unit=invitation.unit, role=invitation.role)


@transaction.atomic
def join_by_domain(*, user: User) -> list[Membership]:
    """Makes `user` a learner wherever the domain of one of her verified addresses is approved.

    The whole domain has to match: an approved example.org lets neither mail.example.org nor notexample.org in. Whom the
    employer's file holds under her address she becomes, with the post that is there, and gets no other.
    """
    joined = []
    for domain in list(approved_domains(user)):
        post = _of_the_file(user, domain.organisation)
        joined.append(post or _join(person=user.person, unit=domain.unit, role=Role.LEARNER))
    return joined


def _of_the_file(user: User, organisation: Organisation) -> Membership | None:
    """Her post by the employer's file, once she and whom the file made are one; None where the file has her not."""
    today = timezone.localdate()
    employments = Employment.objects.filter(organisation=organisation, person__logins=None, ends_on=None)
    employment = employments.filter(email__in=verified_addresses(user)).select_related("person").first()
    if employment is None:
        return None
    try:
        person = claim(invited=employment.person, person=user.person)
    except CannotClaimError:
        return None
    user.refresh_from_db(fields=["person"])
    changed([person.pk])
    posts = Membership.objects.current(today).filter(person=person, role=Role.LEARNER, unit__organisation=organisation)
    return posts.select_related("unit", "organisation").order_by("starts_on", "pk").first()


@transaction.atomic
def leave(*, person: Person, membership: Membership) -> None:
    """Ends a membership with today. It is never deleted: what was true on a past day stays true (DESIGN §3)."""
    today = timezone.localdate()
    mine = Membership.objects.current(today).filter(pk=membership.pk, person=person)
    mine.update(ends_on=today)
    _sync_logins(person)


def _held(*, person: Person, unit: Unit, role: str) -> Membership | None:
    current = Membership.objects.current(timezone.localdate())
    return current.filter(person=person, unit=unit, role=role).order_by("pk").first()


def _join(*, person: Person, unit: Unit, role: str) -> Membership:
    """The open membership of `person`, made when there is none. Who left today and comes back never left."""
    today = timezone.localdate()
    # The lock keeps two tabs apart on PostgreSQL; on SQLite a transaction that writes is alone (DESIGN §6).
    Person.objects.select_for_update().get(pk=person.pk)
    planned = Membership.objects.filter(person=person, unit=unit, role=role, ends_on=None).first()
    if planned and planned.starts_on > today:
        planned.starts_on = today
        planned.save(update_fields=["starts_on"])
    membership = planned or _held(person=person, unit=unit, role=role)
    if membership is None:
        membership = Membership.objects.create(
            person=person, organisation_id=unit.organisation_id, unit=unit, role=role, starts_on=today
        )
    elif membership.ends_on == today:
        membership.ends_on = None
        membership.save(update_fields=["ends_on"])
    _sync_logins(person)
    return membership


def _sync_logins(person: Person) -> None:
    for login in person.logins.all():
        sync_cms_groups(login)
