"""Work that is not done while somebody waits."""

from __future__ import annotations

from django_tasks import task

from courses.content.models import ModuleVersion

from .correcting import correct


@task()
def correct_urgently(version_id: int) -> None:
    """Tells the people whom an urgent correction concerns, and gives passes newly earned."""
    correct(ModuleVersion.objects.get(pk=version_id))
