"""`/manage/views/`: lists as managers like to see them."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.access import for_managers
from courses.manager.filters import MatrixFilter, PeopleFilter
from courses.manager.models import ViewKind
from courses.manager.saved_views import address, choices_of, save_view, views_seen, views_to_remove
from courses.people.models import User
from courses.records.team import Team

FILTERS: dict[str, type[PeopleFilter]] = {ViewKind.MATRIX: MatrixFilter, ViewKind.PEOPLE: PeopleFilter}


class ViewForm(Form):
    """What a view is called, and who finds it."""

    name = forms.CharField(label="Name", max_length=80, help_text="For example “Overdue in my teams”.")
    shared = forms.BooleanField(
        label="Share it with the other managers of the organisation",
        help_text="It shows each of them her own people, never yours.",
        required=False,
    )


@require_safe
@for_managers
def views(request: HttpRequest, team: Team) -> HttpResponse:
    """Her views and shared ones. At most 4 queries: user, units, the views."""
    me = cast("User", request.user).person
    rows = [
        (view, address(view), view.owner_id == me.pk, view.owner_id == me.pk or view.organisation_id in team.led)
        for view in views_seen(me, team.organisations)
    ]
    return render(request, "manager/views.html", {"team": team, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def view_new(request: HttpRequest, team: Team, kind: str) -> HttpResponse:
    """Keeps the list behind the address's choices. At most 6 queries to look, 10 to keep it."""
    if kind not in FILTERS or not team.tops:
        raise Http404
    found = FILTERS[kind](request.GET, team)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and found.ok and form.is_valid():
        unit = found.chosen_unit or team.tops[0]
        view = save_view(
            owner=cast("User", request.user).person,
            organisation=unit.organisation,
            kind=kind,
            name=form.cleaned_data["name"],
            choices=choices_of(found),
            shared=form.cleaned_data["shared"],
        )
        messages.success(request, f"“{view.name}” is saved.")
        return redirect("manager:views")
    refused = not found.ok or (request.method == "POST" and not form.is_valid())
    context = {"team": team, "found": found, "form": form, "kind": ViewKind(kind)}
    return render(request, "manager/view_new.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def view_remove(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then takes a view away. At most 5 queries to look."""
    me = cast("User", request.user).person
    view = get_object_or_404(views_to_remove(me, list(team.led)), pk=pk)
    if request.method == "POST":
        view.delete()
        messages.success(request, f"“{view.name}” is taken away.")
        return redirect("manager:views")
    return render(request, "manager/view_remove.html", {"team": team, "view": view})
