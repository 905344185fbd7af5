"""The form that sets a requirement. Its choices are what the manager may choose; nothing else validates."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from courses.content.models import ModulePage
from courses.forms import Form
from courses.people.models import Organisation, Unit
from courses.records.team import Team, public_modules

from .filters import unit_choices

BY_DATE, AFTER_JOINING = "date", "joining"


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RequirementForm(Form):
    """Who must hold which module by when, from which day."""

    who = forms.ChoiceField(label="Who must hold it", help_text="A unit counts with everything below it.")
    module = forms.ChoiceField(label="Which module")
    rule = forms.ChoiceField(
        label="When it is due",
        choices=[(BY_DATE, "On one day for everybody"), (AFTER_JOINING, "A number of days after each person joins")],
        widget=forms.RadioSelect,
        initial=AFTER_JOINING,
    )
    due_on = forms.DateField(label="Due on", required=False, widget=DateInput())
    days_after_joining = forms.IntegerField(label="Days after joining", required=False, min_value=0, max_value=3650)
    starts_on = forms.DateField(label="Applies from", widget=DateInput())

    def __init__(
        self, data: QueryDict | Mapping[str, Any] | None, *, team: Team, leads: Mapping[int, Organisation]
    ) -> None:
        super().__init__(data, initial={"starts_on": team.on})
        self.team = team
        self.leads = leads
        everybody = [(f"organisation-{pk}", f"Everybody in {found.name}") for pk, found in leads.items()]
        self._choices("who", [*everybody, *unit_choices(team)])
        self._choices("module", [(module.slug, module.title) for module in team.modules])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose"), *choices]

    def clean_starts_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["starts_on"]
        if day < self.team.on:
            raise forms.ValidationError(
                "A requirement begins today or later: what was asked in the past stays as it was."
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        rule, due, days = data.get("rule"), data.get("due_on"), data.get("days_after_joining")
        if rule == BY_DATE:
            data["days_after_joining"] = None
            if due is None and "due_on" not in self.errors:
                self.add_error("due_on", "Give the day by which everybody must hold it.")
            elif due and data.get("starts_on") and due < data["starts_on"]:
                self.add_error("due_on", "The due date must not come before the day from which it applies.")
        elif rule == AFTER_JOINING:
            data["due_on"] = None
            if days is None and "days_after_joining" not in self.errors:
                self.add_error("days_after_joining", "Give the number of days, for example 30.")
        return data

    def facts(self) -> dict[str, Any]:
        """What `records.requirements.require_module` needs. One query."""
        data = self.cleaned_data
        module = self.team.module(data["module"])
        page: ModulePage = public_modules().select_related("current_version").get(pk=module and module.id)
        unit: Unit | None = next((unit for unit in self.team.units if str(unit.pk) == data["who"]), None)
        organisation = unit.organisation if unit else self.leads[int(data["who"].removeprefix("organisation-"))]
        return {
            "module": page,
            "organisation": organisation,
            "unit": unit,
            "starts_on": data["starts_on"],
            "due_on": data["due_on"],
            "days_after_joining": data["days_after_joining"],
        }
