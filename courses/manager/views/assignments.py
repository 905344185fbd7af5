"""`/manage/assignments/`: who must hold what by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.manager.access import for_managers
from courses.manager.forms import RequirementForm
from courses.manager.words import day
from courses.people.models import Organisation
from courses.people.permissions import led_organisations
from courses.records.models import Requirement
from courses.records.requirements import end_requirement, require_module
from courses.records.team import Named, Team, requirements_seen

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@dataclass(frozen=True)
class Assignment:
    """A requirement in words."""

    requirement: Requirement
    who: str
    title: str
    slug: str
    due: str
    may_end: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def assignments(request: HttpRequest, team: Team) -> HttpResponse:
    """The requirements that touch the team, and a form for one more. At most 8 queries to look, 13 to set one."""
    leads = led(request)
    form = RequirementForm(request.POST if request.method == "POST" else None, team=team, leads=leads)
    if request.method == "POST" and form.is_valid():
        require_module(**form.facts())
        messages.success(request, "The requirement is set. Everybody it covers sees it in their learning.")
        return redirect("manager:assignments")
    return render(
        request,
        "manager/assignments.html",
        {
            "team": team,
            "form": form,
            "assignments": [in_words(found, team, leads) for found in requirements_seen(team)],
        },
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def end(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends a requirement of one's own; one that is set above the team is the lead's."""
    leads = led(request)
    assignment = in_words(get_object_or_404(requirements_seen(team), pk=pk), team, leads)
    if not assignment.may_end:
        raise PermissionDenied
    if request.method == "POST":
        last = end_requirement(requirement=assignment.requirement)
        said = "It applies until the end of today." if last else "It had not begun, so it applied to nobody."
        messages.success(request, f"The requirement has ended. {said}")
        return redirect("manager:assignments")
    return render(request, "manager/assignment_end.html", {"team": team, "assignment": assignment})


def led(request: HttpRequest) -> dict[int, Organisation]:
    return {organisation.pk: organisation for organisation in led_organisations(request.user)}


def in_words(
    requirement: WithAnnotations[Requirement, Named], team: Team, leads: dict[int, Organisation]
) -> Assignment:
    """The requirement as this manager may be told: a unit above hers is not named."""
    own = requirement.unit_id in {unit.pk for unit in team.units}
    if requirement.unit is None:
        who = f"Everybody in {requirement.organisation.name}"
    elif own:
        who = requirement.unit.name
    else:
        who = f"A wider part of {requirement.organisation.name}, your team included"
    days = requirement.days_after_joining
    due = f"by {day(requirement.due_on)}" if requirement.due_on else f"within {days} days of joining"
    return Assignment(
        requirement=requirement,
        who=who,
        title=requirement.title,
        slug=requirement.slug,
        due=due,
        may_end=own or requirement.organisation_id in leads,
    )
