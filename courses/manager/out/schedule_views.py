"""Reports that come regularly: set up from a list as it is chosen on the screen, ended from the page of reports."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from courses.manager.access import for_managers
from courses.records.team import Team

from . import making, services
from .asking import asker, schedules_of
from .forms import ScheduleForm
from .sheets import WHAT, Refused, sheet_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def schedule_new(request: HttpRequest, team: Team) -> HttpResponse:
    """Sets up a report of the list that the address says. At most 8 queries to look."""
    what, slug = request.GET.get("what", "overdue"), request.GET.get("slug", "")
    choice = choice_of(request)
    try:
        sheet = sheet_of(what, team, QueryDict(choice), slug)
    except Refused:
        sheet = None
    if sheet is None:
        raise Http404
    form = ScheduleForm(request.POST if request.method == "POST" else None, person=asker(request), team=team)
    if request.method == "POST" and form.is_valid():
        made = services.schedule(
            by=asker(request),
            organisation=making.organisation_of(team),
            recipients=[form.people[key] for key in form.cleaned_data["recipients"]],
            what=what,
            slug=slug,
            choice=choice,
            every=form.cleaned_data["every"],
            ending=form.cleaned_data["ending"],
        )
        messages.success(request, f"The report is set up. The first one comes on {made.first_on:%-d %B %Y}.")
        return redirect("manager:exports")
    context = {"team": team, "form": form, "sheet": sheet, "narrowed": bool(choice)}
    return render(request, "manager/out/schedule_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def schedule_end(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends a report: its owner, or the lead of its organisation."""
    found = get_object_or_404(schedules_of(request), pk=pk)
    if request.method == "POST":
        services.end_schedule(schedule=found, by=asker(request))
        messages.success(request, "No more of this report is sent.")
        return redirect("manager:exports")
    context = {"team": team, "schedule": found, "title": WHAT[found.what].title}
    return render(request, "manager/out/schedule_end.html", context)


def choice_of(request: HttpRequest) -> str:
    """The choices of the list; a report that comes regularly is always of its day."""
    kept = QueryDict(making.kept_choice(request.GET), mutable=True)
    for name in ("what", "slug", "as_at"):
        kept.pop(name, None)
    return kept.urlencode()
