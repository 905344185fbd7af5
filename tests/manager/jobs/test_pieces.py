"""courses.people.pieces: a long file's lines are kept in pieces, gone on with, and taken away at the end."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from courses.people import jobs, pieces
from courses.people.models import Job, JobStatus, User
from courses.people.pieces import Pieces

from .test_seam import Killed
from .working import KIND, asked, lost

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 29)
PEOPLE = range(1, 8)
WHOLE = [[person, DAY.isoformat() if person % 2 else None, f"“{person}”\n"] for person in PEOPLE]


class Writing:
    """A kind of job that writes a line a person, two people a step, and to which something may happen."""

    def __init__(self) -> None:
        self.sign, self.stepped, self.before = "a", list[int](), dict[int, Callable[[], Any]]()
        self.made: list[list[Any]] = []

    def step(self, some: Sequence[int]) -> list[list[Any]]:
        if 4 in some:
            self.before.pop(4, lambda: None)()
        self.stepped += some
        return [[person, DAY if person % 2 else None, f"“{person}”\n"] for person in some]

    def __call__(self, work: jobs.Work) -> str:
        found = Pieces(work, sign=[self.sign], people=lambda: PEOPLE)
        found.fill(self.step, 2)
        self.before.pop(0, lambda: None)()
        lines = list(found.lines())
        self.made = [[n, day.isoformat() if day else None, text] for n, day, text in lines]
        return f"{found.rows} lines."


@pytest.fixture
def writing(monkeypatch: pytest.MonkeyPatch) -> Writing:
    made = Writing()
    monkeypatch.setitem(jobs.KINDS, KIND, made)
    monkeypatch.setattr(pieces, "EVERY", 0)
    return made


def die() -> None:
    raise Killed


def folder(job: Job) -> list[str]:
    try:
        return default_storage.listdir(f"{pieces.FOLDER}/{job.public_id}")[1]
    except FileNotFoundError:
        return []


def killed(ben: User, writing: Writing, at: int = 4) -> Job:
    """A job whose worker died at a person, or at 0: when all lines are there and the file is not."""
    job = asked(ben.person)
    writing.before[at] = die
    with pytest.raises(Killed):
        jobs.work_on.func(job.pk)
    lost(job)
    return job


def worked_on(job: Job) -> Job:
    jobs.work_on.func(job.pk)
    job.refresh_from_db()
    return job


def test_every_line_comes_out_as_it_went_in(ben: User, writing: Writing) -> None:
    job = worked_on(asked(ben.person))
    assert (job.status, job.said, job.done, job.total) == (JobStatus.DONE, "7 lines.", 7, 7)
    assert writing.made == WHOLE
    assert folder(job) == []


@pytest.mark.parametrize("at", [4, 0])
def test_the_next_worker_goes_on_where_the_last_one_was(at: int, ben: User, writing: Writing) -> None:
    job = killed(ben, writing, at)
    assert len(folder(job)) > 1
    assert "“" not in str(Job.objects.get(pk=job.pk).cursor)
    job = worked_on(job)
    assert (job.said, writing.made) == ("7 lines.", WHOLE)
    assert writing.stepped == [*PEOPLE], "nobody's line was made twice"
    assert folder(job) == []


def test_lines_that_would_not_go_together_are_all_made_anew(ben: User, writing: Writing) -> None:
    job = killed(ben, writing)
    writing.sign = "b"
    assert (worked_on(job).said, writing.made) == ("7 lines.", WHOLE)
    assert writing.stepped == [1, 2, *PEOPLE]


def test_a_piece_that_was_lost_begins_it_anew(ben: User, writing: Writing) -> None:
    job = killed(ben, writing)
    default_storage.delete(f"{pieces.FOLDER}/{job.public_id}/{Job.objects.get(pk=job.pk).cursor['pieces'][1]}")
    assert (worked_on(job).said, writing.made) == ("7 lines.", WHOLE)
    assert writing.stepped == [1, 2, *PEOPLE]


def test_who_is_in_it_is_settled_once(ben: User, writing: Writing, monkeypatch: pytest.MonkeyPatch) -> None:
    job = killed(ben, writing)
    monkeypatch.setattr("tests.manager.jobs.test_pieces.PEOPLE", range(100, 200))
    worked_on(job)
    assert writing.made == WHOLE


@pytest.mark.parametrize("end", ["called off", "failed"])
def test_nothing_is_left_of_a_file_that_will_not_be(end: str, ben: User, writing: Writing) -> None:
    job = asked(ben.person)

    def fail() -> None:
        raise jobs.Fault("No.")

    writing.before[4] = fail if end == "failed" else lambda: jobs.call_off(job=job)
    assert worked_on(job).status in {JobStatus.FAILED, JobStatus.CANCELLED}
    assert folder(job) == []


def test_what_a_dead_worker_left_of_an_ended_job_goes_at_night(ben: User, writing: Writing) -> None:
    open_one, ended = killed(ben, writing), killed(ben, writing)
    Job.objects.filter(pk=ended.pk).update(status=JobStatus.CANCELLED, ended_at=timezone.now())
    jobs.take_away_expired()
    assert folder(ended) == []
    assert folder(open_one)
    assert pieces.forget_ended() == 0
