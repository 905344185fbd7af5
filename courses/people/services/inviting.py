"""Invitations to many: everybody of an import, or of a unit, who has an address and no login. A job, one mail each."""

from __future__ import annotations

import datetime
import secrets
import smtplib

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from courses.people.jobs import Fault, Work, ask
from courses.people.models import (
    Action,
    Employment,
    Invitation,
    Job,
    JobStatus,
    Membership,
    PeopleImport,
    Person,
    Role,
    Unit,
    User,
)
from courses.people.rules import hash_of

from .auditing import note
from .joining import send_invitation

INVITE = "people-invite"
STEP = 25
DAYS = 30

log = structlog.get_logger(__name__)


def ask_to_invite_import(*, found: PeopleImport, by: Person | None) -> Job:
    """Everybody whom a written import has brought."""
    return ask(kind=INVITE, by=by, organisation=found.organisation, **{"import": found.pk})


@transaction.atomic
def ask_to_invite_unit(*, unit: Unit, by: Person) -> Job:
    """Everybody of a unit and of those below it. Asked again while it is being done, it is the same job."""
    same = Job.objects.filter(kind=INVITE, organisation_id=unit.organisation_id, params={"unit": unit.pk})
    waiting = same.filter(status__in=[JobStatus.WAITING, JobStatus.RUNNING]).first()
    return waiting or ask(kind=INVITE, by=by, organisation=unit.organisation, unit=unit.pk)


def without_login(*, people: QuerySet[Employment], on: datetime.date) -> QuerySet[Employment]:
    """Those who work there today, gave an address, and have neither a login nor an open invitation to it."""
    logins = User.objects.filter(person=OuterRef("person"))
    invited = open_ones().filter(person=OuterRef("person"), email=OuterRef("email"))
    current = people.filter(Q(ends_on=None) | Q(ends_on__gte=on)).exclude(email="")
    return current.filter(~Exists(logins), ~Exists(invited))


def open_ones() -> QuerySet[Invitation]:
    """Invitations that can still be used."""
    return Invitation.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=timezone.now())


def employments_under(unit: Unit, on: datetime.date) -> QuerySet[Employment]:
    """Of people with a learner's post in the unit, or below it."""
    posts = Membership.objects.current(on).filter(role=Role.LEARNER, unit__path__startswith=unit.path)
    return Employment.objects.filter(organisation=unit.organisation_id, person__in=posts.values("person"))


def invite_many(work: Work) -> str:
    """The job. The link of an invitation exists only while its mail is made, so invitation and mail are one step: each
    is committed, then mailed, then noted as sent; one whose mail a dead worker took along is replaced by a new link."""
    on = timezone.localdate()
    job = work.job
    by = User.objects.filter(person=job.by, is_active=True).first() if job.by else None
    if by is None:
        raise Fault("Whoever asked for these invitations has no account any more.")
    people = _asked_for(job, on)
    total = work.job.total or without_login(people=people, on=on).count()
    sent, failed, last = job.done, work.cursor.get("failed", 0), work.cursor.get("last", 0)
    _forget_unsent(job)
    while batch := list(
        without_login(people=people, on=on)
        .filter(pk__gt=last)
        .select_related("person", "organisation")
        .order_by("pk")[:STEP]
    ):
        for employment in batch:
            if not _invite(employment, by, job, on):
                failed += 1
            sent, last = sent + 1, employment.pk
        with transaction.atomic():
            work.reached(done=min(sent, total), total=total, last=last, failed=failed)
    note(action=Action.CHANGED, what="invitations", by=job.by, organisation=job.organisation, sent=sent - failed)
    went = sent - failed
    said = f"{went:,} {'invitation' if went == 1 else 'invitations'} sent."
    return f"{said} {failed:,} could not be handed to the mail server; ask again later." if failed else said


def _asked_for(job: Job, on: datetime.date) -> QuerySet[Employment]:
    if "unit" in job.params:
        return employments_under(Unit.objects.get(pk=job.params["unit"]), on)
    found = PeopleImport.objects.get(pk=job.params["import"])
    rows = found.rows.filter(written=True, person__isnull=False)
    return Employment.objects.filter(organisation=found.organisation_id, person__in=rows.values("person"))


def _forget_unsent(job: Job) -> None:
    """Links that no mail carried: a worker died between the two. A mail that went out without being noted can be the
    only one that comes twice, and its first link says that it was withdrawn."""
    lost = open_ones().filter(organisation=job.organisation, person__isnull=False, sent_at=None)
    lost.filter(created_at__gte=job.asked_at, created_by__person=job.by).update(withdrawn_at=timezone.now())


def _invite(employment: Employment, by: User, job: Job, on: datetime.date) -> bool:
    del job
    posts = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=on),
        person=employment.person_id,
        unit__organisation=employment.organisation_id,
        role=Role.LEARNER,
    )
    post = posts.select_related("unit").order_by("starts_on", "pk").first()
    if post is None or post.unit is None:
        return False
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        token_hash=hash_of(token),
        organisation=employment.organisation,
        unit=post.unit,
        role=Role.LEARNER,
        email=employment.email,
        person=employment.person,
        created_by=by,
        expires_at=timezone.now() + datetime.timedelta(days=DAYS),
    )
    try:
        send_invitation(invitation=invitation, link=f"{settings.SITE_ORIGIN}{reverse('people_join', args=[token])}")
    except (smtplib.SMTPException, OSError):
        log.warning("invitation_not_sent", invitation=invitation.pk)
        Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())
        return False
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
    return True


@transaction.atomic
def resend(*, invitation: Invitation, by: User) -> Invitation | None:
    """A new link to the same person and address; the old one stops. None where it was used or came a moment ago."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("unit", "organisation", "person")
    held = locked.get(pk=invitation.pk)
    moment = timezone.now() - datetime.timedelta(minutes=1)
    if held.used_at or held.withdrawn_at or not held.email or held.created_at > moment:
        return None
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    token = secrets.token_urlsafe(32)
    again = Invitation.objects.create(
        token_hash=hash_of(token),
        organisation=held.organisation,
        unit=held.unit,
        role=held.role,
        email=held.email,
        person=held.person,
        created_by=by,
        expires_at=timezone.now() + datetime.timedelta(days=DAYS),
        sent_at=timezone.now(),
    )
    link = f"{settings.SITE_ORIGIN}{reverse('people_join', args=[token])}"
    transaction.on_commit(lambda: send_invitation(invitation=again, link=link))
    return again
