"""/manage/exports/: the lists as page, CSV and XLSX, equal row for row, at once and as long work."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.manager.out import views
from courses.people.jobs import work_on
from courses.people.models import Action, AuditEntry, Job, JobStatus, Organisation, Role, Unit, User
from tests.factories import MembershipFactory, PersonFactory
from tests.hostile.world import body_of
from tests.manager.history import completed, exempted, make_module, require, started, today
from tests.manager.reading import lines, page, said, table

from .reading import csv_rows, three, xlsx_rows

pytestmark = pytest.mark.django_db
HOSTILE = (
    "=cmd|'/C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\tTab", "Anna\nLena", 'A "quoted", name', "\u202eevil", "عائشة",
    "Zoë", "https://example.org/", "0012", "'apostrophe",
)  # fmt: skip
"""Names that somebody might type to make a spreadsheet do something, or that it might take for something else."""


@pytest.fixture
def team(amara: User, chidi: User, ben: User, assessments: Unit, council: Organisation) -> list[str]:
    """Ben's people with hostile names, in every state."""
    people = [amara.person]
    for name in HOSTILE:
        person = PersonFactory(name=name, family_name=name)
        MembershipFactory(person=person, unit=assessments, role=Role.LEARNER, job_title="=1+1")
        people.append(person)
    awareness, hospital = make_module("Carer awareness"), make_module("=HYPERLINK(1)")
    require(awareness, assessments, due=-5)
    require(hospital, council, after_joining=30)
    completed(amara.person, awareness)
    completed(people[1], awareness, valid=20)
    completed(people[2], hospital, valid=None, score=85)
    started(people[3], awareness, failed=True)
    exempted(people[4], awareness)
    return [person.name for person in people]


def unsafe(rows: list[list[str]]) -> list[list[str]]:
    """Rows of a CSV without the apostrophe that keeps a spreadsheet from running a cell."""
    return [[cell[1:] if cell[:2] in {"'=", "'+", "'-", "'@", "'\t"} else cell for cell in row] for row in rows]


def plain(rows: list[list[str]]) -> list[list[str]]:
    """Rows as a page shows them, where white space is one space."""
    return [[" ".join(cell.split()) for cell in row] for row in rows]


@pytest.mark.parametrize("what", ["people", "matrix", "overdue", "requirements", "modules/carer-awareness"])
def test_page_csv_and_xlsx_are_equal_row_for_row(what: str, team: list[str], ben_client: Client) -> None:
    screen, as_csv, as_xlsx = three(ben_client, what)
    assert len(screen) > 2
    assert unsafe(as_csv) == as_xlsx
    assert plain(as_xlsx) == screen
    for row in as_csv:
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\n"))]


@pytest.mark.parametrize(
    ("what", "choice", "rows"),
    [
        ("matrix", "state=overdue&module=carer-awareness", 10),
        ("people", "q=Amara", 1),
        ("modules/carer-awareness", "state=valid", 1),
        ("overdue", "module=carer-awareness", 10),
    ],
)
def test_the_filter_of_the_screen_carries_over(
    what: str, choice: str, rows: int, team: list[str], ben_client: Client
) -> None:
    screen, as_csv, as_xlsx = three(ben_client, what, choice)
    assert len(screen) == len(as_csv) == len(as_xlsx) == 1 + rows
    assert len(three(ben_client, what)[1]) > 1 + rows


def test_a_past_day_carries_over(team: list[str], ben_client: Client) -> None:
    """As it was on the day before Amara completed it: on the page and in both files, and the file is called so."""
    day = today(-101)
    screen, as_csv, as_xlsx = three(ben_client, "modules/carer-awareness", f"as_at={day}&q=Amara")
    now = three(ben_client, "modules/carer-awareness", "q=Amara")[1]
    assert screen[1] == as_csv[1] == as_xlsx[1]
    assert (as_csv[1][5], now[1][5]) == ("", str(today(-100)))
    response = ben_client.get(f"/manage/exports/modules/carer-awareness.csv?as_at={day}")
    assert f'filename="carer-awareness-{day}.csv"' in response.headers["Content-Disposition"]


def test_who_has_left(team: list[str], ben_client: Client, amara: User) -> None:
    amara.person.memberships.update(ends_on=today(-3))
    screen, as_csv, as_xlsx = three(ben_client, "people", "gone=left")
    assert screen == as_csv == as_xlsx
    assert as_csv[1] == ["Amara Okafor", "", "Adult Assessments", str(today(-3))]


def test_the_matrix_is_that_of_the_matrix_s_own_page(team: list[str], ben_client: Client) -> None:
    """The cell that the screen of the matrix shows, and in the same order."""
    on_screen = table(ben_client, "/manage/matrix/?state=overdue")
    exported = lines(ben_client, "/manage/exports/matrix.csv?state=overdue")
    assert len(on_screen) == len(exported) > 5
    for shown, taken in zip(on_screen[1:], plain(unsafe(exported[1:])), strict=True):
        assert shown[0].startswith(taken[0])
    assert [row[1].split()[0] for row in on_screen[1:]] == [row[3].split()[0] for row in exported[1:]]


