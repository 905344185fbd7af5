"""A manager allows another try to somebody who has used every one."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.manager.access import for_managers
from courses.people.models import Person, User
from courses.records.services import allow_another_try
from courses.records.team import Team, tries_used_up


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def another_try(request: HttpRequest, team: Team, public_id: UUID, slug: str) -> HttpResponse:
    """Asks, then allows one more try. Found only while every try is used; a repeated click allows no second one.

    At most 8 queries to look, 14 to allow it.
    """
    person: Person = get_object_or_404(team.people, public_id=public_id)
    module = team.module(slug)
    stuck = tries_used_up(person, module) if module else None
    if module is None or stuck is None:
        raise Http404
    if request.method == "POST":
        by = cast("User", request.user).person
        allow_another_try(enrolment=stuck.enrolment, by=by, client_id=f"after:{stuck.tries}")
        messages.success(request, f"{person.name} has one more try. It stands in My learning at once.")
        return redirect("manager:person", public_id)
    context = {"team": team, "person": person, "module": module, "tries": stuck.tries}
    return render(request, "manager/another_try.html", context)
