"""The lists as lines: one queryset, and the screen, the CSV and the XLSX are three renderings of its lines.

A `Sheet` knows its head, who is in it, and gives the lines of some of them at a time, so that a file of a million lines
is written in constant memory, says how far it is, and can be gone on with.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.http import QueryDict
from django.utils import timezone

from courses.manager.filters import MatrixFilter, ModuleFilter, PeopleFilter
from courses.manager.lists import Row, in_their_order, rows_in_order, rows_of, wanted
from courses.manager.words import LOOKS
from courses.people.models import Organisation
from courses.records.models import Requirement
from courses.records.rules_in_force import requirements_seen
from courses.records.states import Cell, State
from courses.records.team import Team
from courses.spreadsheets import Line

F = TypeVar("F", bound=PeopleFilter)
PART = 1000
"""People a step."""


class Refused(Exception):
    """The choice cannot be understood: nothing is exported, rather than more than was asked for."""

    def __init__(self, found: PeopleFilter | None) -> None:
        self.found = found
        super().__init__()


@dataclass(frozen=True)
class Sheet:
    """A list that can be shown and taken away."""

    what: str
    title: str
    stem: str
    """What the file is called, without its ending."""
    head: list[str]
    team: Team
    count: Callable[[], int]
    people: Callable[[], Iterable[int]]
    """Everybody in it, in order, by id; in a list that is not of people, the number of each line."""
    lines_of: Callable[[Sequence[int]], list[Line]]
    """The lines of some of these."""
    first: Callable[[int], list[Line]]
    """The lines of the first so many people, as a page shows them."""
    found: PeopleFilter | None = None

    @cached_property
    def total(self) -> int:
        """People (or lines) behind it."""
        return self.count()

    @property
    def too_many(self) -> bool:
        """Whether even counting it takes longer than somebody can wait: it is a file, and no page."""
        return self.found is not None and self.found.too_many

    def lines(self) -> Iterator[Line]:
        """Head and body. Who is in it is settled at the beginning, so that a change in the meantime moves nobody out
        of it or into it twice."""
        yield self.head
        people = array("q", self.people())
        for start in range(0, len(people), PART):
            yield from self.lines_of(people[start : start + PART])


class What(NamedTuple):
    """A list by its key: what it is called, what it is for, and how it is made."""

    title: str
    about: str
    make: Callable[[Team, QueryDict, str], Sheet]


def sheet_of(what: str, team: Team, data: QueryDict, slug: str = "") -> Sheet | None:
    """The list `what` under the choices of `data`; None for one that does not exist for her. Raises Refused."""
    known = WHAT.get(what)
    if known is None or bool(slug) != (what == "module"):
        return None
    if what == "module" and team.module(slug) is None:
        return None
    return known.make(team, data, slug)


def people_sheet(team: Team, data: QueryDict, slug: str = "") -> Sheet:
    found = checked(PeopleFilter(data, team))
    gone = getattr(found, "of_leavers", False)
    head = ["Name", "Job title", "Unit", *(["Last day"] if gone else ["Held", "Required", "Overdue", "Next date"])]

    def line(row: Row) -> Line:
        if gone:
            return [*who(row), getattr(row.person, "left_on", None)]
        return [*who(row), row.held, row.counted, row.overdue, row.next_date]

    return of_people("people", "Who has left" if gone else "People", head, found, lambda rows: [line(r) for r in rows])


def matrix_sheet(found: MatrixFilter) -> Sheet:
    """Two columns a module: the state, and the date until, since or by which."""
    checked(found)
    heads = [head for module in found.modules for head in (module.title, f"{module.title}: date")]
    head = ["Name", "Job title", "Unit", *heads]
    return of_people("matrix", "Team matrix", head, found, lambda rows: [*map(matrix_line, rows)])


def matrix_line(row: Row) -> Line:
    """A person's line of the matrix, here and in an evidence pack."""
    return [*who(row), *[value for cell in row.cells for value in (word(cell), shown(cell))]]


def chosen_matrix(team: Team, data: QueryDict, slug: str = "") -> Sheet:
    return matrix_sheet(MatrixFilter(data, team))


def module_sheet(team: Team, data: QueryDict, slug: str) -> Sheet:
    module = team.module(slug)
    if module is None:
        raise Refused(None)
    found = checked(ModuleFilter(data, team, module))
    head = ["Name", "Job title", "Unit", "State", "Date", "Completed", "Version", "Score"]

    def lines(rows: list[Row]) -> list[Line]:
        made: list[Line] = []
        for row in rows:
            done = row.cell.done
            facts: Line = (timezone.localdate(done.completed_at), done.version, done.score) if done else ("", "", "")
            made.append([*who(row), word(row.cell), shown(row.cell), *facts])
        return made

    return of_people("module", module.title, head, found, lines, stem=module.slug)


