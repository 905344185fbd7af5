"""manage.py setup_workflow: the tasks that a module passes before it is published."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courses.content.workflow import setup_workflow


class Command(BaseCommand):
    help = "Makes the workflow “Module review”: quality check, subject lead, carers' panel. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Made the workflow." if setup_workflow() else "The workflow is there already.")
