"""Beginning a module, coming back to it, and beginning it anew when what was earned runs out."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from courses.content.models import ChangeKind, ModulePage, ModuleVersion
from courses.people.models import Person
from courses.records import queries
from courses.records.errors import NotPublished
from courses.records.events import tell
from courses.records.models import Attempt, Enrolment
from courses.records.models.event import EventKind
from courses.records.states import FOR_EVER, States
from courses.records.waiting import must_not_wait

from .finishing import RENEW_WITHIN, locked


@transaction.atomic
def start(*, person: Person, module: ModulePage, now: datetime.datetime | None = None) -> Attempt:
    """Enrols a person or brings her back to where she was.

    An open attempt is returned as it is, on its own version. A completed module begins a new period when its completion
    runs out soon, has run out or was revoked, when it was taught anew since, or when a requirement asks for a refresher
    although the certificate lasts longer; otherwise the finished attempt is returned.
    Raises NotPublished when there is nothing to begin, HeldFirst when a path puts another module before this one.
    """
    now = now or timezone.now()
    enrolment = Enrolment.objects.select_for_update().filter(person=person, module=module).order_by("-period").first()
    version = module.current_version
    if enrolment is None:
        must_not_wait(person, module.pk, timezone.localdate(now))
        return _begin(person, module, _published(module, version), period=1, now=now)
    attempt = enrolment.attempts.select_related("version", "enrolment").order_by("-number").first()
    if attempt is None:
        return _attempt(enrolment, _published(module, version), now)
    if attempt.finished_at is None or enrolment.completed_at is None:
        return attempt
    if module.live and version and _may_renew(enrolment, attempt, timezone.localdate(now)):
        return _begin(person, module, version, period=enrolment.period + 1, now=now)
    return attempt


def _published(module: ModulePage, version: ModuleVersion | None) -> ModuleVersion:
    if not module.live or version is None:
        raise NotPublished
    return version


def _may_renew(enrolment: Enrolment, attempt: Attempt, today: datetime.date) -> bool:
    """Whether what she holds runs out soon (by its certificate, or by the refresher of a requirement), was revoked, or
    was taught anew since: corrections that came after the new training do not take it back."""
    runs_out = enrolment.valid_until is not None and enrolment.valid_until <= today + RENEW_WITHIN
    return (
        runs_out
        or ModuleVersion.objects.filter(
            module_id=enrolment.module_id, number__gt=attempt.version.number, change_kind=ChangeKind.NEW_TRAINING
        ).exists()
        or queries.is_revoked(enrolment.pk)
        or _counts_until(enrolment, today) <= today + RENEW_WITHIN
    )


def _counts_until(enrolment: Enrolment, today: datetime.date) -> datetime.date:
    """The day until which what she holds counts where she is asked for it. 1 query."""
    me = Person.objects.filter(pk=enrolment.person_id)
    [cell] = States(people=me, modules=[enrolment.module_id], on=today, private_versions=True).cells()
    return cell.valid_until or FOR_EVER


def _begin(
    person: Person, module: ModulePage, version: ModuleVersion, *, period: int, now: datetime.datetime
) -> Attempt:
    enrolment, made = Enrolment.objects.get_or_create(
        person=person,
        module=module,
        period=period,
        defaults={"enrolled_at": now, "started_at": now, "last_active_at": now},
    )
    if not made:
        locked(enrolment.pk)
        existing = enrolment.attempts.select_related("version", "enrolment").order_by("-number").first()
        if existing:
            return existing
    tell(enrolment=enrolment, kind=EventKind.ENROLLED, at=now, client_id="enrolled", data={"period": period})
    return _attempt(enrolment, version, now)


def _attempt(enrolment: Enrolment, version: ModuleVersion, now: datetime.datetime) -> Attempt:
    attempt = Attempt.objects.create(enrolment=enrolment, version=version, number=1, started_at=now)
    tell(
        enrolment=enrolment,
        kind=EventKind.STARTED,
        at=now,
        client_id=f"started:{attempt.number}",
        data={"version": version.number},
    )
    return attempt
