"""Asking somebody to join."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from courses.forms import Form
from courses.people.models import Role, Unit, User
from courses.people.permissions import led_organisations, visible_units

from .ours import NOT_AN_ADDRESS


class InvitationForm(Form):
    """Whom a manager asks to join, and where."""

    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Unit",
        error_messages={
            "required": "Choose the unit they will join.",
            "invalid_choice": "Choose one of the units that you manage.",
        },
    )
    role = forms.ChoiceField(label="They join as", choices=[], widget=forms.RadioSelect)
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="Give one and we send the link there, and only that address can use it. "
        "Leave it empty to get a link that you pass on yourself; it works for one person.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": NOT_AN_ADDRESS},
    )
    days = forms.IntegerField(
        label="Days until the link runs out",
        min_value=1,
        max_value=60,
        initial=14,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter a number of days, from 1 to 60.",
            "invalid": "Enter a number of days, from 1 to 60.",
            "min_value": "Enter a number of days, from 1 to 60.",
            "max_value": "Enter a number of days, from 1 to 60.",
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = visible_units(user).select_related("organisation")
        self.fields["unit"] = UnitChoice(
            units, label="Unit", error_messages=self.fields["unit"].error_messages, empty_label="Choose a unit"
        )
        roles = [(Role.LEARNER.value, "Learner")]
        if led_organisations(user).exists():
            roles.append((Role.UNIT_MANAGER.value, "Manager of the unit: sees how its people get on"))
        role = cast("forms.ChoiceField", self.fields["role"])
        role.choices, role.initial = roles, Role.LEARNER.value
        if len(roles) == 1:
            role.widget = forms.HiddenInput()


class UnitChoice(forms.ModelChoiceField[Unit]):
    """A unit with its organisation."""

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.organisation.name}: {obj.name}"
