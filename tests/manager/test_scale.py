"""The manager's pages cost the same number of queries for ten learners and for five thousand (10 modules)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.content.models import ModulePage
from courses.people.jobs import work_on
from courses.people.models import Job, Membership, Organisation, Person, Unit
from courses.records.models import Attempt, Completion, Enrolment

from .history import analysed, at, make_module, require, today, version_of

pytestmark = pytest.mark.django_db

MOST = 8
PAGES = (
    "/manage/",
    "/manage/people/",
    "/manage/people/?sort=held",
    "/manage/matrix/",
    "/manage/matrix/?state=overdue&due=past&need=missing",
    "/manage/matrix/?state=overdue&sort=next",
    "/manage/matrix/?page=2",
    "/manage/modules/module-0/",
    "/manage/modules/module-0/?sort=unit",
    "/manage/principles/",
    "/manage/assignments/",
    "/manage/assignments/new/",
    "/manage/exports/",
    "/manage/units/",
    "/manage/people/{}/",
    "/manage/people/{}/agreements/",
    "/manage/people/{}/posts/",
    "/manage/people/{}/leave/",
)


def fill(unit: Unit, modules: list[ModulePage], number: int) -> None:
    """So many more learners in the unit; each has completed one module, valid for more or fewer days."""
    people = Person.objects.bulk_create(Person(name=f"Person No{n:05}", family_name=f"No{n:05}") for n in range(number))
    Membership.objects.bulk_create(
        Membership(person=person, unit=unit, organisation=unit.organisation, starts_on=today(-(n % 700) - 1))
        for n, person in enumerate(people)
    )
    then = at(today(-100))
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(person=person, module=modules[n % 10], enrolled_at=then, started_at=then, completed_at=then)
        for n, person in enumerate(people)
    )
    attempts = Attempt.objects.bulk_create(
        Attempt(enrolment=enrolment, version=version_of(modules[n % 10]), started_at=then, finished_at=then)
        for n, enrolment in enumerate(enrolments)
    )
    Completion.objects.bulk_create(
        Completion(
            enrolment=enrolment,
            attempt=attempts[n],
            person_id=enrolment.person_id,
            module=modules[n % 10],
            version=version_of(modules[n % 10]),
            completed_at=then,
            valid_until=today(n % 500 - 50),
            score=80 + n % 20,
            minutes=20,
            snapshot={},
        )
        for n, enrolment in enumerate(enrolments)
    )
    analysed()


@pytest.fixture
def modules(council: Organisation, assessments: Unit) -> list[ModulePage]:
    made = [make_module(f"Module {number}") for number in range(10)]
    for number, module in enumerate(made):
        require(module, council if number % 2 else assessments, after_joining=30 * number)
    return made


def cost(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("number", [10, 5000])
def test_budgets(number: int, assessments: Unit, modules: list[ModulePage], ben_client: Client) -> None:
    fill(assessments, modules, number)
    somebody = Person.objects.get(name="Person No00007").public_id
    costs = {url: cost(ben_client, url.format(somebody)) for url in PAGES}
    assert {url: made for url, made in costs.items() if made > MOST} == {}


def test_the_export_of_thousands_is_streamed_in_chunks(
    assessments: Unit, modules: list[ModulePage], ben_client: Client
) -> None:
    fill(assessments, modules, 1200)
    with CaptureQueriesContext(connection) as queries:
        response = ben_client.get("/manage/exports/matrix.csv")
        lines = list(response)
    assert len(lines) == 1200 + 2
    assert len(queries) <= 5 + 3 + 2 * 3, "the page's own, the audit log's with its transaction, two a chunk"


def test_so_many_of_a_past_day_are_not_worked_out_while_somebody_waits(
    assessments: Unit, modules: list[ModulePage], ben_client: Client, settings: Any
) -> None:
    fill(assessments, modules, 10)
    settings.LIVE_UP_TO = 5
    Unit.objects.filter(pk=assessments.pk).update(learners=12)
    day = today(-3).isoformat()
    everybody = ben_client.get(f"/manage/matrix/?as_at={day}").content.decode()
    assert "Person No00007" in everybody
    for url in (
        f"/manage/matrix/?as_at={day}&state=overdue",
        f"/manage/people/?as_at={day}&sort=held",
        f"/manage/modules/module-0/?as_at={day}",
    ):
        with CaptureQueriesContext(connection) as queries:
            page = ben_client.get(url).content.decode()
        assert "So many people are not worked out while you wait" in page, url
        assert ".csv?" in page, url
        assert "Person No00007" not in page, url
        assert len(queries) <= 8, url
    report = f"/manage/exports/matrix/?as_at={day}&state=overdue"
    with CaptureQueriesContext(connection) as queries:
        page = ben_client.get(report).content.decode()
    assert "Make the file: CSV" in page
    assert "The file has all of them" in page
    assert "Person No" not in page
    assert len(queries) <= 8
    at_once = ben_client.get(report.replace("matrix/", "matrix.csv"))
    assert at_once["Location"] == report, "the file at once leads to where it is asked for"
    asked = ben_client.post(report, {"ending": "csv"})
    job = Job.objects.get()
    work_on.func(job.pk)
    job.refresh_from_db()
    assert (asked["Location"], job.said[:17]) == (f"/manage/jobs/{job.public_id}/", "The file is ready")
    overview = ben_client.get(f"/manage/?as_at={day}").content.decode()
    assert "So many people are not worked out while you wait" in overview


def test_of_thousands_of_units_those_around_the_chosen_one_are_read(
    assessments: Unit, modules: list[ModulePage], lena_client: Client
) -> None:
    council = assessments.organisation
    parts = Unit.objects.bulk_create(
        Unit(organisation=council, parent=assessments, name=f"Part {n:03}", path=f"{assessments.path}x{n}/")
        for n in range(120)
    )
    for part in parts:
        part.path = f"{assessments.path}{part.pk}/"
    Unit.objects.bulk_update(parts, ["path"])
    deep = Unit.objects.create(organisation=council, parent=parts[7], name="Deep down", path="")
    Unit.objects.filter(pk=deep.pk).update(path=f"{parts[7].path}{deep.pk}/")
    lena_client.get("/manage/matrix/")
    with CaptureQueriesContext(connection) as queries:
        top = lena_client.get("/manage/matrix/").content.decode()
    assert len(queries) <= 8
    assert assessments.name in top
    assert "Part 007" not in top
    below = lena_client.get(f"/manage/matrix/?unit={parts[7].pk}").content.decode()
    assert "Deep down" in below
    assert "Part 008" in below
    assert f'value="{deep.pk}"' in below
    assert lena_client.get(f"/manage/matrix/?unit={'9' * 30}").status_code == 200
    form = lena_client.get(f"/manage/assignments/new/?unit={deep.pk}").content.decode()
    assert f'value="{deep.pk}" selected' in form
    assert "Part 008" not in form
