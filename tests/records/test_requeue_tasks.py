"""manage.py requeue_tasks: a task whose worker died is done after all, and one that kills workers is given up."""

from __future__ import annotations

import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

pytestmark = pytest.mark.django_db


def task(status: str, minutes_ago: int = 0, workers: int = 1) -> Any:
    return DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="wagtail.tasks.delete_file_from_storage_task",
        backend_name="default",
        run_after=get_date_max(),
        started_at=timezone.now() - datetime.timedelta(minutes=minutes_ago),
        worker_ids=[f"worker-{number}" for number in range(workers)],
    )


def requeue(*arguments: str) -> str:
    out = StringIO()
    call_command("requeue_tasks", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_task_whose_lease_is_over_is_ready_again() -> None:
    lost = task("RUNNING", minutes_ago=61)
    assert requeue() == "1 tasks requeued, 0 given up."
    lost.refresh_from_db()
    assert lost.status == "READY"
    assert lost in DBTaskResult.objects.ready()


def test_a_task_that_may_still_be_running_is_left_alone() -> None:
    running = task("RUNNING", minutes_ago=5)
    assert requeue() == "0 tasks requeued, 0 given up."
    running.refresh_from_db()
    assert running.status == "RUNNING"


def test_all_takes_every_running_task() -> None:
    task("RUNNING", minutes_ago=0)
    assert requeue("--all") == "1 tasks requeued, 0 given up."


@pytest.mark.parametrize("status", ["READY", "SUCCESSFUL", "FAILED"])
def test_other_tasks_are_left_alone(status: str) -> None:
    task(status, minutes_ago=600)
    assert requeue("--all") == "0 tasks requeued, 0 given up."


def test_a_task_that_took_three_workers_with_it_is_given_up() -> None:
    deadly = task("RUNNING", minutes_ago=61, workers=3)
    assert requeue() == "0 tasks requeued, 1 given up."
    deadly.refresh_from_db()
    assert deadly.status == "FAILED"
    assert "3 workers died" in deadly.traceback
