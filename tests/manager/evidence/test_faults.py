"""What goes wrong while a pack is made: said in plain words, nothing half-done, nothing left lying about."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from typst import TypstError

from courses.credentials import pdf
from courses.manager.evidence import making, parts, services
from courses.manager.models import EvidencePack
from courses.manager.out.making import NOT_HERS
from courses.people import jobs
from courses.people.models import Job, JobStatus, Unit, User
from tests.factories import MembershipFactory, PersonFactory
from tests.manager.history import require, today
from tests.manager.reading import said
from tests.records.quick import quick_module
from tests.records.trips import complete

from .made import asked, opened, text_of, unlisted

pytestmark = pytest.mark.django_db


@pytest.fixture
def trained(amara: User, assessments: Unit) -> list[str]:
    """Five people with a certificate; gives the numbers."""
    module = quick_module("Carer awareness")
    require(module, assessments, due=30)
    people = [amara.person, *PersonFactory.create_batch(4)]
    for person in people[1:]:
        MembershipFactory(person=person, unit=assessments)
    return [complete(person, module).certificate.number for person in people]


def asked_only(client: Client) -> EvidencePack:
    """A pack that waits its turn."""
    client.post("/manage/evidence/new/", {})
    return EvidencePack.objects.select_related("job").latest("pk")


def folder(pack: EvidencePack) -> list[str]:
    try:
        return default_storage.listdir(parts.folder_of(pack.public_id))[1]
    except FileNotFoundError:
        return []


def no_room(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "where", ["courses.manager.evidence.parts.default_storage.save", "django.db.models.fields.files.FieldFile.save"]
)
def test_a_full_disk_is_said_in_plain_words(
    where: str, trained: list[str], ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, no_room)
    pack = asked_only(ben_client)
    assert pack.job
    jobs.work_on.call(pack.job.pk)
    page = said(ben_client, f"/manage/evidence/{pack.public_id}/")
    assert "There is no room left where files are kept" in page
    assert "Stopped by a fault" in page
    assert folder(pack) == []
    monkeypatch.undo()
    assert asked(ben_client).state == "Ready"


class Died(BaseException):
    """What a killed worker leaves behind: nothing after it is done."""


@pytest.mark.parametrize("step", range(6))
def test_a_worker_that_died_is_followed_by_one_that_goes_on(
    step: int, trained: list[str], ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies right before its step number so many is noted; what it had written is not in the pack twice."""
    monkeypatch.setattr(making, "STEP", 2)
    pack = asked_only(ben_client)
    reached, calls = jobs.Work.reached, iter(range(100))

    def dies(self: jobs.Work, **fields: Any) -> None:
        if fields.get("stage") and next(calls) == step:
            raise Died
        reached(self, **fields)

    monkeypatch.setattr(jobs.Work, "reached", dies)
    assert pack.job
    with pytest.raises(Died):
        jobs.work_on.call(pack.job.pk)
    monkeypatch.setattr(jobs.Work, "reached", reached)
    printed: list[str] = []
    render = pdf.render

    def counted(certificate: Any, *, public: bool) -> bytes:
        printed.append(certificate.number)
        return render(certificate, public=public)

    monkeypatch.setattr(pdf, "render", counted)
    Job.objects.update(status=JobStatus.WAITING)
    jobs.work_on.call(pack.job.pk)
    pack.refresh_from_db()
    found = opened(pack)
    assert unlisted(found) == []
    assert sorted(name[-18:-4] for name in found.namelist() if name.endswith(".pdf")) == sorted(trained)
    assert len(found.namelist()) == len(set(found.namelist()))
    assert (pack.certificates, pack.people) == (5, 5)
    assert len(printed) == 5 - 2 * min(max(step - 1, 0), 3) if step < 4 else len(printed) == 0
    assert folder(pack) == []


def test_one_that_cannot_be_printed_does_not_cost_the_others(
    trained: list[str], ben_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = pdf.render

    def fails_once(certificate: Any, *, public: bool) -> bytes:
        if certificate.number == trained[2]:
            raise TypstError("no glyph", "")
        return render(certificate, public=public)

    monkeypatch.setattr(pdf, "render", fails_once)
    pack = asked(ben_client)
    assert (pack.certificates, pack.gaps) == (4, 2)  # the module of these tests has no text
    assert f"Certificate {trained[2]} could not be printed" in text_of(opened(pack), "index.html")
    assert "2 things could not be put in" in said(ben_client, f"/manage/evidence/{pack.public_id}/")


def test_who_lost_the_units_gets_no_pack(trained: list[str], ben: User, ben_client: Client) -> None:
    pack = asked_only(ben_client)
    ben.person.memberships.update(ends_on=today(-1))
    assert pack.job
    jobs.work_on.call(pack.job.pk)
    pack.job.refresh_from_db()
    assert pack.job.said == NOT_HERS
    assert not EvidencePack.objects.get().file


def test_called_off_nothing_stays_behind(trained: list[str], ben_client: Client) -> None:
    pack = asked_only(ben_client)
    assert pack.job
    with parts.writing(pack.public_id, []) as part:
        part.add("x.txt", "half")
    jobs.call_off(job=pack.job)
    assert folder(pack)
    services.sweep_unfinished()
    assert folder(pack) == []
    assert "Called off" in said(ben_client, f"/manage/evidence/{pack.public_id}/")


def test_a_file_that_was_lost_says_so(trained: list[str], ben_client: Client) -> None:
    pack = asked(ben_client)
    default_storage.delete(str(pack.file.name))
    response = ben_client.get(f"/manage/evidence/{pack.public_id}/file/", follow=True)
    assert "There is no file of this pack" in response.content.decode()


def test_the_work_says_how_far_it_is(trained: list[str], ben_client: Client) -> None:
    pack = asked_only(ben_client)
    Job.objects.update(
        status=JobStatus.RUNNING, done=1120, total=2610, cursor={"stage": "certificates", "at": 120, "of": 800}
    )
    assert pack.job
    page = said(ben_client, f"/manage/jobs/{pack.job.public_id}/")
    assert "1,120 of 2,610 steps. Certificates: 120 of 800" in page
