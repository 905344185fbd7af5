"""Rows of the manager's lists, as the screen and the CSV both write them."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpRequest

from courses.people.models import Person
from courses.records.keyset import SIZE, Cut, Page
from courses.records.ranking import Order, Ranked, ranked_people
from courses.records.states import Cell, Count, Need, Selection, State

from .filter_fields import REMEMBERED
from .filters import PeopleFilter

PAGE = SIZE
PRINTED = 1000
"""So many people are printed at once."""


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
    def cell(self) -> Cell:
        """Of a list of one module."""
        return self.cells[0]

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
    """One page of a list: its rows, the places before and after it, and how much there is in all."""

    rows: list[Row]
    page: Page[int]
    count: Count

    @property
    def whole(self) -> bool:
        """Whether everybody is on this page."""
        return len(self.rows) >= self.count.people


def listing(found: PeopleFilter, data: Mapping[str, str], size: int = PAGE, count: Count | None = None) -> Listing:
    """The page of what the filter found that the address asks for. Three queries: how many (where that is not known),
    who, and their cells."""
    cut = Cut.read(data, size)
    if found.order == Order.NAME or not found.modules:
        count = count or found.count()
        some = {row.person.pk: row for row in rows_of(found, cut.of(found.page_of(count)))}
        page = cut.page(list(some), int)
    else:
        ranked = ranked_page(found, cut)
        page = cut.page(ranked.people, int)
        count = ranked.count or count or found.count()
        some = {row.person.pk: row for row in rows_of(found, found.base.filter(pk__in=page.rows))}
    return Listing([some[pk] for pk in page.rows if pk in some], page, count)


def ranked_page(found: PeopleFilter, cut: Cut) -> Ranked:
    """A page in an order other than by name. In a large organisation all cells are gone through for it, so the order of
    everybody is remembered for some minutes; what stands in the rows is of now. At most one query."""

    def ranked(cut: Cut | None) -> Ranked:
        return ranked_people(found.states, found.order, found.selection, found.team.posts(), cut)

    if not found.kept:
        return ranked(cut)
    key = f"manager-order:{found.key}"
    known: Ranked | None = cache.get(key)
    if known is None:
        known = ranked(None)
        cache.set(key, known, REMEMBERED)
    return known.cut(cut)


def is_print(request: HttpRequest) -> bool:
    """Whether the page is asked for on paper: everybody on one page, nothing to press."""
    return request.GET.get("print") == "1"


def in_their_order(found: PeopleFilter) -> Sequence[int]:
    """The ids of everybody whom the filter found, as the screen orders them: of a million, eight bytes each. One
    query."""
    if found.order == Order.NAME or not found.modules:
        return array("q", found.people.values_list("pk", flat=True).iterator(chunk_size=5000))
    return ranked_people(found.states, found.order, found.selection, found.team.posts()).people


def rows_of(found: PeopleFilter, people: QuerySet[Person]) -> list[Row]:
    """The rows of these people. Two queries."""
    with_post = found.team.with_last_post(people) if found.of_leavers else found.team.with_post(people)
    ids = [person.pk for person, _, _ in with_post]
    cells: dict[tuple[int, int], Cell] = {}
    if ids and found.modules:
        states = found.team.states(Person.objects.filter(pk__in=ids), found.modules, found.kept)
        cells = {(cell.person_id, cell.module_id): cell for cell in states.cells(done=found.with_done)}
    return [
        Row(person, job_title, unit, [cells[person.pk, module.id] for module in found.modules])
        for person, job_title, unit in with_post
    ]


def rows_in_order(found: PeopleFilter, ids: Sequence[int]) -> list[Row]:
    """The rows of some people in the order in which they are given. Two queries."""
    rows = {row.person.pk: row for row in rows_of(found, Person.objects.filter(pk__in=ids))}
    return [rows[pk] for pk in ids]


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
