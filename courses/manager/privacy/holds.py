"""`/manage/holds/`: legal holds. While one lasts, nothing about these people is erased."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.workforce.import_access import Lead, for_leads
from courses.people.models import Organisation, Person, User
from courses.privacy.models import LegalHold
from courses.privacy.queries import people_of
from courses.privacy.services import holding

PERSON, UNIT, WHOLE = "person", "unit", "whole"
ENDED_SHOWN = 30


class HoldForm(Form):
    """On whom, and why."""

    all_optional = True  # what has to be filled in hangs on the choice above it, so no field is called optional
    organisation = forms.ChoiceField(label="Organisation")
    on = forms.ChoiceField(
        label="On whose records",
        choices=[(PERSON, "One person’s"), (UNIT, "A unit’s, with all below it"), (WHOLE, "Everybody’s")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose on whose records the hold lies."},
    )
    person = forms.CharField(
        label="Which person, if it is one person’s",
        required=False,
        max_length=200,
        help_text="Full name, or your reference (employee number). People who have left can be found too.",
    )
    unit = forms.ChoiceField(label="Which unit, if it is a unit’s", required=False)
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The claim, inspection or court it is for. Only training leads read it. The person is not told.",
        error_messages={"required": "Say why, for whoever has to end it."},
    )

    def __init__(self, data: QueryDict | None, *, lead: Lead, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.lead = lead
        self.units = {str(unit.pk): unit for unit in lead.team.units if unit.organisation_id in lead.organisation_ids}
        organisation, unit = self.fields["organisation"], self.fields["unit"]
        if isinstance(organisation, forms.ChoiceField) and isinstance(unit, forms.ChoiceField):
            organisation.choices = [(str(one.pk), one.name) for one in lead.organisations]
            unit.choices = [("", "Choose a unit"), *((pk, one.name) for pk, one in self.units.items())]
        if len(lead.organisations) == 1:
            self.fields["organisation"].required = False
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = str(lead.organisations[0].pk)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen = data.get("organisation") or str(self.lead.organisations[0].pk)
        self.of = next((one for one in self.lead.organisations if str(one.pk) == chosen), self.lead.organisations[0])
        self.on_person: Person | None = None
        unit = self.units.get(data.get("unit", ""))
        if data.get("on") == PERSON and "person" not in self.errors:
            self.on_person = self._person(data.get("person", "").strip())
        if data.get("on") == UNIT and (unit is None or unit.organisation_id != self.of.pk):
            self.add_error("unit", "Choose a unit of this organisation.")
        self.on_unit = unit if data.get("on") == UNIT else None
        return data

    def _person(self, said: str) -> Person | None:
        if "\0" in said or not said:
            self.add_error("person", "Give the full name, or your reference.")
            return None
        known = Q(name__iexact=said) | Q(employments__reference=said, employments__organisation=self.of)
        found = list(people_of([self.of]).filter(known).distinct()[:2])
        if len(found) == 1:
            return found[0]
        self.add_error(
            "person",
            "Several people have this name. Give your reference instead."
            if found
            else "Nobody here has this name or reference. Check it letter by letter.",
        )
        return None


@require_safe
@for_leads
def holds(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Those that last, then those that have ended. At most 5 queries: session, user, units, two lists."""
    ours = LegalHold.objects.filter(organisation__in=lead.organisation_ids)
    ours = ours.select_related("person", "unit", "organisation", "placed_by", "ended_by")
    context = {
        "team": lead.team,
        "lasting": ours.filter(ended_at=None).order_by("-placed_at"),
        "ended": ours.exclude(ended_at=None).order_by("-ended_at")[:ENDED_SHOWN],
    }
    return render(request, "manager/privacy/holds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def hold_new(request: HttpRequest, lead: Lead) -> HttpResponse:
    """At most 5 queries to look: session, user, units twice, the person of the address."""
    initial = {"on": PERSON, "person": name_of(request.GET.get("person", ""), lead.organisations)}
    form = HoldForm(request.POST if request.method == "POST" else None, lead=lead, initial=initial)
    if request.method == "POST" and form.is_valid() and isinstance(request.user, User):
        try:
            holding.place(
                organisation=form.of, person=form.on_person, unit=form.on_unit, by=request.user,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except holding.HoldError as error:
            form.add_error("reason", str(error))
        else:
            messages.success(request, "The hold lasts from now on. Nothing it covers is erased before you end it.")
            return redirect("manager:holds")
    context = {"team": lead.team, "form": form}
    return render(request, "manager/privacy/hold_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def hold_end(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """Asks, then ends it. At most 4 queries to look."""
    ours = LegalHold.objects.filter(organisation__in=lead.organisation_ids)
    hold = get_object_or_404(ours.select_related("organisation", "person", "unit", "placed_by"), pk=pk)
    if request.method == "POST" and isinstance(request.user, User):
        holding.end(hold=hold, by=request.user)
        messages.success(request, "The hold has ended. What waited for it goes on tonight.")
        return redirect("manager:holds")
    return render(request, "manager/privacy/hold_end.html", {"team": lead.team, "hold": hold})


def name_of(public_id: str, organisations: list[Organisation]) -> str:
    """The name of somebody of these organisations, from the link of her page; nothing for anybody else."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return ""
    person = people_of(organisations).filter(public_id=wanted).first()
    return person.name if person else ""
