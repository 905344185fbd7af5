"""`/manage/units/`: the tree of units, and `/manage/job-roles/`. Managers see theirs; the training lead sets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.access import for_managers
from courses.manager.sought import sought
from courses.manager.units import MOST_FOUND, units_named
from courses.people.models import JobRole, Membership, NationOfWork, Organisation, Role, Unit
from courses.people.services.units import UnitError, close_unit, name_job_role, set_up_unit
from courses.records.team import Team

from .import_access import Lead, for_leads
from .post_forms import DayForm, UnitField
from .posts import answer, user_of

FEW = 12
"""So many units are looked through sooner than searched."""


class Branch(NamedTuple):
    """A unit in the tree: how deep it stands, how many have a post in it, whether it is closed; for one that was looked
    for, the units above it."""

    unit: Unit
    depth: int
    posts: int
    closed: bool
    above: str = ""


class UnitForm(Form):
    """A unit: name, place, nation, reference."""

    name = forms.CharField(
        label="Name",
        max_length=200,
        help_text="A new name is used for past days too.",
        error_messages={"required": "Enter a name."},
    )
    parent = UnitField(
        label="Part of",
        required=False,
        help_text="A unit moves only while nobody has ever had a post in it, so that past days stay as they were.",
        error_messages={"invalid_choice": "Choose one of the units."},
    )
    nation = forms.ChoiceField(
        label="Nation",
        required=False,
        choices=[("", "Not said"), *NationOfWork.choices],
        help_text="Where its people work: requirements can go by it. It stays once people have had posts in the unit.",
    )
    reference = forms.CharField(
        label="Workplace reference", required=False, max_length=50, help_text="For the training file of ASC-WDS."
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, lead: Lead, unit: Unit | None = None, parent: Unit | None = None
    ) -> None:
        above = unit.parent_id if unit else (parent and parent.pk)
        nation = unit.nation if unit else (parent.nation if parent else "")
        said = {"name": unit.name, "reference": unit.reference} if unit else {}
        super().__init__(data, initial={**said, "parent": str(above or ""), "nation": nation})
        self.unit = unit
        self._parents.list(
            lead.team,
            around=unit or parent,
            nothing="The organisation itself",
            only=lambda one: one.organisation_id in lead.organisation_ids and _may_hold(one, unit),
        )

    @property
    def _parents(self) -> UnitField:
        field = self.fields["parent"]
        if not isinstance(field, UnitField):
            raise TypeError(field)
        return field

    def filled(self, organisation: Organisation) -> Unit:
        """The unit as the form says it; not saved."""
        said = self.cleaned_data
        above = self._parents.chosen(said["parent"]) if said["parent"] else None
        unit = self.unit or Unit(organisation=above.organisation if above else organisation)
        unit.name, unit.parent = " ".join(said["name"].split()), above
        unit.nation, unit.reference = said["nation"], said["reference"].strip()
        return unit


class JobRoleForm(Form):
    """A job as the organisation names it."""

    name = forms.CharField(label="Name of the job", max_length=200, error_messages={"required": "Enter a name."})


@require_safe
@for_managers
def units(request: HttpRequest, team: Team) -> HttpResponse:
    """At most 6 queries: session, user, her topmost units, those near; with a name those found and those above them;
    posts."""
    name = sought(request)
    found = units_named(team, name) if name else []
    context = {
        "team": team,
        "leads": bool(team.led),
        "searched": bool(name) or not team.near.whole or len(team.near.units) > FEW,
        "name": name,
        "branches": with_way(team, found[:MOST_FOUND]) if name else branches(team, team.near.units),
        "more": len(found) > MOST_FOUND,
    }
    return render(request, "manager/workforce/units.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def unit(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """One unit with those right below it; its lead renames and moves it here. At most 7 queries to look."""
    team = replace(team, beside=str(pk))
    found = team.unit(str(pk))
    if found is None:
        raise Http404
    leads = found.organisation_id in team.led
    if request.method == "POST" and not leads:
        raise PermissionDenied
    parts = tuple(one for one in team.near.units if one.parent_id == found.pk)
    context: dict[str, Any] = {"team": team, "unit": found, "leads": leads, "parts": branches(team, (found, *parts))}
    if not leads:
        return render(request, "manager/workforce/unit.html", context)
    form = UnitForm(
        request.POST if request.method == "POST" else None, lead=Lead(team, list(team.led.values())), unit=found
    )
    if request.method == "POST" and form.is_valid():
        try:
            set_up_unit(unit=form.filled(found.organisation), by=user_of(request))
        except UnitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The unit is saved.")
            return redirect("manager:unit", pk)
    return answer(request, "manager/workforce/unit.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def unit_new(request: HttpRequest, lead: Lead) -> HttpResponse:
    """At most 6 queries to look."""
    parent = lead.team.unit(request.GET.get("parent", ""))
    form = UnitForm(request.POST if request.method == "POST" else None, lead=lead, parent=parent)
    if request.method == "POST" and form.is_valid():
        try:
            made = set_up_unit(unit=form.filled(lead.organisations[0]), by=user_of(request))
        except UnitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{made.name} is added.")
            return redirect("manager:units")
    return answer(request, "manager/workforce/unit_new.html", form, team=lead.team)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def unit_close(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """At most 6 queries to look."""
    found = get_object_or_404(
        Unit.objects.filter(organisation__in=lead.organisation_ids).select_related("organisation"), pk=pk
    )
    form = DayForm(request.POST if request.method == "POST" else None, about="The unit is there until its end.")
    if request.method == "POST" and form.is_valid():
        try:
            close_unit(unit=found, last_day=form.day(), by=user_of(request))
        except UnitError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.name} closes with {form.day():%-d %B %Y}.")
            return redirect("manager:units")
    return answer(request, "manager/workforce/unit_close.html", form, team=lead.team, unit=found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def job_roles(request: HttpRequest, lead: Lead) -> HttpResponse:
    """At most 6 queries to look."""
    form = JobRoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = name_job_role(organisation=lead.organisations[0], name=form.cleaned_data["name"], by=user_of(request))
        messages.success(request, f"{made.name} is in the list.")
        return redirect("manager:job-roles")
    posts = Q(posts__starts_on__lte=lead.team.on) & (Q(posts__ends_on=None) | Q(posts__ends_on__gte=lead.team.on))
    found = JobRole.objects.filter(organisation__in=lead.organisation_ids).select_related("organisation")
    found = found.annotate(held=Count("posts", filter=posts)).order_by("name", "pk")
    return answer(request, "manager/workforce/job_roles.html", form, team=lead.team, job_roles=found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def job_role(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """Another name for a job. At most 6 queries to look."""
    found = get_object_or_404(
        JobRole.objects.filter(organisation__in=lead.organisation_ids).select_related("organisation"), pk=pk
    )
    form = JobRoleForm(request.POST if request.method == "POST" else {"name": found.name})
    if request.method == "POST" and form.is_valid():
        try:
            name_job_role(
                organisation=found.organisation, name=form.cleaned_data["name"], by=user_of(request), job_role=found
            )
        except UnitError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, "The job role is renamed.")
            return redirect("manager:job-roles")
    return answer(request, "manager/workforce/job_role.html", form, team=lead.team, job_role=found)


def _may_hold(above: Unit, unit: Unit | None) -> bool:
    """Whether `unit` may be a part of `above`: one of the same organisation, and none of its own parts."""
    return unit is None or (above.organisation_id == unit.organisation_id and not above.path.startswith(unit.path))


def with_way(team: Team, found: Sequence[Unit]) -> list[Branch]:
    """Units that were looked for, each with what is above it. Two queries."""
    ways = [[int(key) for key in unit.path.strip("/").split("/")[:-1]] for unit in found]
    # A top unit of hers may lie below units that she does not manage: those are not named.
    names = dict(team.visible.filter(pk__in={key for way in ways for key in way}).values_list("pk", "name"))
    return [
        branch._replace(depth=0, above=" › ".join(names[key] for key in way if key in names))
        for branch, way in zip(branches(team, tuple(found)), ways, strict=True)
    ]


def branches(team: Team, shown: tuple[Unit, ...]) -> list[Branch]:
    """The units as a tree, each with the posts right in it today. One query."""
    held = Membership.objects.current(team.on).filter(role=Role.LEARNER, unit__in=[one.pk for one in shown])
    count = dict(held.order_by().values_list("unit").annotate(Count("person", distinct=True)))
    least = min((one.path.count("/") for one in team.tops), default=0)
    today = timezone.localdate()
    return [
        Branch(one, one.path.count("/") - least, count.get(one.pk, 0), bool(one.ends_on and one.ends_on < today))
        for one in shown
    ]
