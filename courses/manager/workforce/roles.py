"""`/manage/roles/` and `/manage/people/<uuid>/roles/`: who manages what, given and taken by the training lead."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.sought import sought
from courses.people.models import Organisation, Person, Role, Unit
from courses.people.permissions import GIVEN_BY_LEADS
from courses.people.services.roles import RoleError, give_role, take_role
from courses.records.keyset import in_order

from .import_access import Lead, for_leads
from .post_forms import UnitField, day_field
from .posts import answer, user_of
from .queries import colleagues_in, roles_in

PAGE = 50
FOUND = 20
ABOUT = {
    Role.UNIT_MANAGER: "Manager of a unit: sees the people of it and of those below, with what they completed.",
    Role.TRAINING_LEAD: "Training lead: sees the whole organisation, sets requirements, gives roles.",
    Role.AUDITOR: "Auditor: noted here; what an auditor reads is shared with them by a link that ends.",
}


class RoleForm(Form):
    """A role, where, and from when to when."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, ABOUT[role]) for role in GIVEN_BY_LEADS],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose one of the roles."},
    )
    unit = UnitField(
        label="Unit, for a manager",
        required=False,
        error_messages={"invalid_choice": "Choose one of your units."},
    )
    find = forms.CharField(label="Look for a unit by name", required=False, max_length=100)
    starts_on = day_field("First day")
    ends_on = day_field("Last day", required=False, help_text="For a deputy: how long they stand in. Empty: no end.")

    def __init__(self, data: Mapping[str, Any] | None, *, lead: Lead) -> None:
        super().__init__(data, initial={"starts_on": timezone.localdate()})
        self.lead = lead
        self._units.list(
            lead.team,
            around=None,
            find=str(self.data.get("find", ""))[:100],
            only=lambda unit: unit.organisation_id in lead.organisation_ids,
        )
        if not self._units.many:
            del self.fields["find"]

    @property
    def _units(self) -> UnitField:
        field = self.fields["unit"]
        if not isinstance(field, UnitField):
            raise TypeError(field)
        return field

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") == Role.UNIT_MANAGER and not data.get("unit") and "unit" not in self.errors:
            self.add_error("unit", "Choose the unit that they manage.")
        return data

    def unit_chosen(self) -> Unit | None:
        said = self.cleaned_data
        return self._units.chosen(said["unit"]) if said["role"] == Role.UNIT_MANAGER else None

    def organisation(self) -> Organisation:
        unit = self.unit_chosen()
        return unit.organisation if unit else self.lead.organisations[0]


class EndForm(Form):
    """When a role ends."""

    last_day = day_field("Last day", help_text="The role lasts until its end. Choose yesterday to end it at once.")

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial={"last_day": timezone.localdate()})

    def day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["last_day"]
        return day


@require_safe
@for_leads
def roles(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Who holds what. At most 8 queries: session, user, roles, units, led, count, page, colleagues looked for."""
    page = Paginator(roles_in(lead.organisation_ids), PAGE).get_page(request.GET.get("page"))
    q = sought(request)
    colleagues = colleagues_in(lead.organisation_ids).filter(name__icontains=q) if q else Person.objects.none()
    context = {"team": lead.team, "page": page, "q": q, "found": list(in_order(colleagues)[:FOUND])}
    return render(request, "manager/workforce/roles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def person_roles(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """The roles of one colleague, and a form that gives another. At most 7 queries to look: session, user, roles,
    units, led, person, held."""
    person = get_object_or_404(colleagues_in(lead.organisation_ids), public_id=public_id)
    form = RoleForm(request.POST if request.method == "POST" else None, lead=lead)
    if request.method == "POST" and request.POST.get("do") == "find":
        form.full_clean()
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            held = give_role(
                person=person,
                role=said["role"],
                organisation=form.organisation(),
                unit=form.unit_chosen(),
                starts_on=said["starts_on"],
                ends_on=said["ends_on"],
                by=user_of(request),
            )
        except RoleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person.name}: {held}, from {held.starts_on:%-d %B %Y}.")
            return redirect("manager:person-roles", public_id)
    held_now = list(roles_in(lead.organisation_ids).filter(person=person))
    return answer(request, "manager/workforce/person_roles.html", form, team=lead.team, person=person, held=held_now)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def role_end(request: HttpRequest, lead: Lead, public_id: UUID, pk: int) -> HttpResponse:
    """A role is taken. At most 6 queries to look."""
    held = get_object_or_404(roles_in(lead.organisation_ids), pk=pk, person__public_id=public_id)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            take_role(held=held, last_day=form.day(), by=user_of(request))
        except RoleError as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, f"{held.person.name}: {held} ends with {form.day():%-d %B %Y}.")
            return redirect("manager:roles")
    return answer(request, "manager/workforce/role_end.html", form, team=lead.team, person=held.person, held=held)
