"""courses.people.jobs: work in steps that is resumed, called off, handed over and ended; and its files."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.people import jobs
from courses.people.models import Job, JobStatus, User

from .working import KIND, asked, count, done, lost, stopping

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """What no handler of ours catches, like the death of the process."""


def die(work: jobs.Work) -> None:
    raise Killed


def stop(work: jobs.Work) -> None:
    assert jobs.call_off(job=work.job)


def test_it_is_done_and_keeps_its_file(ben: User) -> None:
    job = done(ben.person)
    assert (job.done, job.total, job.said, job.file_name) == (4, 4, "Counted.", "numbers.csv")
    assert job.ended_at
    assert job.expires_at
    assert jobs.KEPT - (job.expires_at - timezone.now()) < datetime.timedelta(minutes=1)
    assert job.file.read() == b"one,two\r\n"


def test_asked_twice_at_once_one_worker_does_it(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def another(work: jobs.Work) -> None:
        jobs.work_on.func(work.job.pk)
        seen.append(work.job.pk)

    monkeypatch.setitem(jobs.KINDS, KIND, stopping(2, another))
    job = asked(ben.person)
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, seen) == (JobStatus.DONE, [job.pk])


def test_a_killed_worker_s_work_is_gone_on_with(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked(ben.person)
    monkeypatch.setitem(jobs.KINDS, KIND, stopping(2, die))
    with pytest.raises(Killed):
        jobs.work_on.func(job.pk)
    assert jobs.requeue_lost() == 0  # its lease is not over
    lost(job)
    steps: list[int] = []

    def going_on(work: jobs.Work) -> str:
        steps.append(work.cursor["at"])
        return count(work)

    monkeypatch.setitem(jobs.KINDS, KIND, going_on)
    call_command("requeue_tasks", stdout=(out := StringIO()))
    assert "1 jobs requeued" in out.getvalue()
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, steps) == (JobStatus.DONE, 4, [2])


def test_the_first_worker_comes_back_after_the_second_took_over(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """It slept for longer than its lease (a stopped machine): its next step and its end change nothing."""

    def overtaken(work: jobs.Work) -> None:
        lost(work.job)
        monkeypatch.setitem(jobs.KINDS, KIND, count)
        jobs.work_on.func(work.job.pk)

    monkeypatch.setitem(jobs.KINDS, KIND, stopping(4, overtaken))
    job = asked(ben.person)
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, job.file_name) == (JobStatus.DONE, "numbers.csv")


def test_called_off_in_the_middle_it_stops_and_keeps_nothing(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked(ben.person)
    monkeypatch.setitem(jobs.KINDS, KIND, stopping(2, stop))
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, job.done, bool(job.file)) == (JobStatus.CANCELLED, 2, False)
    assert not jobs.call_off(job=job)
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED


def test_what_kills_its_workers_without_progress_is_ended(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = asked(ben.person)
    monkeypatch.setitem(jobs.KINDS, KIND, die)
    for _ in range(jobs.MOST_RUNS):
        with pytest.raises(Killed):
            jobs.work_on.func(job.pk)
        lost(job)
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, job.said) == (JobStatus.FAILED, jobs.UNSAID)


def test_a_fault_is_told_in_its_words_and_an_error_in_ours(ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(work: jobs.Work) -> str:
        raise jobs.Fault("Two people have the reference 7.")

    def broken(work: jobs.Work) -> str:
        raise KeyError("secret")

    for kind, said in ((faulty, "Two people have the reference 7."), (broken, jobs.UNSAID)):
        monkeypatch.setitem(jobs.KINDS, KIND, kind)
        job = asked(ben.person)
        jobs.work_on.func(job.pk)
        job.refresh_from_db()
        assert (job.status, job.said) == (JobStatus.FAILED, said)


def test_what_waited_long_is_queued_again_but_not_at_every_run(ben: User) -> None:
    job = asked(ben.person)
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - jobs.QUEUE * 2)
    assert jobs.requeue_lost() == 1
    assert jobs.requeue_lost() == 0


def test_files_are_taken_away_when_their_week_is_over(ben: User) -> None:
    job, fresh = done(ben.person), done(ben.person)
    storage, name = job.file.storage, job.file.name
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    call_command("requeue_tasks", stdout=StringIO())
    job.refresh_from_db()
    assert not job.file
    assert not storage.exists(name or "")
    assert storage.exists(fresh.file.name or "")
