"""`/manage/imports/`: a lead brings a file, sees what it would do, has it written, and undoes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import Employment, JobStatus, Organisation, PeopleImport, Role, Unit, User
from tests.importing.files import ADA, BEA, HEADINGS, Importing, csv_of
from tests.manager.reading import words
from tests.people import signed_in, somebody

pytestmark = pytest.mark.django_db
Commits = Callable[..., Any]


def put(client: Client, data: bytes, name: str = "people.csv") -> Any:
    return client.post("/manage/imports/new/", {"file": SimpleUploadedFile(name, data)})


def columns(found: PeopleImport, **more: str) -> dict[str, str]:
    return {**{f"field_{key}": heading for key, heading in found.mapping.items()}, **more}


def test_from_file_to_people_and_back(
    lena_client: Client, assessments: Unit, reablement: Unit, django_capture_on_commit_callbacks: Commits
) -> None:
    response = put(lena_client, csv_of(ADA, (*BEA[:6], "31/02/2025")))
    found = PeopleImport.objects.get()
    address = f"/manage/imports/{found.public_id}/"
    assert response.headers["Location"] == f"{address}columns/"
    page = words(lena_client.get(f"{address}columns/").content.decode())
    assert "Which column is what?" in page
    assert "separated by commas" in page
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{address}columns/", columns(found))
    page = words(lena_client.get(address).content.decode())
    assert "“31/02/2025” is no day that exists, read day first." in page
    assert "Write 1 row?" in page
    page = words(lena_client.get(f"{address}?kind=add").content.decode())
    assert "Ada Obi, E1" in page
    assert not Employment.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{address}write/")
    assert Employment.objects.get().reference == "E1"
    assert "Written" in words(lena_client.get(address).content.decode())
    assert "Undo this import?" in words(lena_client.get(f"{address}undo/").content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{address}undo/")
    assert not Employment.objects.exists()
    assert "Undone" in words(lena_client.get(address).content.decode())


def test_a_file_that_is_none_is_told_at_the_field(lena_client: Client) -> None:
    for response in (put(lena_client, b"%PDF\0\0\0\0\0\0\0\0"), lena_client.post("/manage/imports/new/", {})):
        assert response.status_code == 422
        assert "There is a problem" in response.content.decode()
    assert not PeopleImport.objects.exists()


def test_columns_that_will_not_do_are_told(lena_client: Client) -> None:
    put(lena_client, csv_of(ADA))
    found = PeopleImport.objects.get()
    response = lena_client.post(f"/manage/imports/{found.public_id}/columns/", {"field_name": "Surname"})
    assert response.status_code == 422
    assert "Say which column is the unit or team." in response.content.decode()
    found.refresh_from_db()
    assert found.status == "mapping"


def test_columns_are_remembered_for_the_same_headings(
    lena_client: Client, assessments: Unit, django_capture_on_commit_callbacks: Commits
) -> None:
    data = csv_of(("7", "Ada Obi", "Adult Assessments", "x"), headings=("Nr", "Who", "Where", "What"))
    put(lena_client, data)
    chosen = {"field_reference": "Nr", "field_name": "Who", "field_unit": "Where"}
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"/manage/imports/{PeopleImport.objects.get().public_id}/columns/", chosen)
    put(lena_client, data)
    last = PeopleImport.objects.latest("created_at")
    assert last.mapping == {"reference": "Nr", "name": "Who", "unit": "Where"}


def test_many_leavers_ask_for_a_tick(
    lena_client: Client, importing: Importing, django_capture_on_commit_callbacks: Commits
) -> None:
    importing.write(csv_of(ADA, BEA))
    put(lena_client, csv_of(ADA))
    found = PeopleImport.objects.latest("created_at")
    address = f"/manage/imports/{found.public_id}/"
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{address}columns/", columns(found, whole="on"))
    page = words(lena_client.get(f"{address}?kind=leave").content.decode())
    assert "1 of the 2 people you employ would leave. That is 50%." in page
    assert "Missing from the file" in page
    with django_capture_on_commit_callbacks(execute=True):
        response = lena_client.post(f"{address}write/", follow=True)
    assert "Tick that you have looked at the warning" in response.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{address}write/", {"sure": "on"})
    assert Employment.objects.get(reference="E2").ends_on is not None


def test_the_page_keeps_itself_up_to_date_while_work_is_done(lena_client: Client) -> None:
    put(lena_client, csv_of(ADA))
    found = PeopleImport.objects.get()
    address = f"/manage/imports/{found.public_id}/"
    lena_client.post(f"{address}columns/", columns(found))  # the job waits: nothing is committed in a test
    body = lena_client.get(address).content.decode()
    assert '<meta http-equiv="refresh"' in body
    assert "keeps itself up to date" in words(body)
    asked_again = lena_client.get(address, headers={"HX-Request": "true"})
    assert asked_again.status_code == 200
    assert b"<html" not in asked_again.content
    found.refresh_from_db()
    assert found.job is not None
    found.job.status = JobStatus.CANCELLED
    found.job.save()
    assert lena_client.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "stopped before it ended" in words(lena_client.get(address).content.decode())


def test_a_file_that_was_not_written_is_deleted_one_that_was_is_not(
    lena_client: Client, importing: Importing, django_capture_on_commit_callbacks: Commits
) -> None:
    written = importing.write(csv_of(ADA))
    put(lena_client, csv_of(BEA))
    other = PeopleImport.objects.latest("created_at")
    for found in (written, other):
        lena_client.post(f"/manage/imports/{found.public_id}/delete/")
    assert list(PeopleImport.objects.all()) == [written]


@pytest.mark.parametrize(
    ("who", "status"), [("ben", 403), ("amara", 403), ("tariq", 403), ("olga", 403), ("lena", 200)]
)
def test_only_the_lead_of_the_organisation(
    who: str, status: int, importing: Importing, request: pytest.FixtureRequest
) -> None:
    found = importing.check(csv_of(ADA))
    user: User = request.getfixturevalue(who)
    client = signed_in(user)
    address = f"/manage/imports/{found.public_id}/"
    for page in (address, f"{address}columns/", f"{address}undo/", "/manage/imports/", "/manage/imports/new/"):
        assert client.get(page).status_code == status
    if who != "lena":
        for page in (f"{address}write/", f"{address}columns/", f"{address}undo/", f"{address}delete/"):
            assert client.post(page, columns(found)).status_code == 403
        found.refresh_from_db()
        assert found.status == "checked"


def test_another_organisations_lead_finds_nothing(importing: Importing, other_council: Organisation) -> None:
    found = importing.check(csv_of(ADA))
    client = signed_in(somebody("Una Stone", Role.TRAINING_LEAD, organisation=other_council))
    address = f"/manage/imports/{found.public_id}/"
    assert client.get(address).status_code == 404
    assert client.post(f"{address}write/").status_code == 404
    assert "people.csv" not in client.get("/manage/imports/").content.decode()


@pytest.mark.parametrize("rows", [3, 120])
def test_eight_queries_whatever_the_file_holds(
    rows: int, lena_client: Client, importing: Importing, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [(f"N{n}", "Ada", f"Obi{n}x", "", "Reablement", "", "") for n in range(rows)]
    found = importing.check(csv_of(*people, headings=HEADINGS))
    for address in (f"/manage/imports/{found.public_id}/", "/manage/imports/", "/manage/imports/new/"):
        with django_assert_max_num_queries(8):
            lena_client.get(address)
