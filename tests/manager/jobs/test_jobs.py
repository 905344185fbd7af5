"""/manage/jobs/: how far one's own work is, its file, stopping it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people.models import Action, AuditEntry, Job, JobStatus, Unit, User
from tests.hostile.world import body_of
from tests.manager.history import today
from tests.manager.reading import page, said

from .working import asked, done

pytestmark = pytest.mark.django_db
BUDGET = 8


def test_work_is_done_and_its_file_downloaded(ben_client: Client, ben: User) -> None:
    job = done(ben.person)
    words = said(ben_client, f"/manage/jobs/{job.public_id}/")
    assert "Counted." in words
    assert "9 bytes" in words
    assert "Back to reports" in words
    response = ben_client.get(f"/manage/jobs/{job.public_id}/file/")
    assert body_of(response) == b"one,two\r\n"
    assert response.headers["Content-Disposition"] == 'attachment; filename="numbers.csv"'
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response.headers["Cache-Control"]
    entry = AuditEntry.objects.get(action=Action.DOWNLOADED)
    assert (entry.by, entry.what, entry.key, entry.data) == (ben.person, job.kind, str(job.public_id), {"bytes": 9})


def test_a_look_at_the_headers_is_no_download(ben_client: Client, ben: User) -> None:
    job = done(ben.person)
    assert ben_client.head(f"/manage/jobs/{job.public_id}/file/").status_code == 200
    assert not AuditEntry.objects.exists()


def test_while_it_runs_the_page_says_how_far_it_is_and_asks_again(ben_client: Client, ben: User) -> None:
    job = asked(ben.person)
    url = f"/manage/jobs/{job.public_id}/"
    assert "Yours begins by itself" in said(ben_client, url)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING, done=1_300, total=4_000, touched_at=timezone.now())
    html = page(ben_client, url)
    assert "32%</strong>: 1,300 of 4,000 steps" in html
    assert '<meta http-equiv="refresh" content="4">' in html.split("<noscript>")[1].split("</noscript>")[0]
    assert 'hx-trigger="every 2s"' in html
    assert 'role="status">A quarter is done.' in html


def test_polled_it_answers_with_its_part_and_speaks_only_of_news(ben_client: Client, ben: User) -> None:
    job = asked(ben.person)
    Job.objects.filter(pk=job.pk).update(status=JobStatus.RUNNING, done=1, total=4)
    url, polling = f"/manage/jobs/{job.public_id}/", {"HX-Request": "true"}
    html = ben_client.get(f"{url}?heard=It+has+begun.", headers=polling).content.decode()
    assert "<html" not in html
    assert 'hx-swap-oob="innerHTML">A quarter is done.' in html
    assert "oob" not in ben_client.get(f"{url}?heard=A+quarter+is+done.", headers=polling).content.decode()
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DONE, said="Counted.")
    html = ben_client.get(url, headers=polling).content.decode()
    assert "hx-get" not in html
    assert "Done." in html


def test_stopping_it(ben_client: Client, ben: User) -> None:
    job = asked(ben.person)
    url = f"/manage/jobs/{job.public_id}/cancel/"
    assert "You can ask for it again" in said(ben_client, url)
    ben_client.post(url)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELLED
    assert "It was stopped" in said(ben_client, f"/manage/jobs/{job.public_id}/")
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 404
    assert "so there was nothing to stop" in words_after(ben_client, url)


def words_after(client: Client, url: str) -> str:
    return client.post(url, follow=True).content.decode()


def test_a_file_whose_week_is_over_is_gone_before_it_is_taken_away(ben_client: Client, ben: User) -> None:
    job = done(ben.person)
    Job.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    response = ben_client.get(f"/manage/jobs/{job.public_id}/file/")
    assert response.status_code == 410
    assert "has been taken away" in response.content.decode()
    assert not AuditEntry.objects.exists()


def test_a_file_that_the_storage_lost(ben_client: Client, ben: User) -> None:
    job = done(ben.person)
    job.file.storage.delete(job.file.name or "")
    assert ben_client.get(f"/manage/jobs/{job.public_id}/").status_code == 200
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 410


@pytest.mark.parametrize(("who", "status"), [("amara", 403), ("tariq", 403), ("lena", 404), ("olga", 404)])
def test_nobody_else_finds_it(who: str, status: int, ben: User, request: pytest.FixtureRequest) -> None:
    job = done(ben.person)
    client = request.getfixturevalue(f"{who}_client")
    for part in ("", "file/", "cancel/"):
        assert client.get(f"/manage/jobs/{job.public_id}/{part}").status_code == status
    assert client.post(f"/manage/jobs/{job.public_id}/cancel/").status_code == status
    if status == 404:
        assert "Work you asked for" not in said(client, "/manage/jobs/")


def test_who_lost_the_role_after_asking_gets_nothing(ben_client: Client, ben: User) -> None:
    job = done(ben.person)
    ben.person.memberships.update(ends_on=today(-1))
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 403
    assert not AuditEntry.objects.exists()


def test_who_no_longer_sees_that_team_gets_nothing(
    ben_client: Client, ben: User, assessments: Unit, reablement: Unit
) -> None:
    """She moved to another team of the same organisation: still a manager, but of others."""
    job = done(ben.person, units=[assessments.pk])
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 200
    ben.person.memberships.update(unit=reablement)
    assert ben_client.get(f"/manage/jobs/{job.public_id}/file/").status_code == 404
    words = said(ben_client, f"/manage/jobs/{job.public_id}/")
    assert "no longer see all the people" in words
    assert "numbers.csv" not in words


def test_the_list_has_one_s_own_newest_first(
    ben_client: Client, ben: User, lena: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(22):
        asked(ben.person, to=number)
    asked(lena.person)
    with django_assert_max_num_queries(6):
        html = page(ben_client, "/manage/jobs/")
    assert html.count("job-list__line") == 20
    assert page(ben_client, "/manage/jobs/?page=2").count("job-list__line") == 2


def test_the_budget(ben_client: Client, ben: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    job = done(ben.person)
    with django_assert_max_num_queries(BUDGET):
        ben_client.get(f"/manage/jobs/{job.public_id}/")
