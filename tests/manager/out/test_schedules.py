"""Reports that come regularly: set up, mailed as a link, of what each may see, once a period, ending with the role."""

from __future__ import annotations

import datetime
import re
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from courses.manager.models import ReportSending, ScheduledReport
from courses.manager.out.sending import send_due
from courses.people import jobs
from courses.people.models import Action, AuditEntry, Job, User
from tests.hostile.world import body_of
from tests.manager.history import make_module, require, today
from tests.manager.reading import page, said

from .reading import csv_rows

pytestmark = pytest.mark.django_db
NEW = "/manage/schedules/new/?what=people"


@pytest.fixture
def weekly(lena_client: Client, lena: User, ben: User, amara: User, chidi: User) -> ScheduledReport:
    """Lena has the list of people sent to herself and to Ben."""
    fields = {
        "every": "weekly",
        "ending": "csv",
        "recipients": [str(lena.person.public_id), str(ben.person.public_id)],
    }
    response = lena_client.post(NEW, fields, follow=True)
    assert "The report is set up. The first one comes on" in response.content.decode()
    return ScheduledReport.objects.get()


def run(capture: DjangoCaptureOnCommitCallbacks, on: datetime.date) -> int:
    with capture(execute=True):
        return send_due(on).asked


def test_each_is_mailed_a_link_to_what_she_may_see(
    weekly: ScheduledReport,
    lena_client: Client,
    ben_client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert run(django_capture_on_commit_callbacks, today()) == 0
    monday = weekly.first_on
    assert monday.weekday() == 0
    assert run(django_capture_on_commit_callbacks, monday) == 2
    assert [letter.to for letter in mail.outbox] == [["lena@example.org"], ["ben@example.org"]]
    for letter, client, names in zip(
        mail.outbox,
        (lena_client, ben_client),
        (["Chidi Nwosu", "Amara Okafor"], ["Amara Okafor"]),
        strict=True,
    ):
        assert not letter.attachments
        text = letter.message().as_string()
        assert "Amara" not in text
        assert "Chidi" not in text
        found = re.search(r"/manage/jobs/[0-9a-f-]+/", str(letter.body))
        assert found
        assert "The file is ready" in said(client, found[0])
        assert Client().get(f"{found[0]}file/").status_code == 302
        rows = csv_rows(body_of(client.get(f"{found[0]}file/")))
        assert [row[0] for row in rows[1:]] == names
    assert AuditEntry.objects.filter(action=Action.EXPORTED, what="people").count() == 2


def test_a_period_is_sent_once(
    weekly: ScheduledReport, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = weekly.first_on
    for day in (first, first, first + datetime.timedelta(days=6)):
        run(django_capture_on_commit_callbacks, day)
    assert len(mail.outbox) == 2
    run(django_capture_on_commit_callbacks, first + datetime.timedelta(days=7))
    assert len(mail.outbox) == 4
    assert ReportSending.objects.count() == 4


def test_what_failed_is_asked_for_again(
    weekly: ScheduledReport,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """A mail server that is away: no mark is left, and the next run sends it."""

    def away(work: jobs.Work) -> str:
        raise OSError

    real = jobs.KINDS["scheduled-report"]
    monkeypatch.setitem(jobs.KINDS, "scheduled-report", away)
    assert run(django_capture_on_commit_callbacks, weekly.first_on) == 2
    monkeypatch.setitem(jobs.KINDS, "scheduled-report", real)
    assert run(django_capture_on_commit_callbacks, weekly.first_on) == 2
    assert len(mail.outbox) == 2


def test_a_recipient_whose_role_ended_gets_nothing_and_its_owner_s_end_ends_it(
    weekly: ScheduledReport,
    ben: User,
    lena: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    ben.person.memberships.update(ends_on=today(-1))
    assert run(django_capture_on_commit_callbacks, weekly.first_on) == 1
    assert [letter.to for letter in mail.outbox] == [["lena@example.org"]]
    lena.person.memberships.update(ends_on=today(-1))
    call_command("send_scheduled_reports", stdout=(out := StringIO()))
    assert "1 schedules ended" in out.getvalue()
    weekly.refresh_from_db()
    assert weekly.ended_on == today()


def test_who_can_be_chosen(ben_client: Client, lena: User, olga: User, amara: User, ben: User) -> None:
    """Who may see these people herself: the lead and managers of these units; nobody of another organisation."""
    html = page(ben_client, NEW)
    assert str(lena.person.public_id) in html
    for other in (olga, amara):
        assert str(other.person.public_id) not in html
        fields = {"every": "weekly", "ending": "csv", "recipients": [str(other.person.public_id)]}
        assert ben_client.post(NEW, fields).status_code == 422
    assert not ScheduledReport.objects.exists()


def test_the_choice_is_kept_without_a_name_or_a_day(ben_client: Client, ben: User) -> None:
    make_module("Carer awareness")
    url = "/manage/schedules/new/?what=matrix&state=overdue&q=Amara&as_at=2025-01-01"
    ben_client.post(url, {"every": "monthly", "ending": "xlsx", "recipients": [str(ben.person.public_id)]})
    found = ScheduledReport.objects.get()
    assert (found.choice, found.every, found.first_on.day) == ("state=overdue", "monthly", 1)
    assert "Team matrix" in said(ben_client, "/manage/exports/")


def test_ending_it(weekly: ScheduledReport, lena_client: Client, ben_client: Client, olga_client: Client) -> None:
    url = f"/manage/schedules/{weekly.pk}/end/"
    for client in (ben_client, olga_client):
        assert client.get(url).status_code == client.post(url).status_code == 404
    assert "Nobody gets it any more" in said(lena_client, url)
    lena_client.post(url)
    weekly.refresh_from_db()
    assert weekly.ended_on == today()
    assert lena_client.get(url).status_code == 404


def test_what_cannot_be_scheduled(ben_client: Client) -> None:
    for query in ("what=nothing", "what=module", "what=module&slug=none", "what=matrix&state=nonsense"):
        assert ben_client.get(f"/manage/schedules/new/?{query}").status_code == 404


def test_the_budget(
    weekly: ScheduledReport, lena_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    require(make_module("Carer awareness"), weekly.by.memberships.get().organisation, due=5)  # type: ignore[arg-type]
    for url in (NEW, f"/manage/schedules/{weekly.pk}/end/", "/manage/exports/"):
        with django_assert_max_num_queries(8):
            page(lena_client, url)
    assert not Job.objects.exists()
