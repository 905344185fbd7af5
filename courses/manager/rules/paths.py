"""`/manage/paths/`: learning paths of the organisations that a training lead answers for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.access import for_managers
from courses.people.models import Organisation, User
from courses.records.models import LearningPath
from courses.records.rules_in_force import modules_of_paths
from courses.records.services.paths import (
    PathFault,
    Step,
    change_path,
    end_path,
    make_path,
    mark_of_path,
    steps_now,
)
from courses.records.team import ModuleRef, Team

FREE, ORDERED = "free", "ordered"


class PathForm(Form):
    """A path: its name, whether its modules follow one another, and the place of each; an empty place leaves it out."""

    organisation = forms.ChoiceField(label="Organisation")
    name = forms.CharField(label="Name of the path", max_length=200)
    how = forms.ChoiceField(
        label="In which order",
        choices=[
            (FREE, "Free: begin wherever you like"),
            (ORDERED, "One after the other: each waits for the one before"),
        ],
        widget=forms.RadioSelect,
        initial=FREE,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20_000)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        modules: tuple[ModuleRef, ...],
        leads: Mapping[int, Organisation],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.modules = modules
        found = self.fields["organisation"]
        if isinstance(found, forms.ChoiceField):
            found.choices = [(str(pk), one.name) for pk, one in leads.items()]
        if len(leads) == 1:
            found.widget = forms.HiddenInput()
            found.initial = next(iter(leads))
        others = [("", "Nothing"), *((str(module.id), module.title) for module in modules)]
        for module in modules:
            self.fields[f"place-{module.id}"] = forms.IntegerField(
                label=f"Place of {module.title}", required=False, min_value=1, max_value=99
            )
            self.fields[f"needs-{module.id}"] = forms.ChoiceField(
                label=f"To be held before {module.title}",
                required=False,
                choices=[choice for choice in others if choice[0] != str(module.id)],
            )

    def rows(self) -> list[tuple[ModuleRef, forms.BoundField, forms.BoundField]]:
        """The modules with their two fields, those of the path first and in its order."""
        return [(module, self[f"place-{module.id}"], self[f"needs-{module.id}"]) for module in self.modules]

    def steps(self) -> list[Step]:
        """The steps in the order of their places."""
        data = self.cleaned_data
        placed = [(data[f"place-{module.id}"], module) for module in self.modules if data.get(f"place-{module.id}")]
        placed.sort(key=lambda pair: pair[0])
        return [
            Step(module.id, int(data[f"needs-{module.id}"]) if data[f"needs-{module.id}"] else None)
            for _, module in placed
        ]


@require_safe
@for_managers
def paths(request: HttpRequest, team: Team) -> HttpResponse:
    """The paths of her organisations, with their modules in order. At most 8 queries."""
    leads = _leads(team)
    found = list(LearningPath.objects.filter(organisation__in=leads, ended_at=None).select_related("organisation"))
    titles = {module.id: module.title for module in team.modules}
    steps = modules_of_paths([path.pk for path in found], timezone.localdate())
    lines = [(path, [titles[pk] for pk in steps[path.pk] if pk in titles]) for path in found]
    return render(request, "manager/rules/paths.html", {"team": team, "lines": lines, "many": len(leads) > 1})


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest, team: Team) -> HttpResponse:
    """A new path. At most 8 queries to look, 18 to make it."""
    leads = _leads(team)
    form = PathForm(request.POST or None, modules=team.modules, leads=leads)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_path(
                organisation=leads[int(form.cleaned_data["organisation"])],
                name=form.cleaned_data["name"],
                ordered=form.cleaned_data["how"] == ORDERED,
                steps=form.steps(),
                by=cast("User", request.user).person,
            )
        except PathFault as fault:
            form.add_error(None, str(fault))
        else:
            messages.success(request, f"The path “{made.name}” is there. Require it of people, or let them find it.")
            return redirect("manager:paths")
    return _page(request, team, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def change(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """A path as it is, to be changed. What it asked for until yesterday stays as it was."""
    leads = _leads(team)
    path = get_object_or_404(LearningPath, pk=pk, organisation__in=leads, ended_at=None)
    steps = steps_now(path)
    known = {module.id for module in team.modules}
    initial: dict[str, Any] = {
        "organisation": path.organisation_id,
        "name": path.name,
        "how": ORDERED if path.ordered else FREE,
        "seen": mark_of_path(path),
    }
    for place, step in enumerate([step for step in steps if step.module_id in known], 1):
        initial |= {f"place-{step.module_id}": place, f"needs-{step.module_id}": step.needs_id or ""}
    places = {step.module_id: place for place, step in enumerate(steps)}
    modules = tuple(sorted(team.modules, key=lambda module: places.get(module.id, len(places))))
    mine = {path.organisation_id: leads[path.organisation_id]}
    form = PathForm(request.POST or None, modules=modules, leads=mine, initial=initial)
    stale = False
    if request.method == "POST" and form.is_valid():
        try:
            done = change_path(
                path=path,
                name=form.cleaned_data["name"],
                ordered=form.cleaned_data["how"] == ORDERED,
                steps=form.steps(),
                seen=form.cleaned_data["seen"],
                by=cast("User", request.user).person,
            )
        except PathFault as fault:
            form.add_error(None, str(fault))
        else:
            if done:
                messages.success(request, f"The path “{form.cleaned_data['name']}” is changed from today on.")
                return redirect("manager:paths")
            stale = True
            typed = request.POST.copy()
            typed["seen"] = mark_of_path(path)
            form = PathForm(typed, modules=modules, leads=mine)
    return _page(request, team, form, path, stale=stale)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def end(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends a path that no requirement asks for."""
    path = get_object_or_404(LearningPath, pk=pk, organisation__in=_leads(team), ended_at=None)
    fault = ""
    if request.method == "POST":
        try:
            end_path(path=path, by=cast("User", request.user).person)
        except PathFault as refused:
            fault = str(refused)
        else:
            messages.success(request, f"The path “{path.name}” has ended. What people completed stays theirs.")
            return redirect("manager:paths")
    context = {"team": team, "path": path, "fault": fault}
    return render(request, "manager/rules/path_end.html", context, status=409 if fault else 200)


def _page(
    request: HttpRequest, team: Team, form: PathForm, path: LearningPath | None, *, stale: bool = False
) -> HttpResponse:
    status = 409 if stale else 422 if form.errors else 200
    context = {"team": team, "form": form, "path": path, "stale": stale}
    return render(request, "manager/rules/path_form.html", context, status=status)


def _leads(team: Team) -> Mapping[int, Organisation]:
    """Paths are the training lead's."""
    if not team.led:
        raise PermissionDenied
    return team.led