def overdue_sheet(team: Team, data: QueryDict, slug: str = "") -> Sheet:
    """A line for everything that is overdue: whom to talk to about what, and since when."""
    only = data.copy()
    only["state"] = State.OVERDUE.value
    found = checked(MatrixFilter(only, team))
    titles = [module.title for module in found.modules]

    def lines(rows: list[Row]) -> list[Line]:
        return [
            [*who(row), title, shown(cell), (found.team.on - cell.shown_on).days if cell.shown_on else None]
            for row in rows
            for title, cell in zip(titles, row.cells, strict=True)
            if wanted(cell, found.selection)
        ]

    return of_people(
        "overdue", "What is overdue", ["Name", "Job title", "Unit", "Module", "Since", "Days"], found, lines
    )


def requirements_sheet(team: Team, data: QueryDict, slug: str = "") -> Sheet:
    """The requirements that touch her team, as far as she may know of them."""
    found = [requirement_line(requirement, team) for requirement in requirements_seen(team)]
    head = ["Must hold", "Who", "Due", "Days of grace", "Again after", "From", "Until"]
    stem = f"requirements-{team.on.isoformat()}"

    return Sheet(
        what="requirements",
        title="Requirements",
        stem=stem,
        head=head,
        team=team,
        count=lambda: len(found),
        people=lambda: range(len(found)),
        lines_of=lambda some: [found[number] for number in some],
        first=lambda most: found[:most],
    )


def of_people(
    what: str,
    title: str,
    head: list[str],
    found: PeopleFilter,
    lines: Callable[[list[Row]], list[Line]],
    *,
    stem: str = "",
) -> Sheet:
    """A list that goes through people, some at a time."""

    def first(most: int) -> list[Line]:
        if getattr(found, "order", "name") == "name":
            return lines(rows_of(found, found.people[:most]))
        return lines(rows_in_order(found, in_their_order(found)[:most]))

    return Sheet(
        what=what,
        title=title,
        stem=f"{stem or what}-{found.team.on.isoformat()}",
        head=head,
        team=found.team,
        count=lambda: found.count().people,
        people=lambda: in_their_order(found),
        lines_of=lambda some: lines(rows_in_order(found, some)),
        first=first,
        found=found,
    )


def checked(found: F) -> F:
    if not found.ok:
        raise Refused(found)
    return found


def who(row: Row) -> Line:
    return [row.person.name, row.job_title, row.unit]


def word(cell: Cell) -> str:
    return LOOKS[cell.state].word


def shown(cell: Cell) -> Any:
    """The date of the cell as the screen shows it."""
    return cell.shown_on if cell.shown_on and cell.state != State.NOT_REQUIRED else None


def requirement_line(requirement: Any, team: Team) -> Line:
    """A requirement as this manager may be told: a unit above hers is not named."""
    asked: Requirement = requirement
    organisation: Organisation = asked.organisation
    if asked.unit is None:
        whom = f"Everybody in {organisation.name}"
    elif team.has(asked.unit):
        whom = asked.unit.name
    else:
        whom = f"A wider part of {organisation.name}"
    narrowed = [asked.job_role.name if asked.job_role else "", asked.get_nation_display() if asked.nation else ""]
    narrowed.append("a named list" if asked.named else "")
    due = asked.due_on.isoformat() if asked.due_on else f"{asked.days_after_joining} days after joining"
    again = f"{asked.refresh_months} months" if asked.refresh_months else ""
    if asked.window_from:
        again = f"each year, {_day_of_year(asked.window_from)} to {_day_of_year(asked.window_to)}"
    whom = ", ".join([whom, *filter(None, narrowed)])
    return [requirement.title, whom, due, asked.grace_days, again, asked.starts_on, asked.ends_on]


def _day_of_year(text: str) -> str:
    """MMDD as month and day, in the order of ISO dates."""
    return f"{text[:2]}-{text[2:]}"


WHAT = {
    "matrix": What("Team matrix", "One row a person; for each module the state, and the date.", chosen_matrix),
    "people": What("People", "One row a person: what they hold, what is overdue, the next date.", people_sheet),
    "overdue": What("What is overdue", "One row for each module that somebody is overdue with.", overdue_sheet),
    "requirements": What("Requirements", "Who must hold what, and by when.", requirements_sheet),
    "module": What("One module", "One row a person: state, when completed, which version, score.", module_sheet),
}
