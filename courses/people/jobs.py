"""Long work that somebody waits for: asked for, worked on in steps, resumed when its worker died, called off.

A kind of job is a function that is given the `Work` and does it in steps. After each step it says how far it is
(`work.reached`), in the transaction that did the step; when its worker is killed, the next one goes on from that
cursor, so nothing is doubled and nothing half-done. Apps add their kinds to `KINDS` when they are ready.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django_tasks import task

from . import pieces
from .models import Job, JobStatus, Organisation, Person

LEASE = datetime.timedelta(minutes=2)
"""A running job whose worker said nothing for so long is taken as lost."""

QUEUE = datetime.timedelta(minutes=10)
"""A job that waited for so long may have lost its task: it is put into the queue once more, as often as this."""

MOST_RUNS = 3
"""So many workers may die of a job without any progress of it; then it is ended, lest it take every worker with it."""

OPEN = (JobStatus.WAITING, JobStatus.RUNNING)

KEPT = datetime.timedelta(days=7)
"""How long a finished file can be downloaded."""

UNSAID = (
    "Something went wrong on our side, and nothing half-done was kept. Try again; if it happens twice, tell support."
)

log = structlog.get_logger(__name__)


class Fault(Exception):
    """The work cannot be done, for a reason that whoever asked can do something about; its words are shown to her."""


class CalledOff(Exception):
    """Somebody called the job off while it was being worked on, or another worker has it."""


class Work:
    """A job in the hands of one worker."""

    def __init__(self, job: Job, claimed_at: datetime.datetime) -> None:
        self.job, self._claim = job, claimed_at

    @property
    def cursor(self) -> dict[str, Any]:
        """How far the work was when somebody last said so; empty at the beginning."""
        found: dict[str, Any] = self.job.cursor
        return found

    def reached(self, *, done: int, total: int | None = None, **cursor: Any) -> None:
        """Says how far it is. Call it inside the transaction of the step. Raises CalledOff when the job is no longer
        this worker's, so that the step is rolled back. Work that can be gone on with gives a cursor; without one, it
        begins anew when its worker dies, and only so often."""
        now = timezone.now()
        fields: dict[str, Any] = {"done": done, "cursor": cursor, "touched_at": now}
        if cursor:
            fields["runs"] = 0
        if total is not None:
            fields["total"] = total
        if not self._mine().update(**fields):
            raise CalledOff
        for name, value in fields.items():
            setattr(self.job, name, value)
        self._claim = now

    def keep(self, file: File[bytes], name: str) -> None:
        """Keeps the file that the job made, for who asked to download. `name` is what she will call it. Raises
        CalledOff when the job is no longer this worker's; no file of it stays behind then."""
        # Each worker writes a file of its own: a storage that overwrites would let the one that lost the job delete
        # what the one that has it wrote.
        self.job.file.save(f"{self.job.public_id}/{secrets.token_hex(4)}-{name}", file, save=False)
        kept = {"file": self.job.file.name, "file_name": name, "expires_at": timezone.now() + KEPT}
        if not self._mine().update(**kept):
            self.job.file.delete(save=False)
            raise CalledOff
        self.job.file_name, self.job.expires_at = name, kept["expires_at"]
        self._sweep(str(self.job.file.name))

    def _sweep(self, kept: str) -> None:
        """Takes away what a worker left that died between writing its file and saying so."""
        storage, (folder, _, name) = self.job.file.storage, kept.rpartition("/")
        for stray in storage.listdir(folder)[1]:
            if stray != name:
                storage.delete(f"{folder}/{stray}")

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, status=JobStatus.RUNNING, touched_at=self._claim)


KINDS: dict[str, Callable[[Work], str]] = {}
"""What a kind of job does. The function returns what it says at the end, in words."""


def ask(*, kind: str, by: Person | None, organisation: Organisation | None = None, **params: Any) -> Job:
    """Puts work into the queue and returns at once. Keys and numbers only in `params`."""
    if kind not in KINDS:
        raise ValueError(kind)
    job = Job.objects.create(kind=kind, by=by, organisation=organisation, params=params)
    transaction.on_commit(lambda: work_on.enqueue(job.pk))
    return job


@task()
def work_on(job_id: int) -> None:
    """Does a job from where it stands. Asked twice at the same moment, one does it."""
    now = timezone.now()
    waiting = Job.objects.filter(pk=job_id, status=JobStatus.WAITING)
    lost = Job.objects.filter(pk=job_id, status=JobStatus.RUNNING, touched_at__lt=now - LEASE)
    claim = {"touched_at": now, "runs": F("runs") + 1}
    if not (waiting.update(status=JobStatus.RUNNING, **claim) or lost.update(**claim)):
        return
    work = Work(Job.objects.select_related("organisation", "by").get(pk=job_id), now)
    if work.job.runs > MOST_RUNS:
        log.error("job_given_up", job=job_id, kind=work.job.kind)
        _end(work, JobStatus.FAILED, UNSAID)
        return
    try:
        said = KINDS[work.job.kind](work)
    except CalledOff:
        if not Job.objects.filter(pk=job_id, status__in=OPEN).exists():
            pieces.forget(work.job)
    except Fault as fault:
        _end(work, JobStatus.FAILED, str(fault))
    except Exception:
        log.exception("job_failed", job=job_id, kind=work.job.kind)
        _end(work, JobStatus.FAILED, UNSAID)
    else:
        _end(work, JobStatus.DONE, said)


def call_off(*, job: Job) -> bool:
    """Stops a job that has not ended; what its finished steps wrote stays. False when it was too late."""
    open_ones = Job.objects.filter(pk=job.pk, status__in=OPEN)
    stopped = open_ones.update(status=JobStatus.CANCELLED, ended_at=timezone.now(), said="Called off.")
    if stopped:
        pieces.forget(job)
    return bool(stopped)


def requeue_lost(*, older_than: datetime.timedelta = LEASE) -> int:
    """Gives work whose worker died back to the queue; also what waits for a task that was lost. How many."""
    now = timezone.now()
    lost = Job.objects.filter(status=JobStatus.RUNNING, touched_at__lte=now - older_than)
    waits = max(QUEUE, older_than)
    waiting = Job.objects.filter(status=JobStatus.WAITING, asked_at__lt=now - waits).exclude(touched_at__gt=now - waits)
    again = [*lost.values_list("pk", flat=True), *waiting.values_list("pk", flat=True)]
    for pk in again:
        with transaction.atomic():
            found = Job.objects.filter(pk=pk).filter(Q(pk__in=lost) | Q(pk__in=waiting))
            if found.update(status=JobStatus.WAITING, touched_at=now):
                transaction.on_commit(partial(work_on.enqueue, pk))
    return len(again)


def take_away_expired() -> int:
    """Deletes the files of jobs whose time is over, and what is left of files that were never whole; the line in the
    list stays. How many files."""
    pieces.forget_ended()
    found = Job.objects.filter(expires_at__lt=timezone.now()).exclude(file="")
    for job in found:
        job.file.delete(save=False)
        Job.objects.filter(pk=job.pk).update(file="")
    return len(found)


def _end(work: Work, status: JobStatus, said: str) -> None:
    """Ends the job, unless somebody called it off or another worker has taken it over in the meantime."""
    if work._mine().update(status=status, said=said[:500], ended_at=timezone.now()):
        pieces.forget(work.job)
