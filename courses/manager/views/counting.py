"""`/manage/count-again/`: the figures of a large organisation anew, for who does not want to wait for the night."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from courses.manager.access import for_managers
from courses.people.models import Organisation, User
from courses.records import standing
from courses.records.kept import kept_for
from courses.records.team import Team


@for_managers
@require_POST
def count_again(request: HttpRequest, team: Team) -> HttpResponse:
    """Asks for a count of her organisation; one that waits already will do. Small teams have nothing to count."""
    organisation = kept_for(team)
    if organisation is None:
        messages.info(request, "These figures are worked out whenever you look: there is nothing to count.")
    else:
        standing.ask(Organisation.objects.get(pk=organisation), by=cast("User", request.user).person)
        messages.success(request, "Everybody is being counted again. Look again in a few minutes.")
    return redirect("manager:overview")
