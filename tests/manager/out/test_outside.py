"""/manage/exports/for/…: the ASC-WDS training file and the ESR interchange file, their settings and what is checked."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.manager.models import ExportFormat
from courses.people.jobs import work_on
from courses.people.models import Action, AuditEntry, Employment, Job, JobStatus, Organisation, Person, Unit, User
from courses.records.models import AcceptedEnd, AcceptedTraining
from courses.records.services import agreeing
from tests.hostile.world import body_of
from tests.manager.history import completed, make_module, require, today
from tests.manager.reading import page, said

pytestmark = pytest.mark.django_db
ASC, ESR = "/manage/exports/for/asc-wds/", "/manage/exports/for/esr/"
HEADER = [
    "LOCALESTID",
    "UNIQUEWORKERID",
    "CATEGORY",
    "DESCRIPTION",
    "DATECOMPLETED",
    "EXPIRYDATE",
    "ACCREDITED",
    "NOTES",
]


def employed(person: Person, organisation: Organisation, reference: str) -> None:
    Employment.objects.create(person=person, organisation=organisation, reference=reference, starts_on=today(-900))


@pytest.fixture
def module(amara: User, chidi: User, council: Organisation, adult_care: Unit) -> Any:
    """Amara and Chidi hold it; both are employed, and the service above their teams is the workplace."""
    module = make_module("Carer awareness, part 1")
    require(module, council, due=50)
    completed(amara.person, module, days_ago=10, valid=300)
    completed(chidi.person, module, days_ago=20, valid=None)
    employed(amara.person, council, "W-1")
    employed(chidi.person, council, "W-2")
    Unit.objects.filter(pk=adult_care.pk).update(reference="Site, North")
    return module


def asc_set(client: Client, module: Any, **more: Any) -> None:
    """The lead sets the ASC-WDS file."""
    fields = {"fourth_column": "DESCRIPTION", f"category-{module.pk}": "17", f"accredited-{module.pk}": "0"}
    assert client.post(f"{ASC}settings/", {**fields, **more}).status_code == 302


def made(client: Client, url: str) -> Job:
    response = client.post(url)
    job = Job.objects.latest("pk")
    assert response.headers["Location"] == f"/manage/jobs/{job.public_id}/"
    if job.status == JobStatus.WAITING:
        work_on.func(job.pk)
        job.refresh_from_db()
    return job


def lines_of(client: Client, job: Job) -> list[list[str]]:
    assert job.status == JobStatus.DONE, job.said
    text = body_of(client.get(f"/manage/jobs/{job.public_id}/file/")).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def dmy(offset: int) -> str:
    return f"{today(offset):%d/%m/%Y}"


def test_the_asc_wds_file(lena_client: Client, module: Any) -> None:
    asc_set(lena_client, module)
    assert "Carer awareness, part 1 category 17" in said(lena_client, ASC)
    job = made(lena_client, ASC)
    title = "Carer awareness, part 1"
    assert lines_of(lena_client, job) == [
        HEADER,
        ["Site, North", "W-2", "17", title, dmy(-20), "", "0", ""],
        ["Site, North", "W-1", "17", title, dmy(-10), dmy(300), "0", ""],
    ]
    assert job.file_name == f"asc-wds-{today()}.csv"
    raw = job.file.open().read()
    assert raw.startswith(b"LOCALESTID,")
    assert b'"Site, North",W-1' in raw
    actions = AuditEntry.objects.order_by("pk").values_list("action", "what")
    assert list(actions) == [
        (Action.CHANGED, "export-format"),
        (Action.EXPORTED, "asc-wds"),
        (Action.DOWNLOADED, "outside"),
    ]


def test_a_manager_gets_her_own_people_alone(lena_client: Client, ben_client: Client, module: Any) -> None:
    asc_set(lena_client, module, fourth_column="TRAININGNAME", **{f"name-{module.pk}": "Short name"})
    rows = lines_of(ben_client, made(ben_client, ASC))
    assert rows[0][3] == "TRAININGNAME"
    assert [row[1:4] for row in rows[1:]] == [["W-1", "17", "Short name"]]


def test_everything_to_mend_is_told_and_there_is_no_file(
    lena_client: Client, module: Any, amara: User, chidi: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asc_set(lena_client, module)
    Unit.objects.update(reference="")
    Employment.objects.filter(person=amara.person).update(reference="")
    Employment.objects.filter(person=chidi.person).update(reference="=2+3")
    job = made(lena_client, ASC)
    assert (job.status, bool(job.file)) == (JobStatus.FAILED, False)
    assert "4 things have to be mended first" in job.said
    assert "Okafor" not in str(job.cursor)
    with django_assert_max_num_queries(8):
        words = said(lena_client, f"/manage/jobs/{job.public_id}/")
    for expected in (
        "Amara Okafor has no employer’s reference",
        "Adult Assessments has no workplace reference",
        "Reablement has no workplace reference",
        "reference or number of Chidi Nwosu begins with a sign",
        "Give the unit its reference",
    ):
        assert expected in words
    assert lena_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 404


def accepted(amara: User, module: Any, council: Organisation, **more: Any) -> None:
    fields: dict[str, Any] = {
        "kind": "certificate", "completed_on": today(-40), "valid_until": today(200), "title": "Secret title",
        "provider": "Secret provider", "number": "X-77", "words": "Her mother is ill.", "evidence": None,
    }  # fmt: skip
    agreeing.accept(person=amara.person, module_id=module.pk, organisation=council, by=amara.person, **fields | more)


def test_accepted_training_stands_in_both_files_as_such(
    lena_client: Client, module: Any, amara: User, council: Organisation
) -> None:
    law = make_module("Law")
    accepted(amara, law, council)
    accepted(amara, module, council, completed_on=today(-400), valid_until=today(-35))
    asc_set(lena_client, module, **{f"category-{law.pk}": "3", f"accredited-{law.pk}": "1"})
    job = made(lena_client, ASC)
    assert lines_of(lena_client, job)[2:] == [
        ["Site, North", "W-1", "17", "Carer awareness, part 1", dmy(-10), dmy(300), "0", ""],
        ["Site, North", "W-1", "3", "Law", dmy(-40), dmy(200), "999", "Certificate of another issuer"],
    ], "what was completed here counts longer than what was accepted, so it stands alone"
    fields = {"date_format": "iso", f"in-{law.pk}": "on"}
    fields |= {f"place-{name}": str(n) for n, name in enumerate(("achieved", "expires", "certificate", "version"), 1)}
    lena_client.post(f"{ESR}settings/", fields)
    esr = made(lena_client, ESR)
    assert lines_of(lena_client, esr)[1:] == [[today(-40).isoformat(), today(200).isoformat(), "X-77", ""]]
    for made_of in (job, esr):
        assert b"Secret" not in made_of.file.open().read()
        assert b"mother" not in made_of.file.open().read()


def test_accepted_training_is_checked_alike(
    lena_client: Client, module: Any, amara: User, council: Organisation
) -> None:
    law = make_module("Law")
    accepted(amara, law, council, valid_until=today(-40), number="=1+1")
    asc_set(lena_client, module, **{f"category-{law.pk}": "3"})
    job = made(lena_client, ASC)
    assert "Amara Okafor, Law: it expires on or before" in said(lena_client, f"/manage/jobs/{job.public_id}/")
    lena_client.post(f"{ESR}settings/", {"date_format": "iso", "place-certificate": "1", f"in-{law.pk}": "on"})
    job = made(lena_client, ESR)
    assert "number of Amara Okafor begins with a sign" in said(lena_client, f"/manage/jobs/{job.public_id}/")


@pytest.mark.parametrize("how", ["taken back", "another employer's", "private"])
def test_what_does_not_count_here_is_not_in_the_file(
    how: str, lena_client: Client, module: Any, amara: User, council: Organisation, other_council: Organisation
) -> None:
    law = make_module("Law", private=how == "private")
    accepted(amara, law, other_council if how == "another employer's" else council)
    if how == "taken back":
        AcceptedEnd.objects.create(
            accepted=AcceptedTraining.objects.get(), ends_on=today(-1), by=amara.person, at=timezone.now()
        )
    asc_set(lena_client, module, **{f"category-{law.pk}": "3"})
    assert {row[3] for row in lines_of(lena_client, made(lena_client, ASC))[1:]} == {"Carer awareness, part 1"}


def test_an_expiry_must_come_after_the_completion(lena_client: Client, module: Any, amara: User) -> None:
    other = make_module("Law")
    completed(amara.person, other, days_ago=3, valid=-3)
    asc_set(lena_client, module, **{f"category-{other.pk}": "3"})
    job = made(lena_client, ASC)
    assert "Amara Okafor, Law: it expires on or before" in said(lena_client, f"/manage/jobs/{job.public_id}/")


def test_the_esr_file_has_the_columns_names_and_dates_of_the_trust(lena_client: Client, module: Any) -> None:
    settings = {
        "date_format": "mon",
        "place-achieved": "2",
        "heading-achieved": "Date Achieved",
        "place-reference": "1",
        "heading-reference": "Employee Number",
        "place-first-name": "4",
        "heading-first-name": "",
        "place-family-name": "3",
        "heading-family-name": "Last Name",
        "place-competence": "5",
        "heading-competence": "Competence",
        f"in-{module.pk}": "on",
        f"name-{module.pk}": "NHS|LOCAL|Carer Awareness|3 Years|",
    }
    assert lena_client.post(f"{ESR}settings/", settings).status_code == 302
    rows = lines_of(lena_client, made(lena_client, ESR))
    assert rows[0] == ["Employee Number", "Date Achieved", "Last Name", "First name", "Competence"]
    day = f"{today(-10):%d-%b-%Y}".upper()
    assert ["W-1", day, "Okafor", "Amara", "NHS|LOCAL|Carer Awareness|3 Years|"] in rows
    shown = page(lena_client, f"{ESR}settings/")
    assert 'value="NHS|LOCAL|Carer Awareness|3 Years|"' in shown


def test_a_surname_that_is_not_known_is_told(lena_client: Client, module: Any, amara: User) -> None:
    Person.objects.filter(pk=amara.person.pk).update(family_name="")
    fields = {"date_format": "iso", "place-family-name": "1", f"in-{module.pk}": "on"}
    lena_client.post(f"{ESR}settings/", fields)
    job = made(lena_client, ESR)
    assert "which part of the name of Amara Okafor is the surname" in said(
        lena_client, f"/manage/jobs/{job.public_id}/"
    )


@pytest.mark.parametrize(
    ("url", "field", "value", "said_of_it"),
    [
        (ASC, "category-{}", "abc", "The category is a number"),
        (ASC, "name-{}", "x" * 121, "at most 120"),
        (ESR, "place-reference", "0", "greater than or equal to 1"),
        (ESR, "date_format", "nonsense", "Select a valid choice"),
    ],
)
def test_settings_that_cannot_be(
    url: str, field: str, value: str, said_of_it: str, lena_client: Client, module: Any
) -> None:
    fields = {"fourth_column": "DESCRIPTION", "date_format": "mon", field.format(module.pk): value}
    response = lena_client.post(f"{url}settings/", fields)
    assert response.status_code == 422
    assert said_of_it in response.content.decode()
    assert not ExportFormat.objects.exists()


def test_only_the_lead_sets_it(ben_client: Client, olga_client: Client, council: Organisation, module: Any) -> None:
    for client in (ben_client, olga_client):
        assert client.get(f"{ASC}settings/").status_code == 403
        assert client.post(f"{ASC}settings/?organisation={council.pk}").status_code in {403, 404}
    assert "training lead of Northfield Council says first" in said(ben_client, ASC)
    assert ben_client.post(ASC).status_code == 422
    assert olga_client.get(f"{ASC}?organisation={council.pk}").status_code == 404
    assert ben_client.get("/manage/exports/for/other/").status_code == 404
    assert not Job.objects.exists()


def test_a_module_made_private_is_not_in_it(lena_client: Client, module: Any, amara: User) -> None:
    asc_set(lena_client, module)
    private = make_module("Working and caring")
    completed(amara.person, private)
    asc_set(lena_client, module, **{f"category-{private.pk}": "99"})
    type(private).objects.filter(pk=private.pk).update(private=True)
    rows = lines_of(lena_client, made(lena_client, ASC))
    assert {row[2] for row in rows[1:]} == {"17"}
    assert "Working" not in page(lena_client, f"{ASC}settings/") + page(lena_client, ASC)


@pytest.mark.parametrize("url", [ASC, ESR, f"{ASC}settings/", f"{ESR}settings/"])
def test_the_budget(
    url: str, lena_client: Client, module: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asc_set(lena_client, module)
    with django_assert_max_num_queries(9):
        page(lena_client, url)
