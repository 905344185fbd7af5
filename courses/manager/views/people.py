"""`/manage/people/` and the page of one person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.filters import PeopleFilter
from courses.manager.lists import Row, listing
from courses.manager.tables import PeopleTable
from courses.manager.words import LOOKS, Look, date_line, percentage, why
from courses.people.models import Person
from courses.records.models import Completion, Enrolment
from courses.records.states import Cell, State
from courses.records.team import ModuleRef, Team, begun_by, completions_of, exemptions_of, rules_for


@dataclass(frozen=True)
class Standing:
    """One module on a person's page."""

    module: ModuleRef
    cell: Cell
    look: Look
    date: str
    why: list[str]
    completions: list[Completion]
    begun: Enrolment | None


@require_safe
@for_managers
def people(request: HttpRequest, team: Team) -> HttpResponse:
    """Everybody in the team. At most 8 queries: session, user, roles, units, the count, people, modules, cells."""
    found = PeopleFilter(request.GET, team)
    page = listing(found, request.GET.get("page"))
    context = {
        "team": team,
        "found": found,
        "listing": page,
        "table": PeopleTable(page.rows, one_unit=len(team.units) == 1),
    }
    return render(request, "manager/people.html", context)


@require_safe
@for_managers
def person(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Where one person stands and why. Of modules that a manager may know of, and never what she wrote or answered.

    At most 14 queries, whatever she has done: session, user, roles, units, person, posts, modules, cells, completions
    with certificates, what is begun, its private attempts, exemptions, posts and rules behind the reasons.
    """
    found = get_object_or_404(team.people, public_id=public_id)
    posts = list(team.posts().filter(person=found).select_related("unit__organisation"))
    standings = standings_of(found, team)
    row = Row(found, "", "", [standing.cell for standing in standings])
    return render(
        request,
        "manager/person.html",
        {
            "team": team,
            "person": found,
            "posts": posts,
            "row": row,
            "per_cent": percentage(row.held, row.counted),
            "standings": [s for s in standings if s.cell.state != State.NOT_REQUIRED or s.completions],
            "unasked": [s.module for s in standings if s.cell.state == State.NOT_REQUIRED and not s.completions],
        },
    )


def standings_of(person: Person, team: Team) -> list[Standing]:
    """The modules of one person, what needs attention first."""
    cells = {cell.module_id: cell for cell in team.states(Person.objects.filter(pk=person.pk), team.modules).cells()}
    done = completions_of([person], team.modules).select_related("version", "certificate__revocation")
    completions: dict[int, list[Completion]] = {}
    for completion in done:
        completions.setdefault(completion.module_id, []).append(completion)
    begun, exemptions, rules = begun_by(person, team.modules), exemptions_of(person, team.on), rules_for(person, team)
    order = list(State)
    standings = [
        Standing(
            module=module,
            cell=(cell := cells[module.id]),
            look=LOOKS[cell.state],
            date=date_line(cell),
            why=why(cell, rules.get(module.id, []), exemptions.get(module.id), team),
            completions=completions.get(module.id, []),
            begun=begun.get(module.id),
        )
        for module in team.modules
    ]
    return sorted(standings, key=lambda standing: order.index(standing.cell.state))
