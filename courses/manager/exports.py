"""The lists as CSV: the same rows as the screen, all pages of them. Dates are ISO, so that they sort and no country's
order is guessed. `courses.spreadsheets` writes the file."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from courses.records.states import Cell, State

from .filters import MatrixFilter, ModuleFilter, PeopleFilter
from .lists import Row, chunks, module_rows
from .words import LOOKS


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


def _rows(found: PeopleFilter) -> Iterator[Row]:
    for rows in chunks(found):
        yield from rows


def _who(row: Row) -> list[object]:
    return [row.person.name, row.job_title, row.unit]
