"""Where people stand with modules on a day: the one SQL expression behind every figure, list, filter and export.

Why one: a tile that says 3 must lead to a list of 3. The overview adds up, the matrix shows, the filter chooses and the
CSV writes rows of the same common table expression, so they cannot disagree (DESIGN §3: computed, never stored).

Why written out in SQL: a cell is a pair (person, module) that no table holds, and the sets that decide it (requirements
by unit path, the best completion, the open enrolment, exemptions) are each read once for a whole team. Dialects differ
in one place only, adding days to a date. Text put together here is constants of this file and what Django compiled;
values are parameters.

States and precedence: fact pack §5.7, with "due soon" split in two, because only one of the two is compliant.
"""
# ruff: noqa: S608, S611

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from courses.people.models import Person

from .cells import (
    FOR_EVER,
    HELD,
    KNOWN_CELLS,
    SOON_DAYS,
    Cell,
    Count,
    Done,
    Known,
    Need,
    Outlook,
    Selection,
    State,
    Tally,
)
from .judgement_sql import BEHIND, COLUMNS, DONE, JUDGED, KEPT, KEPT_CELLS, KEPT_SPARSE
from .states_sql import (
    FACTS,
    FAILED_NOW,
    FAILED_THEN,
    NOTHING,
    PUBLIC_ATTEMPTS,
    UNFINISHED_NOW,
    UNFINISHED_THEN,
    Piece,
    dates,
    statement,
)

__all__ = [
    "FOR_EVER",
    "HELD",
    "KNOWN_CELLS",
    "SOON_DAYS",
    "Cell",
    "Count",
    "Done",
    "Known",
    "Need",
    "Outlook",
    "Selection",
    "State",
    "States",
    "Tally",
]


