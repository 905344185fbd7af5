"""Agreements about one person: she need not hold a module, she learned it elsewhere, she has more time or another way.

What was agreed is written once; what ends before its time is ended by another row. Words and evidence stand in side
rows that erasure may take away. The timeline and the audit log hold keys and dates only.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from courses.people.models import Action, Organisation, Person
from courses.people.services.auditing import note
from courses.records.events import tell_all
from courses.records.models import (
    AcceptedDetail,
    AcceptedEnd,
    AcceptedTraining,
    Adjustment,
    AdjustmentNote,
    Event,
    Exemption,
    ExemptionEnd,
    ExemptionReason,
    ReasonableAdjustment,
)
from courses.records.models.event import EventKind
from courses.records.standing import touched


@transaction.atomic
def exempt(
    *,
    person: Person,
    module_id: int,
    organisation: Organisation,
    kind: str,
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    reason: str,
    evidence: UploadedFile[bytes] | None,
    by: Person,
) -> Exemption:
    """The person need not hold the module from a day to a day. A button pressed twice makes one."""
    _in_line(person)
    same = Exemption.objects.filter(
        person=person, module=module_id, kind=kind, starts_on=starts_on, ends_on=ends_on, entered_by=by, ended=None
    ).first()
    if same:
        return same
    now = timezone.now()
    made = Exemption.objects.create(
        person=person,
        module_id=module_id,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        entered_by=by,
        entered_at=now,
    )
    ExemptionReason.objects.create(exemption=made, text=reason, evidence=evidence or "")
    _tell(EventKind.EXEMPTED, made, organisation, by, now, kind=kind, starts_on=starts_on, until=ends_on)
    return made


@transaction.atomic
def end_exemption(*, exemption: Exemption, organisation: Organisation, by: Person) -> None:
    """It holds to the end of today and not after. Ended twice, it ended the first time."""
    _in_line(exemption.person)
    now, today = timezone.now(), timezone.localdate()
    if ExemptionEnd.objects.filter(exemption=exemption).exists() or (exemption.ends_on and exemption.ends_on <= today):
        return
    ExemptionEnd.objects.create(exemption=exemption, ends_on=_before(exemption.starts_on, today), by=by, at=now)
    _tell(EventKind.EXEMPTION_ENDED, exemption, organisation, by, now, until=today)


@transaction.atomic
def accept(
    *,
    person: Person,
    module_id: int,
    organisation: Organisation,
    kind: str,
    completed_on: datetime.date,
    valid_until: datetime.date | None,
    title: str,
    provider: str,
    number: str,
    words: str,
    evidence: UploadedFile[bytes] | None,
    by: Person,
) -> AcceptedTraining:
    """Training that was done elsewhere counts for the module here. A button pressed twice makes one."""
    _in_line(person)
    same = AcceptedTraining.objects.filter(
        person=person, module=module_id, organisation=organisation, kind=kind, completed_on=completed_on,
        valid_until=valid_until, entered_by=by, ended=None, detail__title=title,
    ).first()  # fmt: skip
    if same:
        return same
    now = timezone.now()
    made = AcceptedTraining.objects.create(
        person=person,
        organisation=organisation,
        module_id=module_id,
        kind=kind,
        completed_on=completed_on,
        valid_until=valid_until,
        entered_by=by,
        entered_at=now,
    )
    AcceptedDetail.objects.create(
        accepted=made, title=title, provider=provider, number=number, note=words, evidence=evidence or ""
    )
    _tell(EventKind.ACCEPTED, made, organisation, by, now, kind=kind, starts_on=completed_on, until=valid_until)
    return made


@transaction.atomic
def end_accepted(*, accepted: AcceptedTraining, by: Person) -> None:
    """It was entered in error: it counts no more from tomorrow, and what it was remains on record."""
    _in_line(accepted.person)
    now, today = timezone.now(), timezone.localdate()
    if AcceptedEnd.objects.filter(accepted=accepted).exists():
        return
    AcceptedEnd.objects.create(accepted=accepted, ends_on=today, by=by, at=now)
    _tell(EventKind.ACCEPTED_ENDED, accepted, accepted.organisation, by, now, until=today)


@transaction.atomic
def adjust(
    *,
    person: Person,
    module_id: int,
    organisation: Organisation,
    kind: str,
    due_on: datetime.date | None,
    words: str,
    by: Person,
) -> Adjustment:
    """A later date or another format, agreed with the person (Equality Act 2010, s.20). Only she, `by` and the training
    lead may know of it. A button pressed twice makes one."""
    _in_line(person)
    today, now = timezone.localdate(), timezone.now()
    due_on = due_on if kind == ReasonableAdjustment.LATER_DATE else None
    last = Adjustment.objects.filter(person=person, module=module_id, organisation=organisation).order_by("-pk").first()
    if last and (last.kind, last.due_on, last.agreed_by_id, last.agreed_on) == (kind, due_on, by.pk, today):
        return last
    made = Adjustment.objects.create(
        person=person,
        organisation=organisation,
        module_id=module_id,
        kind=kind,
        due_on=due_on,
        agreed_by=by,
        agreed_on=today,
        entered_at=now,
    )
    AdjustmentNote.objects.create(adjustment=made, text=words)
    _tell(EventKind.ADJUSTED, made, organisation, by, now, kind=kind, until=due_on)
    return made


def _in_line(person: Person) -> None:
    """What is agreed about one person at the same moment, one after the other."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def _before(starts_on: datetime.date, today: datetime.date) -> datetime.date:
    """The last day on which it held: the day before it was to begin when it has not begun."""
    return starts_on - datetime.timedelta(days=1) if starts_on > today else today


def _tell(
    told: EventKind,
    thing: Exemption | AcceptedTraining | Adjustment,
    organisation: Organisation,
    by: Person,
    at: datetime.datetime,
    **data: Any,
) -> None:
    said = {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in data.items()}
    tell_all(
        [
            Event(
                person_id=thing.person_id,
                kind=told,
                at=at,
                client_id=f"{told}:{thing.pk}",
                data={"module": thing.module_id, "by": str(by.public_id), **said},
            )
        ]
    )
    # An adjustment is nobody else's business, so neither the log's reader: it says that, never what or of which module.
    private = told == EventKind.ADJUSTED
    note(
        action=Action.CHANGED,
        what="agreement" if private else told.value,
        by=by,
        organisation=organisation,
        key="" if private else thing.pk,
        about=thing.person,
        **({} if private else {"module": thing.module_id}),
    )
    touched([thing.person_id])
