"""`/manage/people/` and the page of one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.days import day_of
from courses.manager.filters import PeopleFilter, TeamFilter
from courses.manager.lists import PAGE, PRINTED, Row, is_print, listing
from courses.manager.reasons import why
from courses.manager.tables import people_table
from courses.manager.words import LOOKS, Look, date_line, percentage
from courses.people.models import Action, Membership, Person, User
from courses.people.services.auditing import note
from courses.privacy.services.merging import found_again, successor
from courses.records.models.event import EventKind
from courses.records.one_person import History, exemptions_of, history_of, lasts, lines_of, posts_of
from courses.records.rules_in_force import rules_for
from courses.records.states import Cell, State
from courses.records.team import ModuleRef, Team

AGAIN = 10 * 60
"""Seconds within which the same person seen again is not written into the audit log again."""


@dataclass(frozen=True)
class Standing:
    """One module on a person's page."""

    module: ModuleRef
    cell: Cell
    look: Look
    date: str
    why: list[str]
    history: History


@require_safe
@for_managers
def people(request: HttpRequest, team: Team) -> HttpResponse:
    """Everybody in the team, or who has left it. At most 8 queries: user, units, the count (with the order,
    where it is not by name), people, modules, cells, the units to choose from, and once a minute the job roles."""
    found = PeopleFilter(request.GET, team)
    found.while_waiting()
    printed = is_print(request)
    page = listing(found, request.GET, PRINTED if printed else PAGE)
    context = {
        "team": found.team,
        "found": found,
        "printed": printed,
        "listing": page,
        "table": people_table(page.rows, found),
    }
    return render(request, "manager/people.html", context)


@require_safe
@for_managers
def person(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Where one person stands and why, today or on a day on which she was here. Of modules that a manager may know of,
    and never what she wrote or answered.

    At most 8 queries, whatever she has done: user, units, posts, modules, cells, what she took with completions and
    certificates, the rules behind the reasons, the timeline. Beside these the line of the audit log, when she was not
    looked at within the last minutes; and one each where she is exempt from something, a path asks for something, or a
    lead may take a joining apart.
    """
    then = team.at(day_of(request.GET))
    found = TeamFilter(request.GET, then)
    posts = posts_of(then, public_id)
    if not posts.shown:
        return moved_on(then, public_id)
    who = posts.shown[0].person
    if not found.ok:
        return render(request, "manager/person.html", {"team": then, "found": found, "person": who, "refused": True})
    me = cast("User", request.user).person
    standings = standings_of(who, then, posts.held)
    row = Row(who, "", "", [standing.cell for standing in standings])
    saw(me, who, posts.shown, then)
    lines = lines_of(who, then, me=me, led=list(then.led))
    may_part = then.led and not then.past and any(line.kind == EventKind.MERGED for line in lines)
    return render(
        request,
        "manager/person.html",
        {
            "team": then,
            "found": found,
            "person": who,
            "posts": [post for post in posts.shown if lasts(post, then.on)],
            "earlier": [post for post in posts.shown if not lasts(post, then.on)],
            "row": row,
            "per_cent": percentage(row.held, row.counted),
            "standings": [s for s in standings if s.cell.state != State.NOT_REQUIRED or s.history.completions],
            "unasked": [
                s.module for s in standings if s.cell.state == State.NOT_REQUIRED and not s.history.completions
            ],
            "lines": lines,
            "agreements": agreements(),
            "leads": bool(then.led),
            "joined": list(found_again(who, then.led)) if may_part else [],
        },
    )


def moved_on(team: Team, public_id: UUID) -> HttpResponse:
    """The old address of an entry that became one with another leads to the one that stays, for who may see her; for
    anybody else there is no such person. At most 2 queries more."""
    stays = successor(public_id)
    if stays is None or not posts_of(team, stays.public_id).shown:
        raise Http404
    return redirect("manager:person", stays.public_id)


def standings_of(person: Person, team: Team, held: list[Membership]) -> list[Standing]:
    """The modules of one person, what needs attention first."""
    cells = {cell.module_id: cell for cell in team.states(Person.objects.filter(pk=person.pk), team.modules).cells()}
    history, rules = history_of(person, team), rules_for(person, held, team.on)
    exempt = any(cell.state == State.EXEMPT for cell in cells.values())
    exemptions = exemptions_of(person, team.on) if exempt else {}
    order = list(State)
    standings = [
        Standing(
            module=module,
            cell=(cell := cells[module.id]),
            look=LOOKS[cell.state],
            date=date_line(cell),
            why=why(
                cell,
                rules.get(module.id, []),
                exemptions.get(module.id),
                team,
                history[module.id].anew.get(cell.completion_id or 0),
            ),
            history=history[module.id],
        )
        for module in team.modules
    ]
    return sorted(standings, key=lambda standing: order.index(standing.cell.state))


def saw(me: Person, person: Person, posts: list[Membership], team: Team) -> None:
    """Writes into the audit log that somebody looked at a person's records. One statement; none where she did within
    the last minutes."""
    if cache.add(f"manager-saw:{me.pk}:{person.pk}:{team.on}", 1, AGAIN):
        unit = posts[0].unit
        data: dict[str, Any] = {"as_at": team.on.isoformat()} if team.past else {}
        note(
            action=Action.SAW,
            what="person",
            by=me,
            organisation_id=unit.organisation_id if unit else None,
            key=person.public_id,
            about=person,
            **data,
        )


def agreements() -> str:
    """The part of the page about what was agreed, where there is one."""
    try:
        get_template(AGREEMENTS)
    except TemplateDoesNotExist:
        return ""
    return AGREEMENTS


AGREEMENTS = "manager/rules/_agreements.html"
