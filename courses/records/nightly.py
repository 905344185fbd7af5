"""What is done every night, each part once: harmless when repeated, when two run at once, and when one is killed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from functools import partial

from django.db import transaction
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Job, JobStatus, Organisation

from . import counting, standing

JOBS_KEPT = datetime.timedelta(days=7)
"""How long a count that nobody asked for is kept in the list of jobs."""


MORE: dict[str, Callable[[], str]] = {}
"""What layers above add when they are ready: what it is about, and what does it and says how it went."""


def count(organisation: Organisation) -> str:
    """Counts an organisation here and now, as a job: when we are killed, the next one goes on from there. Says how it
    went, or that somebody else is at it."""
    with transaction.atomic():
        counting.lock(organisation.pk)
        mine = Job.objects.filter(kind=standing.KIND, organisation=organisation, by=None)
        alive = timezone.now() - jobs.LEASE
        if mine.filter(status=JobStatus.RUNNING, touched_at__gte=alive).exists():
            return "is being counted already."
        lost = mine.filter(status__in=[JobStatus.RUNNING, JobStatus.WAITING]).order_by("-pk").first()
        job = lost or Job.objects.create(kind=standing.KIND, organisation=organisation)
    jobs.work_on.call(job.pk)
    job.refresh_from_db()
    return job.said or "is being counted already."


def parts() -> Iterator[tuple[str, Callable[[], str]]]:
    """The parts of the night: what each is about, and what does it and says how it went."""
    for organisation in Organisation.objects.order_by("pk"):
        yield f"standings of {organisation}", partial(count, organisation)
    yield "figures of days long past", _forget
    yield "files whose week is over", lambda: f"{jobs.take_away_expired()} taken away."
    yield "jobs whose worker died", lambda: f"{jobs.requeue_lost()} given back to the queue."
    yield from MORE.items()


def _forget() -> str:
    for pk in Organisation.objects.values_list("pk", flat=True):
        counting.forget_days(pk, timezone.localdate())
    old = Job.objects.filter(kind=standing.KIND, by=None, ended_at__lt=timezone.now() - JOBS_KEPT)
    return f"the ends of months kept; {old.delete()[0]} old counts forgotten."
