"""Files of people for tests, put in, checked, written and undone as a lead does it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from courses.people.importing import services
from courses.people.models import Organisation, PeopleImport, Person

HEADINGS = ("Employee number", "First name", "Surname", "E-mail", "Unit", "Job role", "Start date")
ADA = ("E1", "Ada", "Obi", "ada@northfield.example", "Adult Care > Adult Assessments", "Social worker", "01/04/2024")
BEA = ("E2", "Bea", "Novak", "bea@northfield.example", "Adult Care > Reablement", "Support worker", "15/09/2025")

Commits = Callable[..., Any]


def csv_of(*rows: Sequence[str], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8", sign: str = ",") -> bytes:
    return "\r\n".join(sign.join(row) for row in (headings, *rows)).encode(encoding) + (
        "\r\n".encode(encoding).removeprefix("\ufeff".encode(encoding)) if encoding == "utf-8" else b""
    )


def xlsx_of(*rows: Iterable[object], headings: Sequence[str] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(list(row))
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


class Importing:
    """A lead at work: jobs are done as soon as they are asked for."""

    def __init__(self, organisation: Organisation, by: Person, commits: Commits) -> None:
        self.organisation, self.by, self.commits = organisation, by, commits

    def put_in(self, data: bytes, name: str = "people.csv") -> PeopleImport:
        return services.put_in(organisation=self.organisation, by=self.by, file=SimpleUploadedFile(name, data))

    def check(self, data: bytes, name: str = "people.csv", *, whole: bool = False, **mapping: str) -> PeopleImport:
        found = self.put_in(data, name)
        with self.commits(execute=True):
            services.ask_check(found=found, by=self.by, mapping={**found.mapping, **mapping}, whole=whole)
        found.refresh_from_db()
        assert found.status == "checked", found.said
        return found

    def write(
        self, data: bytes, name: str = "people.csv", *, whole: bool = False, invite: bool = False
    ) -> PeopleImport:
        found = self.check(data, name, whole=whole)
        with self.commits(execute=True):
            services.ask_write(found=found, by=self.by, sure=True, invite=invite)
        found.refresh_from_db()
        assert found.status == "done", found.said
        return found

    def undo(self, found: PeopleImport) -> PeopleImport:
        with self.commits(execute=True):
            services.ask_undo(found=found, by=self.by)
        found.refresh_from_db()
        assert found.status == "undone", found.said
        return found


@pytest.fixture(name="importing")
def importing_fixture(
    council: Organisation, lena: Any, adult_care: Any, assessments: Any, reablement: Any,
    django_capture_on_commit_callbacks: Commits,
) -> Importing:  # fmt: skip
    return Importing(council, lena.person, django_capture_on_commit_callbacks)
