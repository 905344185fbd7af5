"""The first step of a pack: the matrix of the day, its people, and the certificates behind its cells.

Everything is read once, from the rows of the same sheet as the report (`out.sheets`), so that matrix, CSV, worksheet
and the list of certificates cannot disagree. What is to be printed later is settled here: a certificate issued while
the pack is made is not in it.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from courses.content.models import ModuleVersion
from courses.credentials.models import Certificate, Revocation
from courses.manager.filters import MatrixFilter
from courses.manager.lists import Row, rows_in_order
from courses.manager.out.sheets import matrix_line, matrix_sheet
from courses.manager.words import day
from courses.people import jobs
from courses.people.models import Employment, Membership
from courses.records.models import Completion
from courses.records.states import Cell, State
from courses.records.team import completions_of, end_of
from courses.spreadsheets import Line, TooManyRows, write_xlsx

from .listing import Link, List, Text, place_of
from .parts import Part
from .scope import Scope

PART = 250
"""People a step of the reading."""
TOO_MANY = "A worksheet holds 1,048,576 rows, and there are more people than that. Choose one unit."


@dataclass
class Places:
    """Where things stand in the pack. Names of modules and numbers alone: nobody is named by a path."""

    scope: Scope
    slugs: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.slugs = {module.id: slugify(module.slug)[:60] or "module" for module in self.scope.modules}
        seen: set[str] = set()
        for pk, slug in self.slugs.items():
            if slug in seen:
                self.slugs[pk] = f"{slug}-{pk}"
            seen.add(self.slugs[pk])

    def certificate(self, module_id: int, number: str) -> str:
        return f"certificates/{self.slugs[module_id]}/{number}.pdf"

    def version(self, module_id: int, number: int) -> str:
        return f"modules/{self.slugs[module_id]}/version-{number}.html"


@dataclass
class Settled:
    """What the next steps make: certificates to be printed, and versions to be written out."""

    certificates: list[int] = field(default_factory=list)
    versions: set[int] = field(default_factory=set)
    people: int = 0

    def as_data(self) -> dict[str, Any]:
        return {"people": self.people, "certificates": self.certificates, "versions": sorted(self.versions)}


class Lists:
    """Writes matrix, people and certificates into a part."""

    def __init__(self, scope: Scope, places: Places, part: Part, work: jobs.Work) -> None:
        self.scope, self.places, self.part, self.work = scope, places, part, work
        self.settled = Settled()
        self.titles = {module.id: module.title for module in scope.modules}
        self.found = MatrixFilter(scope.choice, scope.team)
        self.sheet = matrix_sheet(self.found)
        when = day(scope.on)
        self.matrix = List(part, "matrix", "Training matrix", f"Where everybody stood on {when}.", self.sheet.head)
        self.people = List(
            part, "people", "People and their posts", f"Who learned in these units on {when}, and in which post.",
            ["Row", "Name", "Employer’s reference", "Post", "Job role", "Unit", "In the unit since"],
        )  # fmt: skip
        self.certificates = List(
            part, "certificates", "Certificates", f"What stands behind the cells of the matrix on {when}.",
            ["Row", "Name", "Module", "Completed", "Counts until", "Score", "Certificate", "Version", "On that day"],
        )  # fmt: skip

    def write(self) -> Settled:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
            everybody = array("q", self.sheet.people())
            for start in range(0, len(everybody), PART):
                self._some(rows_in_order(self.found, everybody[start : start + PART]), spool)
                self.work.reached(done=self.matrix.rows, total=self.sheet.total)
            for each in (self.matrix, self.people, self.certificates):
                each.close()
            self._worksheet(spool)
        self.settled.people = self.matrix.rows
        self.settled.versions |= self._current()
        return self.settled

    def _worksheet(self, spool: Any) -> None:
        def lines() -> Iterator[Line]:
            yield self.sheet.head
            spool.seek(0)
            for text in spool:
                yield [datetime.date.fromisoformat(v["day"]) if isinstance(v, dict) else v for v in json.loads(text)]

        with tempfile.TemporaryFile() as file:
            try:
                write_xlsx(file, lines(), self.sheet.title)
            except TooManyRows:
                raise jobs.Fault(TOO_MANY) from None
            self.part.add_file("matrix.xlsx", file)

    def _some(self, rows: list[Row], spool: Any) -> None:
        """A few people: their lines, and what stands behind them. Seven queries."""
        behind = self._behind(rows)
        posts, references = self._posts(rows), self._references(rows)
        revoked = self._revoked(rows)
        for row in rows:
            number = self.matrix.rows + 1
            line = matrix_line(row)
            spool.write(
                json.dumps([{"day": v.isoformat()} if isinstance(v, datetime.date) else v for v in line]) + "\n"
            )
            cells = [Text(value) for value in line]
            for column, cell in enumerate(row.cells):
                cells[3 + 2 * column] = Text(cells[3 + 2 * column].value, self._links(number, row, cell, behind))
            self.matrix.add(cells, line)
            for lost in revoked.get(row.person.pk, []):
                self._certificate(
                    number, row, lost.certificate.completion, None, f"Revoked on {day(_day_of(lost))}; did not count"
                )
            for post in posts.get(row.person.pk, []):
                self._post(number, row, post, references.get(row.person.pk, ""))

    def _links(self, number: int, row: Row, cell: Cell, behind: dict[int, Completion]) -> tuple[Link, ...]:
        """What stands behind a cell: certificate and version; or where it is said what was agreed."""
        completion = behind.get(cell.completion_id or 0)
        if completion is None:
            agreed = cell.state == State.EXEMPT or cell.held
            return (Link("agreed/page-0001.html", "What was agreed"),) if agreed else ()
        stood = cell.valid_until is None or cell.valid_until >= self.scope.on
        version = Link(
            self.places.version(cell.module_id, completion.version.number), f"Version {completion.version.number}"
        )
        self.settled.versions.add(completion.version_id)
        said = "Stood" if stood else f"Had run out on {day(cell.valid_until)}"
        return (*self._certificate(number, row, completion, cell.valid_until, said, printed=stood), version)

    def _certificate(
        self, number: int, row: Row, completion: Completion, until: datetime.date | None, said: str,
        *, printed: bool = False,
    ) -> tuple[Link, ...]:  # fmt: skip
        """A line of the list of certificates; gives the links to it from the matrix."""
        certificate: Certificate | None = getattr(completion, "certificate", None)
        since = getattr(certificate, "revocation", None) if certificate else None
        if since and printed:
            said, printed = f"{said}. Revoked since, on {day(_day_of(since))}, so it is not printed", False
        links: tuple[Link, ...] = ()
        if certificate is None:
            said = f"{said}. No certificate was issued"
        elif printed:
            self.settled.certificates.append(certificate.pk)
            links = (Link(self.places.certificate(completion.module_id, certificate.number), certificate.number),)
        shown = certificate.number if certificate else ""
        version = Link(
            self.places.version(completion.module_id, completion.version.number), f"Version {completion.version.number}"
        )
        self.settled.versions.add(completion.version_id)
        self.certificates.add([
            Text(number, (Link(place_of("matrix", number), f"Row {number} of the matrix"),)),
            Text(row.person.name),
            Text(self.titles[completion.module_id]),
            Text(timezone.localdate(completion.completed_at)),
            Text(until),
            Text(completion.score),
            Text(shown, links),
            Text(completion.version.number, (version,)),
            Text(said),
        ])  # fmt: skip
        return links or (Link(place_of("certificates", self.certificates.rows), shown or "In the list"),)

    def _post(self, number: int, row: Row, post: Membership, reference: str) -> None:
        since = post.joined_on or post.starts_on
        link = Link(place_of("matrix", number), f"Row {number} of the matrix")
        role, unit = post.job_role.name if post.job_role else "", post.unit.name if post.unit else ""
        said = (row.person.name, reference, post.job_title, role, unit, since)
        self.people.add([Text(number, (link,)), *map(Text, said)])

    def _behind(self, rows: list[Row]) -> dict[int, Completion]:
        """The completions behind the cells, never one of a private version."""
        ids = [cell.completion_id for row in rows for cell in row.cells if cell.completion_id]
        people = [row.person for row in rows]
        found = completions_of(people, self.scope.modules, self.scope.on).filter(pk__in=ids)
        return {each.pk: each for each in found.select_related("version", "certificate__revocation")}

    def _revoked(self, rows: list[Row]) -> dict[int, list[Revocation]]:
        """What had been revoked by the end of the day, by person."""
        found: dict[int, list[Revocation]] = {}
        hers = Revocation.objects.filter(
            revoked_at__lt=end_of(self.scope.on),
            certificate__completion__person__in=[row.person.pk for row in rows],
            certificate__completion__module__in=list(self.titles),
            certificate__completion__version__private=False,
        ).select_related("certificate__completion__version")
        for each in hers.order_by("revoked_at", "pk"):
            each.certificate.completion.certificate = each.certificate
            found.setdefault(each.certificate.completion.person_id, []).append(each)
        return found

    def _posts(self, rows: list[Row]) -> dict[int, list[Membership]]:
        found: dict[int, list[Membership]] = {}
        hers = self.scope.team.posts().filter(person__in=[row.person.pk for row in rows])
        for post in hers.select_related("unit", "job_role"):
            found.setdefault(post.person_id, []).append(post)
        return found

    def _references(self, rows: list[Row]) -> dict[int, str]:
        hers = Employment.objects.filter(
            organisation__in=self.scope.team.organisations, person__in=[row.person.pk for row in rows],
            starts_on__lte=self.scope.on,
        )  # fmt: skip
        return dict(hers.order_by("starts_on", "pk").values_list("person_id", "reference"))

    def _current(self) -> set[int]:
        """The versions that were read on the day."""
        then = ModuleVersion.objects.filter(
            module__in=list(self.titles), private=False, published_at__lt=end_of(self.scope.on)
        )
        latest: dict[int, int] = dict(then.order_by("number").values_list("module_id", "pk"))
        return set(latest.values())


def _day_of(revocation: Revocation) -> datetime.date:
    return timezone.localdate(revocation.revoked_at)
