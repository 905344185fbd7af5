"""Adding up cells for units and everything above them: what `UnitDay` keeps.

People are gathered by the units of their posts first (most share theirs with fifty others), and only the sums are
handed up the tree; somebody with two posts counts once in each unit above both.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from courses.people.models import Unit

from .states import HELD, Known, Need, State

WINDOWS = (30, 60, 90)
"""Days ahead of which an overview tells what becomes due and what expires."""

Where = tuple[int, ...]
"""The units of somebody's posts, in order; the ids."""

What = tuple[Any, ...]
"""("learners",), ("cells", module, state, required), ("people", state or need), ("coming", days, held)."""


class Tallies:
    """Sums by the units of posts. One taken from another leaves what changed."""

    def __init__(self) -> None:
        self.sums: Counter[tuple[Where, What]] = Counter()

    def add(self, day: datetime.date, posts: Mapping[int, Where], cells: Iterable[Known]) -> None:
        """The people of `posts` and the cells of which something is known."""
        for where in posts.values():
            self.sums[where, ("learners",)] += 1
        kinds: defaultdict[int, set[str]] = defaultdict(set)
        near = [(days, day + datetime.timedelta(days=days)) for days in WINDOWS]
        for person_id, module_id, state, required, shown_on in cells:
            where = posts[person_id]
            self.sums[where, ("cells", module_id, state, required)] += 1
            kinds[person_id].add(state)
            if required and state != State.EXEMPT:
                kinds[person_id].update((Need.COUNTED, Need.HELD if state in HELD else Need.MISSING))
            if required and state != State.EXEMPT and shown_on and day <= shown_on <= near[-1][1]:
                for days, last in near:
                    if shown_on <= last:
                        self.sums[where, ("coming", days, int(state in HELD))] += 1
        for person_id, found in kinds.items():
            for kind in found:
                self.sums[posts[person_id], ("people", str(kind))] += 1

    def take(self, before: Tallies) -> None:
        """Leaves what was added since `before`."""
        self.sums.subtract(before.sums)

    def by_unit(self, paths: Mapping[int, str]) -> dict[int | None, dict[What, int]]:
        """The sums of every unit with all below it; of None, the whole organisation."""
        total: defaultdict[int | None, dict[What, int]] = defaultdict(dict)
        above: dict[Where, set[int | None]] = {}
        for (where, what), number in self.sums.items():
            if not number:
                continue
            if where not in above:
                above[where] = {None, *(int(part) for unit in where for part in paths[unit].split("/") if part)}
            for unit in above[where]:
                sums = total[unit]
                sums[what] = sums.get(what, 0) + number
        return total


def paths_of(organisation_id: int) -> dict[int, str]:
    """Where each unit stands in the tree."""
    return dict(Unit.objects.filter(organisation=organisation_id).values_list("pk", "path"))


def added(row: dict[str, Any], sums: Mapping[What, int]) -> dict[str, Any]:
    """The JSON of a `UnitDay` (`learners`, `tally`, `people`, `coming`) and some sums; nothing that came to zero."""
    learners: int = row["learners"]
    tally, people, coming = row["tally"], row["people"], row["coming"]
    for (kind, *keys), number in sums.items():
        if kind == "learners":
            learners += number
        elif kind == "cells":
            module, state, required = keys
            _add(tally.setdefault(str(module), {}), state, 0 if required else 1, number)
            if not tally[str(module)]:
                del tally[str(module)]
        elif kind == "people":
            people[keys[0]] = people.get(keys[0], 0) + number
            if not people[keys[0]]:
                del people[keys[0]]
        else:
            _add(coming, str(keys[0]), keys[1], number)
    return {"learners": learners, "tally": tally, "people": people, "coming": coming}


def _add(pairs: dict[str, list[int]], key: str, place: int, number: int) -> None:
    pair = pairs.setdefault(key, [0, 0])
    pair[place] += number
    if not any(pair):
        del pairs[key]
