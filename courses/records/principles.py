"""Which of the common core principles people hold valid learning in: those that the version taught which each of them
completed, never what the module teaches today. Training done elsewhere says nothing of principles."""
# ruff: noqa: S608, S611

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from courses.content.models import ModuleVersion
from courses.people.models import Membership

from .figures import HELD_SQL, Part, places
from .states import States

Taught = Mapping[int, frozenset[str]]
"""Codes of principles by version."""


class Covered(NamedTuple):
    """How many people of a part (None: of all) hold valid learning in a principle; `code` None: how many there are."""

    part: int | None
    code: str | None
    people: int


def taught_by_versions(modules: Collection[int]) -> Taught:
    """What every version of these modules taught. One query."""
    found = ModuleVersion.objects.filter(module__in=modules, private=False)
    rows = found.values_list("pk", "outline__principles_taught").order_by("pk")
    return {pk: frozenset(each["code"] for each in taught or ()) for pk, taught in rows}


def coverage(states: States, parts: Sequence[Part], posts: QuerySet[Membership], taught: Taught) -> list[Covered]:
    """People by part and principle, each once. One query."""
    codes = sorted({code for found in taught.values() for code in found})
    pairs = [f"({int(pk)}, {codes.index(code)})" for pk, found in taught.items() for code in sorted(found)]
    holding = (
        "SELECT cells.person_id, taught.code FROM cells "
        "JOIN records_completion c ON c.id = cells.completion_id JOIN taught ON taught.version_id = c.version_id "
        f"WHERE {HELD_SQL}"
    )
    selects = [
        "SELECT -1, code, COUNT(DISTINCT person_id) FROM holding GROUP BY 2",
        "SELECT -1, -1, COUNT(DISTINCT person_id) FROM cells",
    ]
    params: list[object] = []
    if parts:
        inside, of_places = places(parts, posts)
        at = f"JOIN ({inside}) place USING (person_id)"
        selects += [
            f"SELECT place.part, code, COUNT(DISTINCT person_id) FROM holding {at} GROUP BY 1, 2",
            f"SELECT place.part, -1, COUNT(DISTINCT person_id) FROM cells {at} GROUP BY 1",
        ]
        params = [*of_places, *of_places]
    rows = states._run(
        f", taught(version_id, code) AS (VALUES {', '.join(pairs) or '(0, -1)'}), holding AS ({holding}) "
        + " UNION ALL ".join(selects),
        params,
    )
    return [
        Covered(None if part < 0 else part, None if code < 0 else codes[code], people) for part, code, people in rows
    ]


def holders(states: States, versions: Collection[int]) -> RawSQL:
    """People who hold valid learning by one of these versions, as a subquery: `people.filter(pk__in=…)`."""
    head, params = states._head()
    among = ", ".join(str(int(pk)) for pk in versions) or "0"
    return RawSQL(
        f"{head} SELECT cells.person_id FROM cells JOIN records_completion c ON c.id = cells.completion_id "
        f"WHERE {HELD_SQL} AND c.version_id IN ({among})",
        params,
    )
