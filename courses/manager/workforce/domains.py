"""`/manage/domains/`: work addresses with which people may join by themselves."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from courses.forms import Form
from courses.manager.filters import unit_choices
from courses.people.models import EmailDomain, Unit, User
from courses.people.services.domains import DomainRefusedError, ask_for_domain, drop_domain

from .import_access import Lead, for_leads


class DomainForm(Form):
    """What a lead asks for."""

    domain = forms.CharField(
        label="Domain",
        max_length=253,
        help_text="What stands after the @, such as northfield.gov.uk. You need a confirmed address in it yourself.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
        error_messages={"required": "Enter what stands after the @ of your work addresses."},
    )
    unit = forms.ChoiceField(
        label="Unit",
        help_text="Where people who join this way begin. You can move them.",
        error_messages={"required": "Choose a unit.", "invalid_choice": "Choose one of your units."},
    )

    def __init__(self, data: QueryDict | None, *, lead: Lead) -> None:
        super().__init__(data)
        self.units = {
            str(unit.pk): unit for unit in lead.team.near.units if unit.organisation_id in lead.organisation_ids
        }
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose a unit"), *(one for one in unit_choices(lead.team) if one[0] in self.units)]

    def chosen(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def domains(request: HttpRequest, lead: Lead) -> HttpResponse:
    """At most 6 queries to look: session, user, roles, units, led, domains."""
    form = DomainForm(request.POST if request.method == "POST" else None, lead=lead)
    if request.method == "POST" and form.is_valid() and isinstance(request.user, User):
        try:
            asked = ask_for_domain(domain=form.cleaned_data["domain"], unit=form.chosen(), by=request.user)
        except DomainRefusedError as error:
            form.add_error("domain", str(error))
        else:
            words = "is approved already" if asked.approved_at else "waits for an administrator of this site"
            messages.success(request, f"{asked.domain} {words}.")
            return redirect("manager:domains")
    found = EmailDomain.objects.filter(organisation__in=lead.organisation_ids)
    found = found.select_related("unit", "organisation").order_by("domain")
    context = {"team": lead.team, "form": form, "domains": found}
    return render(request, "manager/workforce/domains.html", context, status=422 if form.errors else 200)


@for_leads
@require_POST
def domain_remove(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """Nobody joins by it any more."""
    found = get_object_or_404(EmailDomain.objects.filter(organisation__in=lead.organisation_ids), pk=pk)
    if isinstance(request.user, User):
        drop_domain(domain=found, by=request.user)
    messages.success(request, f"Nobody joins by an address in {found.domain} any more. Who has joined stays.")
    return redirect("manager:domains")
