"""Rows of the manager's lists, as the screen and the CSV both write them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from courses.people.models import Person
from courses.records.models import Completion
from courses.records.states import Cell, Count, Need, Selection, State
from courses.records.team import completions_of

from .filters import ModuleFilter, PeopleFilter

PAGE = 50


@dataclass(frozen=True)
class Row:
    """A person with her cells, in the order of the columns."""

    person: Person
    job_title: str
    unit: str
    cells: Sequence[Cell]

    @property
    def post(self) -> str:
        """What stands under her name."""
        return self.job_title or self.unit

    @property
    def counted(self) -> int:
        """How many modules she needs, exemptions left out."""
        return sum(1 for cell in self.cells if cell.required and cell.state != State.EXEMPT)

    @property
    def held(self) -> int:
        """How many of these she holds."""
        return sum(1 for cell in self.cells if cell.required and cell.held)

    @property
    def overdue(self) -> int:
        return sum(1 for cell in self.cells if cell.state == State.OVERDUE)

    @property
    def next_date(self) -> datetime.date | None:
        """The next day on which something is due or expires."""
        coming = [
            cell.shown_on
            for cell in self.cells
            if cell.required and cell.shown_on and cell.state not in {State.EXEMPT, State.OVERDUE}
        ]
        return min(coming, default=None)


@dataclass(frozen=True)
class Listing:
    """One page of a list: its rows, and how much there is in all."""

    rows: list[Row]
    page: Page[Person]
    count: Count


def listing(found: PeopleFilter, number: str | None) -> Listing:
    """The page `number` of what the filter found. Three queries: how many, who, and their cells."""
    count = found.count()
    people = found.people
    paginator = Paginator(people, PAGE)
    paginator.count = count.people
    page = paginator.get_page(number)
    first = max(page.start_index() - 1, 0)
    return Listing(rows_of(found, people[first : first + PAGE]), page, count)


def rows_of(found: PeopleFilter, people: QuerySet[Person]) -> list[Row]:
    """The rows of these people. Two queries."""
    with_post = found.team.with_post(people)
    ids = [person.pk for person, _, _ in with_post]
    cells: dict[tuple[int, int], Cell] = {}
    if ids and found.modules:
        states = found.team.states(Person.objects.filter(pk__in=ids), found.modules)
        cells = {(cell.person_id, cell.module_id): cell for cell in states.cells()}
    return [
        Row(person, job_title, unit, [cells[person.pk, module.id] for module in found.modules])
        for person, job_title, unit in with_post
    ]


def chunks(found: PeopleFilter, size: int = 500) -> Iterator[list[Row]]:
    """Every row of every page, in the order of the screen, some at a time. Who is in the list is settled at the
    beginning, so that a change in the meantime moves nobody out of it or into it twice."""
    ids = list(found.people.values_list("pk", flat=True))
    for start in range(0, len(ids), size):
        some = ids[start : start + size]
        rows = {row.person.pk: row for row in rows_of(found, Person.objects.filter(pk__in=some))}
        yield [rows[pk] for pk in some]


def wanted(cell: Cell, selection: Selection) -> bool:
    """Whether the filter asked for this cell: the same choice as `States._where`, for cells already read."""
    if selection.states and cell.state not in selection.states:
        return False
    if selection.need:
        counted = cell.required and cell.state != State.EXEMPT
        if not counted or (selection.need != Need.COUNTED and cell.held != (selection.need == Need.HELD)):
            return False
    if selection.after or selection.before:
        if cell.state in {State.EXEMPT, State.NOT_REQUIRED} or cell.shown_on is None:
            return False
        return (selection.after or cell.shown_on) <= cell.shown_on <= (selection.before or cell.shown_on)
    return True


@dataclass(frozen=True)
class ModuleRow:
    """A person on a module's page: where she stands, and when and how she completed it."""

    row: Row
    cell: Cell
    completion: Completion | None

    @property
    def person(self) -> Person:
        return self.row.person

    @property
    def post(self) -> str:
        return self.row.post


def module_rows(found: ModuleFilter, rows: Sequence[Row]) -> list[ModuleRow]:
    """The rows with the completion that counts for each. One query."""
    ids = [row.cells[0].completion_id for row in rows if row.cells[0].completion_id]
    people = [row.person for row in rows]
    completions = {
        completion.pk: completion
        for completion in (completions_of(people, [found.module]).filter(pk__in=ids) if ids else ())
    }
    return [ModuleRow(row, row.cells[0], completions.get(row.cells[0].completion_id or 0)) for row in rows]
