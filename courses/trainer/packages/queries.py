"""Reads for the package screens. Each says how many queries it makes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from courses.content.models import LessonVersion, ModulePage, Package, PackageUpload, PackageVersion
from courses.people.models import Person


@dataclass(frozen=True)
class Place:
    """A published lesson that plays a package: learners who begin now get the version `number` there."""

    page_id: int
    module: str
    lesson: str
    number: int


def uploads_of(person: Person, *, everybody: bool) -> QuerySet[PackageUpload]:
    """The latest uploads: one's own, and for a curator those of all. 1 query when read."""
    found = PackageUpload.objects.select_related("version__package", "package", "uploaded_by")
    return found if everybody else found.filter(uploaded_by=person)


def versions_of(package: Package) -> list[PackageVersion]:
    """Newest first. 1 query."""
    return list(package.versions.select_related("stored_by").order_by("-number"))


def places_of(package: Package) -> list[Place]:
    """Every lesson published now that plays `package`. 1 query: the name of a package stands in the lesson's body and
    in no other's, so the database can look for it as text."""
    now = ModulePage.objects.filter(current_version__isnull=False, live=True).values("current_version")
    lessons = (
        LessonVersion.objects.filter(version__in=now)
        .annotate(text=Cast("body", TextField()))
        .filter(text__contains=package.public_id)
        .select_related("version")
        .order_by("version__title", "position")
    )
    found = []
    for lesson in lessons:
        outline = lesson.version.outline["lessons"][lesson.position - 1]
        found += [
            Place(lesson.version.module_id, lesson.version.title, outline["title"], int(block["version"]))
            for block in lesson.body
            if block["type"] == "activity" and block["package"] == package.public_id
        ]
    return found
