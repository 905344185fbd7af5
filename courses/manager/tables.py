"""The manager's tables. Rows come ready from `lists`; here it is said which columns there are and how a value is shown.

A page of the matrix has hundreds of cells: what stands around each is put together once a column, not once a cell.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from courses.content.typography import curly

from .filters import MatrixFilter, ModuleFilter, PeopleFilter
from .lists import Row, wanted
from .words import cell_html, day


class Column(NamedTuple):
    """What stands above the values, and a value."""

    title: str
    value: Callable[[Row], str]


class Line(NamedTuple):
    """A person: the head of the row, and its cells."""

    head: SafeString
    cells: SafeString


@dataclass(frozen=True)
class Table:
    """What `manager/_table.html` shows: the person first."""

    caption: str
    titles: list[str]
    rows: list[Line]


def _table(caption: str, columns: Sequence[Column], rows: Iterable[Row], kept: str) -> Table:
    # On a phone each cell says what it is about; roles are said again because CSS lays each row out as a card there.
    said = '<td role="cell"><span class="matrix__label" aria-hidden="true">{}</span><span>'
    titles = [curly(column.title) for column in columns]
    filled = [(format_html(said, title), column.value) for title, column in zip(titles, columns, strict=True)]
    lines = [
        Line(
            _person(row, kept),
            SafeString("".join(f"{before}{conditional_escape(value(row))}</span></td>" for before, value in filled)),
        )
        for row in rows
    ]
    return Table(caption, ["Person", *titles], lines)


def _person(row: Row, kept: str) -> SafeString:
    """The name, which leads to the person's page on the day that is looked at (of a leaver: the last one), and the
    job title below it."""
    left_on: datetime.date | None = getattr(row.person, "left_on", None)
    return format_html(
        '<a class="govuk-link" href="{}">{}</a><small>{}</small>',
        reverse("manager:person", args=[row.person.public_id]) + (f"?as_at={left_on.isoformat()}" if left_on else kept),
        row.person.name,
        row.post,
    )


def matrix_table(rows: Sequence[Row], found: MatrixFilter) -> Table:
    """People and modules."""

    def cell(place: int, row: Row) -> SafeString:
        shown = row.cells[place]
        return cell_html(shown, wanted=wanted(shown, found.selection))

    columns = [Column(module.title, partial(cell, place)) for place, module in enumerate(found.modules)]
    return _table("Where each person stands with each module", columns, rows, found.team.kept)


def people_table(rows: Sequence[Row], found: PeopleFilter) -> Table:
    """People, with what they hold in all; of leavers the last day."""
    columns = [Column("Unit", lambda row: row.unit)] if found.team.several else []
    if found.of_leavers:
        columns.append(Column("Last day", lambda row: day(getattr(row.person, "left_on", None))))
    else:
        columns += [
            Column("Holds what is required", _held),
            Column("Overdue", _overdue),
            Column("Next date", lambda row: day(row.next_date) or "None"),
        ]
    return _table("People", columns, rows, found.team.kept)


def _held(row: Row) -> str:
    return f"{row.held} of {row.counted}" if row.counted else "Nothing required"


def _overdue(row: Row) -> str:
    return format_html('<span class="person-overdue">{}</span>', row.overdue) if row.overdue else "0"


def module_table(rows: Sequence[Row], found: ModuleFilter) -> Table:
    """Who has done one module, when and how well."""
    columns: list[Column] = [
        Column("State", lambda row: cell_html(row.cell)),
        Column("Completed", _completed),
        Column("Version", lambda row: str(row.cell.done.version) if row.cell.done else "\u2013"),
        Column("Score", _score),
    ]
    return _table(f"Where each person stands with {found.module.title}", columns, rows, found.team.kept)


def _completed(row: Row) -> str:
    return day(timezone.localdate(row.cell.done.completed_at)) if row.cell.done else "Not yet"


def _score(row: Row) -> str:
    score = row.cell.done.score if row.cell.done else None
    return "\u2013" if score is None else f"{score}%"
