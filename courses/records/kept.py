"""Who reads what was counted (`records.standing`), and the figures of an overview made from it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from courses.people.models import Unit
from courses.people.permissions import learners_of

from .figures import WINDOWS, Coming, Figures, Part, PartTally
from .standing import Sums, is_large, sums
from .states import HELD, Count, Need, Selection, State, Tally
from .team import ModuleRef, Team

NOT_ONE = 0
"""Units of which no sum is kept, because there are several."""


def _whole(team: Team, unit: Unit | None) -> int | None:
    """The unit whose sums are those of the team or of one of its units; None for the whole organisation."""
    if unit:
        return unit.pk
    if len(team.organisations) != 1:
        return NOT_ONE
    if all(top.parent_id is None for top in team.tops):
        return None
    return team.tops[0].pk if len(team.tops) == 1 else NOT_ONE


def kept_for(team: Team, unit: Unit | None = None, *, alone: bool = False) -> int | None:
    """The organisation whose counted standings are to be read for a team, or one of its units: today, when it is too
    large to be worked out while somebody waits. None: from the records. No query."""
    if team.past or alone or len(team.organisations) != 1:
        return None
    tops = (unit,) if unit else team.tops
    organisation = tops[0].organisation if tops else None
    if organisation is None or organisation.counted_at is None or not is_large(sum(top.learners for top in tops)):
        return None
    return organisation.pk


def kept_count(team: Team, unit: Unit | None, modules: Sequence[ModuleRef], selection: Selection) -> Count | None:
    """How much a selection leaves of a large team, as it was counted. None where the daily figures do not say it: a
    window of dates, or several states of several modules (the same people may have both). One query."""
    found = None if selection.after or selection.before else _top(team, unit)
    if found is None:
        return None
    if not selection:
        return Count(0, found.learners)
    wanted = {module.id for module in modules}
    cells = sum(
        line.cells
        for line in found.tally
        if line.module_id in wanted
        and (not selection.states or line.state in selection.states)
        and (selection.need is None or _needed(line, selection.need))
    )
    if len(wanted) == 1:
        return Count(cells, cells)
    everything = wanted == {module.id for module in team.modules}
    if everything and selection.need is None and list(selection.states) in [[each] for each in found.people]:
        return Count(cells, found.people[next(iter(selection.states))])
    if everything and selection.need is not None and not selection.states:
        return Count(cells, found.needs.get(selection.need, 0))
    return None


def kept_tally(team: Team, unit: Unit | None, modules: Sequence[ModuleRef]) -> list[Tally] | None:
    """The sums of some modules of a large team, as they were counted; None where it was not. One query."""
    found = _top(team, unit)
    wanted = {module.id for module in modules}
    return None if found is None else [line for line in found.tally if line.module_id in wanted]


def _needed(line: Tally, need: Need) -> bool:
    counted = line.required and line.state != State.EXEMPT
    return counted and (need == Need.COUNTED or (line.state in HELD) == (need == Need.HELD))


def _top(team: Team, unit: Unit | None) -> Sums | None:
    """What was counted of a unit, or of the whole team where it is one unit or organisation."""
    whole = _whole(team, unit)
    if whole == NOT_ONE:
        return None
    modules = [module.id for module in team.modules]
    found = sums(team.tops[0].organisation_id, [whole], [team.on], modules).get((whole, team.on))
    return found if found and found.complete else None


def kept_figures(team: Team, unit: Unit | None, parts: Sequence[Part]) -> tuple[Figures, datetime.datetime] | None:
    """The figures of an overview as they were counted, today or on a past day that was, and when. None: they were not,
    or the team is worked out from the records. One query, and one where a unit is asked for alone."""
    whole = _whole(team, unit)
    tops = (unit,) if unit else team.tops
    if whole == NOT_ONE or not is_large(sum(top.learners for top in tops)):
        return None
    modules = [module.id for module in team.modules]
    units = [whole, *(pk for pk, alone in parts if not alone)]
    found = sums(tops[0].organisation_id, units, [team.on], modules)
    top = found.get((whole, team.on))
    if top is None or not top.complete:
        return None
    tallies: list[PartTally] = []
    for place, (pk, alone) in enumerate(parts):
        part = found.get((pk, team.on))
        if alone:
            here = learners_of(Unit.objects.filter(pk=pk), team.on)
            lines = team.states(here, team.modules).tally()
        else:
            lines = part.tally if part else []
        tallies += [PartTally(place, line.state, line.required, line.cells) for line in _by_state(lines)]
    figures = Figures(
        tally=top.tally,
        parts=tallies,
        people=top.people,
        coming=[Coming(days, *top.coming.get(days, (0, 0))) for days in WINDOWS],
        learners=top.learners,
    )
    return figures, top.counted_at


def _by_state(lines: Iterable[Tally]) -> list[Tally]:
    """The lines of a tally without the modules."""
    found: dict[tuple[State, bool], int] = {}
    for line in lines:
        key = line.state, line.required
        found[key] = found.get(key, 0) + line.cells
    return [Tally(0, state, required, cells) for (state, required), cells in found.items()]
