"""Writes about packs: asked for, and taken away when their time is over."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.manager.models import EvidencePack, EvidenceShare
from courses.people import jobs
from courses.people.models import Action, JobStatus, Organisation, Person, Unit
from courses.people.services.auditing import note

from .making import KIND
from .parts import folder_of, sweep

OPEN = (JobStatus.WAITING, JobStatus.RUNNING)


@transaction.atomic
def ask_for_pack(
    *, by: Person, organisation: Organisation, on: datetime.date, unit: Unit | None, tops: Sequence[Unit],
    modules: Sequence[int],
) -> EvidencePack:  # fmt: skip
    """Puts a pack into the queue. Asked for again while it is being made, it is the same pack."""
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    chosen = sorted(modules)
    for same in EvidencePack.objects.filter(
        by=by, organisation=organisation, as_at=on, unit=unit, job__status__in=OPEN
    ):
        if same.modules == chosen:
            return same
    pack = EvidencePack.objects.create(organisation=organisation, by=by, as_at=on, unit=unit, modules=chosen)
    pack.units.set(tops)
    job = jobs.ask(kind=KIND, by=by, organisation=organisation, pack=pack.pk, units=[each.pk for each in tops])
    EvidencePack.objects.filter(pk=pack.pk).update(job=job)
    note(
        action=Action.EXPORTED, what="evidence", by=by, organisation=organisation, key=pack.public_id,
        on=on.isoformat(), units=[each.pk for each in tops], modules=chosen,
    )  # fmt: skip
    pack.refresh_from_db()
    return pack


def running(on: datetime.date) -> Q:
    """Shares that have not come to their end."""
    return Q(withdrawn_at=None, ends_on__gte=on)


def take_away_old(on: datetime.date | None = None) -> int:
    """Deletes the files of packs whose time is over and that nobody reads any more. The line stays. How many."""
    today = on or timezone.localdate()
    shared = EvidenceShare.objects.filter(running(today)).values("pack")
    found = EvidencePack.objects.filter(kept_until__lt=today).exclude(file="").exclude(pk__in=shared)
    for pack in found:
        pack.file.delete(save=False)
        EvidencePack.objects.filter(pk=pack.pk).update(file="")
    return len(found)


def sweep_unfinished() -> int:
    """Takes away what is left of packs that were called off or stopped by a fault. How many were looked at."""
    since = timezone.now() - datetime.timedelta(days=3)
    ended = (JobStatus.FAILED, JobStatus.CANCELLED)
    found = EvidencePack.objects.filter(made_at=None, job__status__in=ended, job__ended_at__gte=since)
    for pack in found:
        sweep(folder_of(pack.public_id))
    return len(found)
