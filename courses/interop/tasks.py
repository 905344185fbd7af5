"""Packages are looked at and stored in the background: a large one takes longer than anybody waits for a page."""

from __future__ import annotations

from django_tasks import task

from courses.people.models import Person

from .uploads import importing


@task()
def check_upload(upload_id: str) -> None:
    """Reads an uploaded file and writes its report."""
    importing.check(upload_id)


@task()
def store_upload(upload_id: str, by_id: int | None = None, title: str = "") -> None:
    """Keeps an uploaded package. `title` is for a package that is new."""
    importing.store(upload_id, Person.objects.get(pk=by_id) if by_id else None, title=title)
