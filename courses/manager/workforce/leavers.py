"""`/manage/leavers/`: who left the units of a team, and when. Their records stay; the page of each is that of the last
day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.manager.access import for_managers
from courses.manager.sought import sought
from courses.records.keyset import Cut
from courses.records.team import Team


@require_safe
@for_managers
def leavers(request: HttpRequest, team: Team) -> HttpResponse:
    """At most 5 queries: session, user, roles, units, people."""
    name = sought(request)
    people = team.gone_from(None)
    if name:
        people = people.filter(name__icontains=name)
    cut = Cut.read(request.GET)
    page = cut.page(team.with_last_post(cut.of(people)), lambda row: row[0].pk)
    context = {"team": team, "page": page, "q": name}
    return render(request, "manager/workforce/leavers.html", context)
