"""A file whose worker died in the middle is gone on with, and equal row for row to one whose worker did not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from courses.manager.out import making, sheets
from courses.people import pieces
from courses.people.jobs import work_on
from courses.people.models import Job, JobStatus, Organisation, Role, Unit, User
from tests.factories import MembershipFactory, PersonFactory
from tests.manager.history import completed, make_module, require
from tests.manager.jobs.test_seam import Killed
from tests.manager.jobs.working import lost

from .reading import csv_rows, xlsx_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(assessments: Unit, ben: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    names = [f"Ada N{number:02}" for number in range(12)]
    for name in names:
        person = PersonFactory(name=name, family_name=name.split()[1])
        MembershipFactory(person=person, unit=assessments, role=Role.LEARNER)
        if name < "Ada N06":
            completed(person, module)
    monkeypatch.setattr(sheets, "PART", 3)
    monkeypatch.setattr(pieces, "EVERY", 0)
    return names


def asked(ben: User, what: str, ending: str) -> Job:
    team = making.team_of(ben.person)
    assert team is not None
    params = {"what": what, "ending": ending, "choice": "", "slug": "", "units": making.tops(team)}
    return Job.objects.create(kind=making.KIND, by=ben.person, params=params)


def killed(job: Job, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Its worker died after so many steps."""
    say, said = pieces.Pieces.say, [0]

    def dying(self: pieces.Pieces, **more: Any) -> None:
        say(self, **more)
        said[0] += 1
        if said[0] > after:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(pieces.Pieces, "say", dying)
        with pytest.raises(Killed):
            work_on.func(job.pk)
    lost(job)


def rows_of(job: Job) -> list[list[str]]:
    work_on.func(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE, job.said
    read = csv_rows if job.params["ending"] == "csv" else xlsx_rows
    return read(job.file.read())


@pytest.mark.parametrize("what", ["people", "matrix", "overdue", "requirements"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_it_is_equal_row_for_row(
    what: str, ending: str, team: list[str], ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = rows_of(asked(ben, what, ending))
    job = asked(ben, what, ending)
    killed(job, monkeypatch, after=2 if what != "requirements" else 0)
    assert rows_of(job) == whole
    assert len(whole) == {"requirements": 2, "overdue": 7}.get(what, 13)


def test_a_new_colleague_in_the_meantime_moves_nobody(
    team: list[str], ben: User, assessments: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(ben, "people", "csv")
    killed(job, monkeypatch, after=2)
    person = PersonFactory(name="Ada N005", family_name="N005")
    MembershipFactory(person=person, unit=assessments, role=Role.LEARNER)
    assert [row[0] for row in rows_of(job)[1:]] == team


def test_who_sees_less_in_the_meantime_gets_a_file_of_that(
    team: list[str], lena: User, assessments: Unit, reablement: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She led the organisation when she asked, and manages one team now: nothing of the first pieces is in the file."""
    MembershipFactory(person=PersonFactory(name="Zed", family_name="Zed"), unit=reablement, role=Role.LEARNER)
    job = asked(lena, "people", "csv")
    killed(job, monkeypatch, after=3)
    lena.person.memberships.update(role=Role.UNIT_MANAGER, unit=reablement)
    assert [row[0] for row in rows_of(job)[1:]] == ["Zed"]


def test_a_module_made_private_in_the_meantime_is_not_in_it(
    team: list[str], ben: User, council: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    hard = make_module("Hard")
    require(hard, council)
    job = asked(ben, "matrix", "csv")
    killed(job, monkeypatch, after=3)
    type(hard).objects.filter(pk=hard.pk).update(private=True)
    assert "Hard" not in str(rows_of(job))


def test_the_one_who_asked_stops_it_and_nothing_stays(
    team: list[str], ben: User, ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked(ben, "people", "csv")
    killed(job, monkeypatch, after=3)
    ben_client.post(f"/manage/jobs/{job.public_id}/cancel/")
    assert pieces._listed(job) == []
