"""Somebody asks for erasure, takes it back, and is answered. What was decided is done by `carrying_out`."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Action, Organisation, Person, User
from courses.people.permissions import led_organisations, supports_learners
from courses.people.services.auditing import note
from courses.people.services.roles import is_last_lead
from courses.privacy import clocks, rules
from courses.privacy.models import Decision, ErasurePart, ErasureRequest
from courses.privacy.queries import organisations_of, parts_for_platform

from . import holding, mailing

ERASE = "erasure"
"""The kind of job."""


class RequestError(ValueError):
    """It cannot be asked, taken back or decided so; the words are for whoever wanted to."""


class AlreadyDecided(RequestError):
    """Somebody else was faster."""


@transaction.atomic
def ask(*, person: Person) -> ErasureRequest:
    """She asks. Every organisation she belongs or belonged to has a month to answer, and its leads are mailed. Asked
    again while it is open, it is the same request."""
    Person.objects.select_for_update().get(pk=person.pk)
    open_one = ErasureRequest.objects.filter(person=person, withdrawn_at=None, ended_at=None).first()
    if open_one is not None:
        return open_one
    now = timezone.now()
    request = ErasureRequest.objects.create(
        person=person, asked_at=now, answer_by=rules.answer_by(timezone.localdate(now))
    )
    asked: list[Organisation | None] = [*organisations_of(person)] or [None]
    ErasurePart.objects.bulk_create(ErasurePart(request=request, organisation=one) for one in asked)
    for one in asked:
        note(
            action=Action.CHANGED, what="erasure", by=person, organisation=one, key=request.public_id, about=person,
            asked=True,
        )  # fmt: skip
    transaction.on_commit(partial(mailing.tell_leads, request))
    return request


@transaction.atomic
def withdraw(*, request: ErasureRequest) -> None:
    """She takes it back, as long as nobody has decided. Twice is once."""
    found = ErasureRequest.objects.select_for_update().get(pk=request.pk)
    if found.withdrawn_at is not None:
        return
    if found.parts.exclude(decision="").exists():
        raise RequestError("Somebody has decided already, so it cannot be taken back.")
    ErasureRequest.objects.filter(pk=found.pk).update(withdrawn_at=timezone.now())
    for part in found.parts.select_related("organisation"):
        note(
            action=Action.WITHDREW, what="erasure", by=found.person, organisation=part.organisation,
            key=found.public_id, about=found.person,
        )  # fmt: skip


@transaction.atomic
def decide(*, part: ErasurePart, decision: str, reason: str, by: User) -> ErasurePart:
    """A lead's answer for her organisation, and the job that does it. The first answer stands: whoever comes second is
    told (`AlreadyDecided`)."""
    if not may_decide(by, part):
        raise PermissionDenied("Erasure is decided by the training lead of the organisation.")
    request = ErasureRequest.objects.select_for_update().select_related("person").get(pk=part.request_id)
    found = ErasurePart.objects.select_for_update(of=("self",)).select_related("organisation", "decided_by").get(
        pk=part.pk
    )  # fmt: skip
    if found.decision:
        who = found.decided_by.name if found.decided_by else "Somebody"
        raise AlreadyDecided(f"{who} has decided already. Nothing was changed by you.")
    if request.withdrawn_at is not None:
        raise RequestError("The request was taken back in the meantime. Nothing was changed.")
    keep_until = refuse_unless_possible(found, decision, reason)
    now = timezone.now()
    ErasurePart.objects.filter(pk=found.pk).update(
        decision=decision, reason=reason.strip(), decided_by=by.person, decided_at=now, keep_until=keep_until
    )
    note(
        action=Action.CHANGED, what="erasure", by=by.person, organisation=found.organisation, key=request.public_id,
        about=request.person, decision=decision,
    )  # fmt: skip
    jobs.ask(kind=ERASE, by=by.person, organisation=found.organisation, request=request.pk)
    found.refresh_from_db()
    return found


def refuse_unless_possible(part: ErasurePart, decision: str, reason: str) -> object:
    """Raises RequestError where the law, a hold or the organisation stands in the way. Until when the training record
    is kept; None where it is not."""
    if decision not in Decision.values:
        raise RequestError("Choose one of the answers.")
    if decision == Decision.REFUSE:
        if not reason.strip():
            raise RequestError("Say why you refuse: they have a right to be told.")
        return None
    person, today = part.request.person, timezone.localdate()
    organisations = [one.pk for one in organisations_of(person)]
    if holding.is_held(person, [part.organisation_id] if part.organisation_id else organisations):
        raise RequestError("There is a legal hold. Nothing may be erased before it has ended.")
    if part.organisation is not None and is_last_lead(person, part.organisation, today):
        raise RequestError("Nobody would lead the organisation afterwards. Give somebody else the role first.")
    kept = clocks.must_be_kept(part.organisation, person.pk, today)
    if decision == Decision.ERASE and kept:
        raise RequestError(
            "There are training records that have to be kept. Choose to keep them until their time is over."
        )
    if decision == Decision.KEEP and not kept:
        raise RequestError("There is nothing that has to be kept. Choose to erase everything.")
    return max((until for _, _, until in kept), default=None)


def may_decide(user: User, part: ErasurePart) -> bool:
    """The leads of the organisation, never about themselves; the platform's administrator where there is no other."""
    if part.request.person_id == user.person_id:
        return False
    if part.organisation_id is not None and led_organisations(user).filter(pk=part.organisation_id).exists():
        return True
    return supports_learners(user) and parts_for_platform().filter(pk=part.pk).exists()