@dataclass(frozen=True, kw_only=True)
class States:
    """The cells of some people and some modules on a day. Every method is one query.

    `organisations` limits whose requirements count: somebody who also works elsewhere is not overdue here for a rule of
    that employer, and its rules are not shown. None means all of them (a learner's own view).
    `private_versions` is True for the learner herself alone: what was taken while a module was private stays hers, even
    if the module is public today.
    `draft` asks for a preview: a rule that is not set counts instead of all that are (`records.drafting.piece`).
    `kept` is the organisation whose counted standings are read instead of the records: the same cells from the same
    judgement, as they were when it was last counted (`records.standing`). Its people, and the day of the count, alone.
    """

    people: QuerySet[Person]
    modules: Collection[int]
    on: datetime.date
    organisations: Collection[int] | None = None
    private_versions: bool = False
    draft: Piece | None = None
    kept: int | None = None

    def cells(self, selection: Selection | None = None, *, done: bool = False) -> list[Cell]:
        """The cells that are wanted; with the completions behind them, where these are asked for too."""
        where, params = self._where(selection)
        wanted = f"SELECT {COLUMNS} FROM cells {where}"
        if done:
            wanted = f"SELECT cell.*, {DONE} FROM ({wanted}) cell {BEHIND}"
        return [
            Cell(
                person_id=row[0],
                module_id=row[1],
                state=State(row[2]),
                required=bool(row[3]),
                due_on=_day(row[4]),
                valid_until=_day(row[5]),
                exempt_until=_day(row[6]),
                shown_on=_day(row[7]),
                completion_id=row[8],
                done=Done(_moment(row[9]), row[10], row[11]) if done and row[9] else None,
            )
            for row in self._run(f"{wanted} ORDER BY 1, 2", params)
        ]

    def tally(self, selection: Selection | None = None) -> list[Tally]:
        """The cells counted by module and state: what tiles and bars add up."""
        where, params = self._where(selection)
        sql = f"SELECT module_id, state, required, COUNT(*) FROM cells {where} GROUP BY 1, 2, 3"
        return [Tally(row[0], State(row[1]), bool(row[2]), row[3]) for row in self._run(sql, params, selection)]

    def count(self, selection: Selection | None = None) -> Count:
        """How many cells are wanted, and of how many people."""
        where, params = self._where(selection)
        sql = f"SELECT COUNT(*), COUNT(DISTINCT person_id) FROM cells {where}"
        return Count(*self._run(sql, params, selection)[0])

    def outlook(self) -> list[Outlook]:
        """What is asked of people, counted by how they stand with all of it together: who holds everything, who is
        exempt from what she does not hold, and the first due dates of the others."""
        held = ", ".join(f"'{state}'" for state in HELD)
        each = f"""SELECT person_id,
            MIN(CASE WHEN state IN ({held}) THEN 1 ELSE 0 END) AS held,
            MIN(CASE WHEN state IN ({held}, 'exempt') THEN 1 ELSE 0 END) AS settled,
            MIN(CASE WHEN state NOT IN ({held}, 'exempt') THEN due_on END) AS first_due
            FROM (SELECT person_id, state, due_on FROM cells WHERE required = 1 LIMIT {ALL}) told GROUP BY person_id"""
        sql = f"SELECT held, settled, first_due, COUNT(*) FROM ({each}) people GROUP BY 1, 2, 3 ORDER BY 3"
        return [Outlook(bool(row[0]), bool(row[1]), _day(row[2]), row[3]) for row in self._run(sql, ())]

    def person_ids(self, selection: Selection) -> RawSQL:
        """People with a wanted cell, as a subquery: `people.filter(pk__in=…)`."""
        where, params = self._where(selection)
        if self.kept is not None and selection.sparse:
            cells, of_cells = statement(KEPT_CELLS, self._values())
            return RawSQL(f"SELECT person_id FROM {cells} {where}", (*of_cells, *params))
        head, head_params = self._head(selection)
        return RawSQL(f"{head} SELECT person_id FROM cells {where}", (*head_params, *params))

    def one_by_one(self, selection: Selection) -> RawSQL:
        """As `person_ids`, of kept standings, to be asked of each person in turn: `people.filter(…)`. OFFSET keeps
        PostgreSQL from finding everybody first, which it thinks are few."""
        where, params = self._where(selection)
        cells, of_cells = statement(KEPT_CELLS, self._values())
        hers = f"{where} {'AND' if where else 'WHERE'} cells.person_id = people_person.id LIMIT 1 OFFSET 0"
        sql = f"EXISTS (SELECT 1 FROM {cells} {hers})"
        return RawSQL(sql, (*of_cells, *params), output_field=BooleanField())

    def known(self) -> list[Known]:
        """Every cell of which something is to be said, for adding up; "not required" is the rest."""
        sql = "SELECT person_id, module_id, state, required, shown_on FROM cells WHERE state <> 'not-required'"
        return [Known(row[0], row[1], row[2], row[3], _day(row[4])) for row in self._run(sql, (), KNOWN_CELLS)]

    def write_facts(self, insert: str, end: str) -> None:
        """Sets the known facts into a statement: `insert`, the facts, `end`. For `records.counting` alone."""
        facts, params = statement(f"WITH {self._facts()}", self._values())
        with connection.cursor() as cursor:
            cursor.execute(f"{insert} {facts} {end}", params)

    def _run(self, select: str, params: Sequence[Any], selection: Selection | None = None) -> list[tuple[Any, ...]]:
        head, head_params = self._head(selection)
        with connection.cursor() as cursor:
            cursor.execute(f"{head} {select}", (*head_params, *params))
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def _head(self, selection: Selection | None = None) -> tuple[str, tuple[Any, ...]]:
        """The WITH clause that ends in `cells`, and its parameters. Of kept standings, only the cells that a selection
        can want are read."""
        kept = KEPT_SPARSE if selection and selection.sparse else KEPT
        facts = self._facts() if self.kept is None else kept
        return statement(f"WITH {facts}, {JUDGED}", self._values())

    def _facts(self) -> str:
        """What the records say of each cell."""
        now = self.on >= timezone.localdate()
        return FACTS.format(
            **dates(connection.vendor),
            public="" if self.private_versions else "AND NOT v.private",
            public_attempts="" if self.private_versions else PUBLIC_ATTEMPTS,
            failed=FAILED_NOW if now else FAILED_THEN,
            unfinished=UNFINISHED_NOW if now else UNFINISHED_THEN,
        )

    def _values(self) -> dict[str, Any]:
        return {
            "team": _ids(self.people),
            "subjects": _members("page_ptr_id", self.modules),
            "completed": _members("c.module_id", self.modules),
            "accepted": _members("t.module_id", self.modules),
            "begun": _members("e.module_id", self.modules),
            "exempt": _members("x.module_id", self.modules),
            "adjusted": _members("d.module_id", self.modules),
            "organisations": Piece("1 = 0") if self.draft else _members("r.organisation_id", self.organisations),
            "draft": self.draft or NOTHING,
            "accepting": _members("t.organisation_id", self.organisations),
            "absent_from": _members("w.organisation_id", self.organisations),
            "agreed_with": _members("d.organisation_id", self.organisations),
            "kept": self.kept,
            "kept_modules": _members("s.module_id", self.modules),
            "day": _sql_day(self.on),
            "soon": _sql_day(self.on + datetime.timedelta(days=SOON_DAYS)),
            "ever": _sql_day(FOR_EVER),
            "tomorrow": _sql_moment(self.on + datetime.timedelta(days=1)),
        }

    def _where(self, selection: Selection | None) -> tuple[str, tuple[Any, ...]]:
        wanted = selection or Selection()
        parts: list[str] = []
        params: list[Any] = []
        if wanted.states:
            among = _members("state", [state.value for state in wanted.states])
            parts.append(among.sql)
            params.extend(among.params)
        if set(wanted.states) == {State.FAILED}:
            parts.append("failed = 1")  # what the state rests on: an index of kept standings has just these
        if wanted.need:
            parts.append(_NEED[wanted.need])
        if wanted.after or wanted.before:
            parts.append("state NOT IN ('exempt', 'not-required')")
        if wanted.after:
            parts.append("shown_on >= %s")
            params.append(_sql_day(wanted.after))
        if wanted.before:
            parts.append("shown_on <= %s")
            params.append(_sql_day(wanted.before))
        return ("WHERE " + " AND ".join(parts) if parts else ""), tuple(params)


