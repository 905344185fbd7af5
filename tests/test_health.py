"""/health/live and /health/ready: what an operator's tools ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from courses.append_only import install_triggers

pytestmark = pytest.mark.django_db


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
