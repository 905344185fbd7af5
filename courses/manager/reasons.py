"""Why somebody stands where she stands with a module, in sentences (DESIGN §3: "why is she (not) complete?")."""

from __future__ import annotations

import datetime

from courses.people.models import Membership
from courses.records.models import Exemption, Requirement
from courses.records.rules_in_force import Rule
from courses.records.states import Cell, State
from courses.records.team import Team

from .rules.words import again
from .words import day


def why(
    cell: Cell, rules: list[Rule], exemption: Exemption | None, team: Team, anew: datetime.date | None = None
) -> list[str]:
    """The state, the requirement behind it, and how many more there are. `anew`: by when the trainer wants what she
    holds taken again, because the module was taught anew since."""
    asked = [_asked(rule, cell, team) for rule in rules[:1]]
    anew = anew if anew == cell.valid_until and cell.state != State.EXEMPT else None
    return [*_because(cell, exemption, anew), *_taught_anew(cell, anew), *asked, *_refreshers(rules), *_more(rules)]


def _taught_anew(cell: Cell, anew: datetime.date | None) -> list[str]:
    if anew is None:
        return []
    asks = "asks" if cell.held else "asked"
    return [
        f"The module was taught anew since; the trainer {asks} everybody who held it to take it again by {day(anew)}."
    ]


def _because(cell: Cell, exemption: Exemption | None, anew: datetime.date | None) -> list[str]:
    held_until, due = day(cell.valid_until), day(cell.due_on)
    if cell.state == State.OVERDUE and anew:
        return [f"What they held is of an earlier version and counted until the end of {held_until}. It is required."]
    if cell.state == State.OVERDUE and held_until:
        return [f"What they held expired at the end of {held_until}, and it is still required."]
    if cell.state == State.EXEMPT:
        if exemption is None:
            return ["On leave, so nothing is asked just now."]
        end = f"to {day(exemption.ends_on)}" if exemption.ends_on else "without an end date"
        return [f"{exemption.get_kind_display()}, from {day(exemption.starts_on)} {end}."]
    done = "Completed" if cell.completion_id else "Training done elsewhere is accepted"
    valid = f"{done}, and valid {f'until the end of {held_until}' if held_until else 'without an end date'}."
    return [
        {
            State.VALID: valid,
            State.EXPIRING_SOON: valid,
            State.OVERDUE: f"The due date, {due}, passed without a valid completion.",
            State.FAILED: "Every try is used and the module is not passed. Talk it through with them.",
            State.IN_PROGRESS: "Begun, and not finished yet.",
            State.DUE_SOON: f"Never held, and due within 60 days: by {due}.",
            State.NOT_STARTED: f"Not begun. Due by {due}.",
        }.get(cell.state, "No requirement asks for it.")
    ]


def _asked(rule: Rule, cell: Cell, team: Team) -> str:
    """Who is asked, and by when. Where another date holds for her than the rule's, hers alone is said (with the state):
    that a later one was agreed is nobody else's business."""
    requirement, post = rule.requirement, rule.post
    who = _who(requirement, post, team)
    if rule.due_on != cell.due_on:
        return f"{who}."
    if requirement.due_on == rule.due_on:
        return f"{who}, by {day(rule.due_on)}."
    days = requirement.days_after_joining
    if days is None or requirement.grace_days:
        return f"{who}: by {day(rule.due_on)}, with time to begin."
    return f"{who}, within {days} days of joining: by {day(rule.due_on)}."


def _who(requirement: Requirement, post: Membership, team: Team) -> str:
    if not team.has(post.unit):
        return "Another post of theirs asks for it"
    if requirement.named:
        who = "Required of named people, and they are one of them"
    elif requirement.unit is not None and not team.has(requirement.unit):
        who = "Required of a wider part of the organisation, theirs included"
    else:
        where = requirement.unit.name if requirement.unit else "the organisation"
        who = f"Required of {f'every {requirement.job_role}' if requirement.job_role else 'everybody'} in {where}"
    if requirement.nation:
        who += f" who works in {requirement.get_nation_display()}"
    if requirement.path:
        who += f", as part of \u201c{requirement.path.name}\u201d"
    return who


def _refreshers(rules: list[Rule]) -> list[str]:
    """How often it is asked for again, where a requirement asks for it more often than the certificate."""
    found = dict.fromkeys(said for rule in rules if (said := again(rule.requirement)))
    return [f"It is asked for again {said}." for said in found]


def _more(rules: list[Rule]) -> list[str]:
    others = len(rules) - 1
    if others < 1:
        return []
    asks = "1 other requirement asks" if others == 1 else f"{others} other requirements ask"
    return [f"{asks} for it too; the earliest date counts."]