ALL = 2**62
"""A LIMIT that leaves nothing out: below it PostgreSQL works a state out once, and not for each mention of it."""

_NEED = {
    Need.COUNTED: "required = 1 AND state <> 'exempt'",
    Need.HELD: "required = 1 AND state IN ('valid', 'expiring-soon')",
    Need.MISSING: "required = 1 AND state NOT IN ('exempt', 'valid', 'expiring-soon')",
}


def _ids(people: QuerySet[Person]) -> Piece:
    """The people as a subquery of ids named `id`."""
    try:
        sql, params = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return Piece("SELECT id FROM people_person WHERE 1 = 0")
    return Piece(f"SELECT p.id FROM people_person p WHERE p.id IN ({sql})", tuple(params))


def _members(column: str, values: Collection[Any] | None) -> Piece:
    if values is None:
        return Piece("1 = 1")
    if not values:
        return Piece("1 = 0")
    return Piece(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _sql_day(day: datetime.date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _sql_moment(day: datetime.date) -> Any:
    """The midnight (in our time zone) at which `day` begins."""
    return connection.ops.adapt_datetimefield_value(
        timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
    )


def _moment(value: Any) -> datetime.datetime:
    """A moment as the engine gives it: SQLite without its zone, which is UTC."""
    moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _day(value: Any) -> datetime.date | None:
    """A date as the engine gives it: SQLite text, PostgreSQL a date. The far end stands for "for ever"."""
    day = datetime.date.fromisoformat(value) if isinstance(value, str) else value
    return None if day == FOR_EVER else day
