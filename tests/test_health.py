"""/health/live and /health/ready: what an operator's tools ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from courses.append_only import install_triggers
from courses.learner.views import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_fresh_answer() -> Iterator[None]:
    health.found.forget()
    yield
    health.found.forget()


def test_ready_when_everything_is_there(client: Client) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "append_only": "ok", "storage": "ok"},
    }
    assert "no-store" in answer["Cache-Control"]


def test_live_asks_nothing_of_the_database(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert answer.json() == {"status": "ok"}


@pytest.fixture
def without_a_trigger() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER records_event_no_delete")
        else:
            cursor.execute("DROP TRIGGER records_event_no_row ON records_event")
    yield
    install_triggers()


def test_not_ready_without_the_triggers_that_protect_records(client: Client, without_a_trigger: None) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["append_only"] == "triggers missing"


def test_not_ready_when_uploads_cannot_be_written(client: Client, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    settings.MEDIA_ROOT = tmp_path / "media"
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["storage"] == "failed"


def test_not_ready_while_a_migration_is_pending(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'credentials'")
    assert client.get("/health/ready").json()["checks"]["migrations"] == "pending"


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_only_reading_is_answered(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


def test_asking_often_does_the_work_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("courses.learner.views.health.time.monotonic", lambda: clock[0])
    first = client.get("/health/ready").json()
    for clock[0] in (1_000.1, 1_004.9):
        with django_assert_num_queries(0):
            assert client.get("/health/ready").json() == first
    clock[0] = 1_005.0
    monkeypatch.setitem(health.CHECKS, "storage", lambda: "failed")
    assert client.get("/health/ready").status_code == 503
    monkeypatch.setitem(health.CHECKS, "storage", lambda: "ok")
    clock[0] = 1_005.9
    assert client.get("/health/ready").status_code == 503
    clock[0] = 1_006.1
    assert client.get("/health/ready").status_code == 200


def test_one_look_holds_up_nobody_else(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1_000.0]
    monkeypatch.setattr("courses.learner.views.health.time.monotonic", lambda: clock[0])
    first = client.get("/health/ready").json()
    clock[0] = 1_010.0
    with health.found.looking:
        assert client.get("/health/ready").json() == first
