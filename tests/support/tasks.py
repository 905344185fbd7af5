"""Tasks run at once in tests, but for Wagtail's two indexes: keeping them took a quarter of the time of all tests."""

from __future__ import annotations

from typing import Any

from django_tasks.backends.immediate import ImmediateBackend

INDEXES = {"update_reference_index_task", "insert_or_update_object_task"}


class AtOnce(ImmediateBackend):
    """`index = True` in a test that asks what is used where, or searches in the CMS."""

    index = False

    def _execute_task(self, task_result: Any) -> None:
        if self.index or task_result.task.name not in INDEXES:
            super()._execute_task(task_result)
