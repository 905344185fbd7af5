"""The lists as CSV: the same rows as the screen, all pages of them, streamed.

UTF-8 with a byte order mark, because without it Excel shows "Zoë" as "ZoÃ«"; every other reader skips the mark. Dates
are ISO, so that they sort and no country's order is guessed. A cell that a spreadsheet would take for a formula gets an
apostrophe in front: names and job titles are typed by people (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from courses.records.states import Cell, State

from .filters import MatrixFilter, ModuleFilter, PeopleFilter
from .lists import Row, chunks, module_rows
from .words import LOOKS

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
BYTE_ORDER_MARK = "\ufeff"


def safe(value: object) -> str:
    """A value that no spreadsheet will run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def word(cell: Cell) -> str:
    return LOOKS[cell.state].word


def shown(cell: Cell) -> str:
    """The date of the cell as the screen shows it."""
    return cell.shown_on.isoformat() if cell.shown_on and cell.state != State.NOT_REQUIRED else ""


def matrix_lines(found: MatrixFilter) -> Iterator[list[object]]:
    """Two columns a module: the state, and the date until, since or by which."""
    heads = [head for module in found.modules for head in (module.title, f"{module.title}: date")]
    yield ["Name", "Job title", "Unit", *heads]
    for row in _rows(found):
        yield [*_who(row), *[value for cell in row.cells for value in (word(cell), shown(cell))]]


def people_lines(found: PeopleFilter) -> Iterator[list[object]]:
    yield ["Name", "Job title", "Unit", "Held", "Required", "Overdue", "Next date"]
    for row in _rows(found):
        yield [*_who(row), row.held, row.counted, row.overdue, row.next_date]


def module_lines(found: ModuleFilter) -> Iterator[list[object]]:
    yield ["Name", "Job title", "Unit", "State", "Date", "Completed", "Version", "Score"]
    for rows in chunks(found):
        for line in module_rows(found, rows):
            done = line.completion
            yield [
                *_who(line.row),
                word(line.cell),
                shown(line.cell),
                *((timezone.localdate(done.completed_at), done.version.number, done.score) if done else ("", "", "")),
            ]


def csv_response(lines: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """The lines as a download, written as they come."""
    response = StreamingHttpResponse(_encoded(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """What csv.writer writes to: gives the line back instead of keeping it."""

    def write(self, value: str) -> str:
        return value


def _encoded(lines: Iterable[Iterable[object]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for line in lines:
        yield writer.writerow([safe(value) for value in line])


def _rows(found: PeopleFilter) -> Iterator[Row]:
    for rows in chunks(found):
        yield from rows


def _who(row: Row) -> list[object]:
    return [row.person.name, row.job_title, row.unit]
