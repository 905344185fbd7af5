"""Forms of people and posts: a place (unit, job, manager), a first or last day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils import timezone

from courses.forms import Form
from courses.manager.units import MOST_FOUND, unit_choices, units_named
from courses.people.models import Membership, Person, Unit
from courses.people.rules import name_fault, tidy_name
from courses.people.services.posts import Place
from courses.records.team import Team

from .queries import job_roles_of, possible_managers


def day_field(label: str, *, required: bool = True, **more: Any) -> forms.DateField:
    """A date, as browsers have a control for."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"{label}: choose a day.", "invalid": f"{label}: choose a day, like 31/12/2026."},
        **more,
    )


class UnitField(forms.ChoiceField):
    """One of the team's open units. Of very many, those near the chosen one are listed, and those looked for by name;
    each of hers may be chosen, and anything else is no choice, whether it exists or not."""

    def list(
        self,
        team: Team,
        *,
        around: Unit | None,
        find: str = "",
        nothing: str = "Choose a unit",
        only: Callable[[Unit], bool] = lambda _: True,
    ) -> None:
        self.team = replace(team, beside=str(around.pk)) if around and str(around.pk) != team.beside else team
        self.only = only
        mine = {str(unit.pk) for unit in self.team.near.units if self._open(unit)}
        listed = [choice for choice in unit_choices(self.team, around=around) if choice[0] in mine]
        self.many = not self.team.near.whole
        if self.many and find:
            named = units_named(team, find)[:MOST_FOUND]
            listed = [(str(unit.pk), unit.name) for unit in named if self._open(unit)] + listed
        self.choices = [("", nothing), *listed]

    def _open(self, unit: Unit | None) -> bool:
        today = timezone.localdate()
        return unit is not None and (unit.ends_on is None or unit.ends_on >= today) and self.only(unit)

    def valid_value(self, value: Any) -> bool:
        return self._open(self.team.unit(str(value)))

    def chosen(self, value: str) -> Unit:
        unit = self.team.unit(value)
        if unit is None:
            raise KeyError(value)
        return unit


class PlaceForm(Form):
    """What a post says besides its dates."""

    unit = UnitField(
        label="Unit", error_messages={"required": "Choose a unit.", "invalid_choice": "Choose one of your units."}
    )
    find = forms.CharField(label="Look for a unit by name", required=False, max_length=100)
    job_role = forms.ChoiceField(
        label="Job role",
        required=False,
        help_text="What requirements go by, such as “Social worker”.",
        error_messages={"invalid_choice": "Choose one of the job roles."},
    )
    job_title = forms.CharField(
        label="Job title", required=False, max_length=200, help_text="As they are called at work."
    )
    manager = forms.ChoiceField(
        label="Manager of record", required=False, error_messages={"invalid_choice": "Choose somebody from the list."}
    )
    deputy = forms.ChoiceField(
        label="Deputy",
        required=False,
        help_text="Stands in for the manager of record. Seeing records takes a role, which the training lead gives.",
        error_messages={"invalid_choice": "Choose somebody from the list."},
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        team: Team,
        post: Membership | None = None,
        around: Unit | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        if post is not None:
            initial = {
                "unit": str(post.unit_id),
                "job_role": str(post.job_role_id or ""),
                "job_title": post.job_title,
                "manager": str(post.manager.public_id) if post.manager else "",
                "deputy": str(post.deputy.public_id) if post.deputy else "",
                **(initial or {}),
            }
        super().__init__(data, initial={"unit": str(around.pk) if around else "", **(initial or {})})
        here = around or (post.unit if post else None)
        self._unit_field.list(team, around=here, find=str(self.data.get("find", ""))[:100])
        if not self._unit_field.many:
            del self.fields["find"]
        self.roles = {str(role.pk): role for role in job_roles_of(team)}
        several = len(team.organisations) > 1
        self._list("job_role", "No job role", {
            key: f"{role.name}, {role.organisation}" if several else role.name for key, role in self.roles.items()
        })  # fmt: skip
        now = [post.manager, post.deputy] if post else []
        managers = [*possible_managers(team, here), *(person for person in now if person)]
        self.managers: dict[str, Person] = {str(person.public_id): person for person in managers}
        names = {key: person.name for key, person in self.managers.items()}
        self._list("manager", "Nobody in particular", names)
        self._list("deputy", "Nobody", names)

    @property
    def _unit_field(self) -> UnitField:
        field = self.fields["unit"]
        if not isinstance(field, UnitField):
            raise TypeError(field)
        return field

    def _list(self, name: str, nothing: str, choices: dict[str, str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", nothing), *choices.items()]

    def place(self) -> Place:
        said = self.cleaned_data
        return Place(
            unit=self._unit_field.chosen(said["unit"]),
            job_role=self.roles.get(said["job_role"]),
            job_title=said["job_title"],
            manager=self.managers.get(said["manager"]),
            deputy=self.managers.get(said["deputy"]),
        )


class PostForm(PlaceForm):
    """A post, and the day from which it is so."""

    on = day_field("From")
    field_order = ("on",)


class NewPersonForm(PlaceForm):
    """Somebody who begins work."""

    name = forms.CharField(label="Full name", max_length=200, error_messages={"required": "Enter the full name."})
    email = forms.EmailField(
        label="Work e-mail address",
        required=False,
        help_text="An invitation to make an account goes there.",
        error_messages={"invalid": "Enter an e-mail address, like name@example.org."},
    )
    reference = forms.CharField(
        label="Your reference",
        required=False,
        max_length=50,
        help_text="Such as the payroll number. Imports know people by it.",
    )
    on = day_field("First day", initial=timezone.localdate)
    again = forms.BooleanField(label="Add them all the same: it is somebody else", required=False)
    field_order = ("name", "email", "reference", "on")

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        if fault := name_fault(name):
            raise forms.ValidationError(fault)
        return name

    def same_name(self) -> bool:
        """Whether somebody of this name has a post in the unit: the form sent twice, or two people of one name."""
        said = self.cleaned_data
        held = Membership.objects.filter(
            unit=self.place().unit, role="learner", ends_on=None, person__name__iexact=said["name"]
        )
        return held.exists()


class DayForm(Form):
    """One day."""

    last_day = day_field("Last day")

    def __init__(self, data: Mapping[str, Any] | None, *, about: str = "") -> None:
        super().__init__(data, initial={"last_day": timezone.localdate()})
        self.fields["last_day"].help_text = about

    def day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["last_day"]
        return day


class LeaveForm(Form):
    """Leave of absence. Why is not asked."""

    starts_on = day_field("First day of leave")
    ends_on = day_field("Last day of leave", required=False, help_text="Leave it empty while it is not known.")

    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, initial={"starts_on": timezone.localdate()})
