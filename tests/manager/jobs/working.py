"""A kind of work for tests: so many steps, and what happens after one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Job, JobStatus, Person

KIND = "test-count"


def count(work: jobs.Work) -> str:
    """Counts to `to`, and keeps a file of the numbers."""
    for number in range(work.cursor.get("at", 0) + 1, work.job.params["to"] + 1):
        work.reached(done=number, total=work.job.params["to"], at=number)
    work.keep(ContentFile(b"one,two\r\n"), "numbers.csv")
    return "Counted."


def asked(person: Person, *, to: int = 4, **params: Any) -> Job:
    """Work that `person` asked for, and that stands in the queue."""
    return Job.objects.create(kind=KIND, by=person, params={"to": to, **params})


def done(person: Person, **params: Any) -> Job:
    """Work that is done, with its file."""
    job = asked(person, **params)
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE, job.said
    return job


def stopping(at: int, happens: Callable[[jobs.Work], None]) -> Callable[[jobs.Work], str]:
    """Work to which something happens when it has reached `at`."""

    def work_until(work: jobs.Work) -> str:
        for number in range(work.cursor.get("at", 0) + 1, 5):
            work.reached(done=number, total=4, at=number)
            if number == at:
                happens(work)
        return "Counted."

    return work_until


def lost(job: Job) -> None:
    """As if its worker had died three minutes ago."""
    then = timezone.now() - jobs.LEASE * 1.5
    Job.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING, touched_at=then)
