"""Forms of this area: what a pack is to hold, whom it is shared with, the code that was mailed."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from courses.forms import Form
from courses.manager.days import DayInput, PastDayField
from courses.manager.out.forms import Data
from courses.manager.units import Place, UnitChoice
from courses.people.models import Unit
from courses.people.rules import name_fault, tidy_name
from courses.records.team import Team

from .sharing import LONGEST, USUAL

SEVERAL = "Choose a unit: your units belong to several organisations, and a pack is about one."


class PackForm(Form):
    """A day, one of her units, modules."""

    all_optional = True

    as_at = PastDayField(help_text="Today, or any day that is over.")
    modules = forms.MultipleChoiceField(
        label="Modules",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for all of them.",
        error_messages={"invalid_choice": "Modules: choose from the list."},
    )
    field_order = ("as_at", "unit", "modules")

    def __init__(self, data: Data, team: Team) -> None:
        super().__init__(data, initial={"as_at": timezone.localdate()})
        self.team = team
        chosen = str(data.get("unit", "")) if data else ""
        self.fields["unit"] = UnitChoice(label="Unit", required=False, team=team, chosen=chosen)
        listed = self.fields["modules"]
        if isinstance(listed, forms.MultipleChoiceField):
            listed.choices = [(str(module.id), module.title) for module in team.modules]
        self.order_fields(self.field_order)

    def clean_unit(self) -> Unit | None:
        place: Place | None = self.cleaned_data["unit"]
        if place and place.alone:
            raise forms.ValidationError("Unit: choose from the list.")
        if place is None and len(self.team.organisations) > 1:
            raise forms.ValidationError(SEVERAL)
        return place.unit if place else None

    @property
    def tops(self) -> list[Unit]:
        """The topmost units that were chosen."""
        unit: Unit | None = self.cleaned_data["unit"]
        return [unit] if unit else list(self.team.tops)

    @property
    def day(self) -> datetime.date:
        return self.cleaned_data["as_at"] or timezone.localdate()

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["modules"]]


class ShareForm(Form):
    """Whom a pack is shared with, what for, until when."""

    name = forms.CharField(
        label="Name of the auditor", max_length=200, error_messages={"required": "Give the auditor’s name."}
    )
    body = forms.CharField(
        label="Organisation",
        max_length=200,
        help_text="Such as “Care Quality Commission”.",
        error_messages={"required": "Say which organisation the auditor comes from."},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="The link goes there, and later the code that opens it.",
        error_messages={"required": "Give the auditor’s e-mail address."},
    )
    purpose = forms.CharField(
        label="What for",
        max_length=300,
        help_text="Such as “Inspection of 3 March”.",
        error_messages={"required": "Say what the auditor needs it for."},
    )
    ends_on = forms.DateField(
        label="Last day",
        widget=DayInput(),
        input_formats=["%Y-%m-%d"],
        help_text=f"At most {LONGEST} days from today. You can take it back at any time.",
        error_messages={"required": "Last day: choose a day.", "invalid": "Last day: give a day, such as 2027-03-31."},
    )
    for_auditors = forms.BooleanField(
        label="The auditors of our organisation may read it too",
        required=False,
        help_text="People to whom your lead gave the role of an auditor. They sign in and find it there.",
    )

    def __init__(self, data: Data) -> None:
        super().__init__(data, initial={"ends_on": timezone.localdate() + datetime.timedelta(days=USUAL)})

    def clean_name(self) -> str:
        return self._plain("name")

    def clean_body(self) -> str:
        return self._plain("body")

    def _plain(self, field: str) -> str:
        text = tidy_name(self.cleaned_data[field])
        if fault := name_fault(text):
            raise forms.ValidationError(fault if field == "name" else "Use letters, without brackets or web addresses.")
        return text

    def clean_ends_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["ends_on"]
        today = timezone.localdate()
        if day < today:
            raise forms.ValidationError("Last day: choose today or a day to come.")
        if day > today + datetime.timedelta(days=LONGEST):
            raise forms.ValidationError(f"Last day: choose a day within the next {LONGEST} days.")
        return day

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @property
    def fields_of_share(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class CodeForm(Form):
    """The code that was mailed."""

    code = forms.CharField(
        label="Code from the mail",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        error_messages={"required": "Type the code from the mail."},
    )