def test_an_xlsx_has_a_head_that_stays_and_columns_that_fit(team: list[str], ben_client: Client) -> None:
    import io
    import zipfile

    response = ben_client.get("/manage/exports/matrix.xlsx")
    assert response.headers["Content-Disposition"] == f'attachment; filename="matrix-{today()}.xlsx"'
    with zipfile.ZipFile(io.BytesIO(body_of(response))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert sheet.count("<col ") >= 5


def test_what_is_asked_for_and_downloaded_is_in_the_log(team: list[str], ben_client: Client, ben: User) -> None:
    ben_client.head("/manage/exports/people.csv")
    assert not AuditEntry.objects.exists()
    ben_client.get("/manage/exports/people.csv?q=Amara")
    entries = list(AuditEntry.objects.order_by("pk").values_list("action", "what", "by", "data"))
    facts = {"ending": "csv", "people": 1, "on": str(today())}
    assert entries == [
        (Action.EXPORTED, "people", ben.person_id, facts),
        (Action.DOWNLOADED, "people", ben.person_id, facts),
    ]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people are many."""
    monkeypatch.setattr(views, "AT_ONCE", 2)


def test_a_long_list_is_made_as_work_and_downloaded(
    team: list[str], ben_client: Client, ben: User, small: None
) -> None:
    response = ben_client.get("/manage/exports/matrix.csv?state=overdue", follow=True)
    assert response.redirect_chain == [("/manage/exports/matrix/?state=overdue", 302)]
    assert "made for you while you do something else" in response.content.decode()
    for ending, read in (("csv", csv_rows), ("xlsx", xlsx_rows)):
        response = ben_client.post("/manage/exports/matrix/?state=overdue&page=3", {"ending": ending})
        job = Job.objects.latest("pk")
        assert response.headers["Location"] == f"/manage/jobs/{job.public_id}/"
        assert job.params["choice"] == "state=overdue"
        work_on.func(job.pk)
        job.refresh_from_db()
        assert (job.status, job.done, job.said[:21]) == (JobStatus.DONE, job.total, "The file is ready: 14")
        words = said(ben_client, f"/manage/jobs/{job.public_id}/")
        assert f"matrix-{today()}.{ending}" in words
        rows = read(body_of(ben_client.get(f"/manage/jobs/{job.public_id}/file/")))
        screen = table(ben_client, "/manage/exports/matrix/?state=overdue")
        assert plain(unsafe(rows) if ending == "csv" else rows) == screen
    asked = AuditEntry.objects.filter(action=Action.EXPORTED, what="matrix").values_list("key", flat=True)
    assert set(asked) == {str(key) for key in Job.objects.values_list("public_id", flat=True)}
    assert AuditEntry.objects.filter(action=Action.DOWNLOADED, what="export").count() == 2


def test_a_name_that_was_searched_for_is_kept_nowhere(team: list[str], ben_client: Client, small: None) -> None:
    response = ben_client.post("/manage/exports/people/?q=a", {"ending": "csv"}, follow=True)
    assert "Take the name out of the filter" in response.content.decode()
    assert not Job.objects.exists()


def test_a_role_lost_before_it_is_made(team: list[str], ben_client: Client, ben: User, small: None) -> None:
    job = asked_for(ben_client)
    ben.person.memberships.update(ends_on=today(-1))
    work_on.func(job.pk)
    job.refresh_from_db()
    assert (job.status, bool(job.file)) == (JobStatus.FAILED, False)
    assert "no longer see" in job.said


def test_another_team_before_it_is_made_and_the_file_is_of_that_team(
    team: list[str], ben_client: Client, ben: User, reablement: Unit, small: None
) -> None:
    """Hers at that time are the people of the file; the file of a team she no longer sees is not given out."""
    job = asked_for(ben_client)
    ben.person.memberships.update(unit=reablement)
    work_on.func(job.pk)
    job.refresh_from_db()
    assert job.status == JobStatus.DONE
    assert [row[0] for row in csv_rows(job.file.read())[1:]] == ["Chidi Nwosu"]
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 404


def asked_for(client: Client) -> Job:
    client.post("/manage/exports/people/", {"ending": "csv"})
    job = Job.objects.get()
    Job.objects.filter(pk=job.pk).update(status=JobStatus.WAITING, file="", expires_at=None)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("name", ["nothing", "matrix.pdf", "modules/none", "modules/none.csv", "module"])
def test_what_does_not_exist(name: str, ben_client: Client) -> None:
    assert (
        ben_client.get(f"/manage/exports/{name}/" if "." not in name else f"/manage/exports/{name}").status_code == 404
    )


def test_a_private_module_is_in_no_list(team: list[str], ben_client: Client, amara: User, assessments: Unit) -> None:
    private = make_module("Working and caring", private=True)
    require(private, assessments, due=-5)
    completed(amara.person, private)
    for what in ("people", "matrix", "overdue", "requirements"):
        for rows in three(ben_client, what):
            assert "Working and caring" not in str(rows)
    assert ben_client.get("/manage/exports/modules/working-and-caring/").status_code == 404
    assert ben_client.get("/manage/exports/modules/working-and-caring.xlsx").status_code == 404


@pytest.mark.parametrize("what", ["people", "matrix", "overdue", "requirements", "modules/carer-awareness"])
def test_the_budget(
    what: str, team: list[str], ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        assert "Download CSV" in page(ben_client, f"/manage/exports/{what}/")


def test_the_page_of_reports(
    team: list[str], ben_client: Client, ben: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Job.objects.create(
        kind="export", by=ben.person, params={"what": "people", "ending": "csv", "slug": "", "choice": ""}
    )
    with django_assert_max_num_queries(8):
        words = said(ben_client, "/manage/exports/")
    for expected in ("Team matrix", "What is overdue", "Requirements", "People, CSV", "Waiting its turn"):
        assert expected in words
