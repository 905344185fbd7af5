"""The order of a list of people by what stands beside their names: the unit, the next date, how much is held.

By name an index sorts (`records.keyset`). No index can hold a place that follows from all of somebody's cells: they are
worked out once, and one statement counts, ranks and cuts the page after the last person of the one before.
"""
# ruff: noqa: S608

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Min, QuerySet
from django.db.models.functions import Lower

from courses.people.models import Membership

from .keyset import Cut
from .states import FOR_EVER, Count, Selection, States


class Order(StrEnum):
    NAME = "name"
    UNIT = "unit"
    NEXT = "next"
    HELD = "held"


KEYS = {
    Order.UNIT: "COALESCE(MIN(place.unit_name), '')",
    Order.NEXT: "COALESCE(MIN(CASE WHEN required = 1 AND state NOT IN ('exempt', 'overdue') THEN shown_on END), %s)",
    Order.HELD: "COALESCE(SUM(CASE WHEN required = 1 AND state IN ('valid', 'expiring-soon') THEN 1000 ELSE 0 END)"
    " / NULLIF(SUM(CASE WHEN required = 1 AND state <> 'exempt' THEN 1 ELSE 0 END), 0), 9999)",
}
"""By what people are ranked; of whom nothing is asked stands last."""
COLUMNS = ("sort_key", "LOWER(COALESCE(NULLIF(p.family_name, ''), p.name))", "LOWER(p.name)", "p.id")


@dataclass(frozen=True)
class Ranked:
    """People in their order, and how much there is in all; not known where nobody is left."""

    people: Sequence[int]
    count: Count | None

    def cut(self, cut: Cut) -> Ranked:
        """The people of a page and one more (going back: in the opposite order), where these are everybody."""
        beside = cut.after if cut.after is not None else cut.before
        place = self.people.index(beside) if beside in self.people else None
        if cut.after is None and place is not None:
            return Ranked(self.people[max(0, place - cut.size - 1) : place][::-1], self.count)
        start = 0 if place is None else place + 1
        return Ranked(self.people[start : start + cut.size + 1], self.count)


def ranked_people(
    states: States, order: Order, selection: Selection, posts: QuerySet[Membership], cut: Cut | None = None
) -> Ranked:
    """The people with a wanted cell, in an order other than by name: those of `cut` and one more (going back: in the
    opposite order), or everybody. `posts` say who is in which unit. One query."""
    where, chosen = states._where(selection)
    wanted = f"CASE WHEN {where.removeprefix('WHERE ')} THEN 1 ELSE 0 END" if where else "1"
    places, of_places = "", ()
    if order == Order.UNIT:
        named = posts.order_by().values("person_id").annotate(unit_name=Min(Lower("unit__name")))
        sql, of_places = named.query.sql_with_params()
        places = f"LEFT JOIN ({sql}) place ON place.person_id = cells.person_id"
    far = [connection.ops.adapt_datefield_value(FOR_EVER)] if order == Order.NEXT else []
    params: list[Any] = [*chosen, *far, *of_places]
    beside = (cut.after or cut.before) if cut else None
    back = cut is not None and cut.after is None and cut.before is not None
    beyond, place = "", ", ".join(COLUMNS)
    if beside is not None:
        beyond = (
            f"WHERE ({place}) {'<' if back else '>'} (SELECT {place} FROM ranked "
            "JOIN people_person p ON p.id = ranked.person_id WHERE p.id = %s)"
        )
        params.append(beside)
    by = ", ".join(f"{column} {'DESC' if back else 'ASC'}" for column in COLUMNS)
    rows = states._run(
        f""", summed AS (
            SELECT cells.person_id, SUM({wanted}) AS wanted, {KEYS[order]} AS sort_key FROM cells {places}
            GROUP BY cells.person_id
        ), ranked AS (
            SELECT person_id, sort_key, SUM(wanted) OVER () AS every_cell, COUNT(*) OVER () AS every_person
            FROM summed WHERE wanted > 0
        )
        SELECT ranked.person_id, every_cell, every_person FROM ranked
        JOIN people_person p ON p.id = ranked.person_id {beyond} ORDER BY {by}
        {f"LIMIT {cut.size + 1}" if cut else ""}""",
        params,
    )
    return Ranked(array("q", (row[0] for row in rows)), Count(int(rows[0][1]), int(rows[0][2])) if rows else None)
