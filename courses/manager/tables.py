"""The manager's tables. Rows come ready from `lists`; a table says which columns there are and how a value is shown."""

from __future__ import annotations

import datetime
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses.records.states import Selection

from .filters import MatrixFilter, ModuleFilter, PeopleFilter
from .lists import ModuleRow, Row, wanted
from .words import cell_html, day


class PersonColumn(tables.Column):
    """The name, which leads to the person's page on the day that is looked at (of a leaver: the last one), and the
    job title below it. The head of the row."""

    def __init__(self) -> None:
        super().__init__(empty_values=(), verbose_name="Person")

    def render(self, record: Row | ModuleRow, table: ListTable) -> SafeString:
        left_on: datetime.date | None = getattr(record.person, "left_on", None)
        kept = f"?as_at={left_on.isoformat()}" if left_on else table.kept
        return format_html(
            '<a class="govuk-link" href="{}">{}</a><small>{}</small>',
            reverse("manager:person", args=[record.person.public_id]) + kept,
            record.person.name,
            record.post,
        )


class ListTable(tables.Table):
    """What every table here has: the person first, no sorting by column, our own markup."""

    person = PersonColumn()

    class Meta:
        template_name = "manager/_table.html"
        orderable = False
        attrs = {"class": "matrix"}
        empty_text = ""

    def __init__(self, data: Any, caption: str, *, kept: str = "", **kwargs: Any) -> None:
        self.caption = caption
        self.kept = kept
        super().__init__(data, **kwargs)


class CellColumn(tables.Column):
    """A module of the matrix."""

    def __init__(self, place: int, title: str, selection: Selection) -> None:
        self.place = place
        self.selection = selection
        super().__init__(accessor="cells", empty_values=(), verbose_name=title)

    def render(self, record: Row) -> SafeString:
        cell = record.cells[self.place]
        return cell_html(cell, wanted=wanted(cell, self.selection))


class MatrixTable(ListTable):
    """People and modules."""

    def __init__(self, rows: list[Row], found: MatrixFilter) -> None:
        columns = [
            (f"module{module.id}", CellColumn(place, module.title, found.selection))
            for place, module in enumerate(found.modules)
        ]
        said = "Where each person stands with each module"
        super().__init__(rows, said, kept=found.team.kept, extra_columns=columns)


class PeopleTable(ListTable):
    """People, with what they hold in all."""

    unit = tables.Column(verbose_name="Unit")
    held = tables.Column(empty_values=(), verbose_name="Holds what is required")
    overdue = tables.Column(verbose_name="Overdue")
    next_date = tables.Column(empty_values=(), verbose_name="Next date")
    left_on = tables.Column(accessor="person", empty_values=(), verbose_name="Last day")

    def __init__(self, rows: list[Row], found: PeopleFilter) -> None:
        hidden = [*(["unit"] if len(found.team.units) == 1 else [])]
        hidden += ["held", "overdue", "next_date"] if found.of_leavers else ["left_on"]
        super().__init__(rows, "People", kept=found.team.kept, exclude=hidden)

    def render_held(self, record: Row) -> str:
        return f"{record.held} of {record.counted}" if record.counted else "Nothing required"

    def render_overdue(self, record: Row) -> str:
        return format_html('<span class="person-overdue">{}</span>', record.overdue) if record.overdue else "0"

    def render_next_date(self, record: Row) -> str:
        return day(record.next_date) or "None"

    def render_left_on(self, record: Row) -> str:
        return day(getattr(record.person, "left_on", None))


class ModuleTable(ListTable):
    """Who has done one module, when and how well."""

    state = tables.Column(accessor="cell", empty_values=(), verbose_name="State")
    completed = tables.Column(accessor="completion", empty_values=(), verbose_name="Completed")
    version = tables.Column(accessor="completion", empty_values=(), verbose_name="Version")
    score = tables.Column(accessor="completion", empty_values=(), verbose_name="Score")

    def __init__(self, rows: list[ModuleRow], found: ModuleFilter) -> None:
        super().__init__(rows, f"Where each person stands with {found.module.title}", kept=found.team.kept)

    def render_state(self, record: ModuleRow) -> SafeString:
        return cell_html(record.cell)

    def render_completed(self, record: ModuleRow) -> str:
        return day(timezone.localdate(record.completion.completed_at)) if record.completion else "Not yet"

    def render_version(self, record: ModuleRow) -> str:
        return str(record.completion.version.number) if record.completion else "\u2013"

    def render_score(self, record: ModuleRow) -> str:
        score = record.completion.score if record.completion else None
        return "\u2013" if score is None else f"{score}%"
