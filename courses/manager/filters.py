"""What a manager may choose. One filterset gives one queryset: the screen and the CSV are two renderings of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from courses.forms import Form
from courses.people.models import Person
from courses.records.states import Count, Need, Selection, State, States
from courses.records.team import ModuleRef, Team

from .words import LOOKS

NEEDS = [
    (Need.COUNTED.value, "Required, and not exempt"),
    (Need.HELD.value, "Required and held"),
    (Need.MISSING.value, "Required and not held"),
]
WINDOWS = [
    ("past", "Date has passed"),
    ("30", "In the next 30 days"),
    ("60", "In the next 60 days"),
    ("90", "In the next 90 days"),
]
STATES = [(state.value, look.word) for state, look in LOOKS.items()]


Choices = list[tuple[str, str]]


def one_of(label: str, empty: str, choices: Choices) -> django_filters.ChoiceFilter:
    """A list to choose one from. What is refused is not repeated: the page says no more than that it is no choice."""
    wrong = {"invalid_choice": f"{label}: choose from the list."}
    return django_filters.ChoiceFilter(label=label, empty_label=empty, choices=choices, error_messages=wrong)


def some_of(label: str, choices: Choices) -> django_filters.MultipleChoiceFilter:
    """Boxes to tick."""
    return django_filters.MultipleChoiceFilter(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": f"{label}: choose from the list."},
    )


class PeopleFilter(django_filters.FilterSet):
    """By name and unit. A unit that is not hers is no choice, exactly like one that does not exist."""

    q = django_filters.CharFilter(label="Name", max_length=100)
    unit = one_of("Unit", "All my units", [])

    class Meta:
        model = Person
        fields: list[str] = []
        form = Form

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team) -> None:
        self.team = team
        super().__init__(data or {}, queryset=team.people)
        self.filters["unit"].extra["choices"] = unit_choices(team)

    @property
    def ok(self) -> bool:
        """Whether every choice can be understood; when not, nobody is shown and nothing exported."""
        return bool(self.form.is_valid())

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        return self.team.modules

    @cached_property
    def selection(self) -> Selection:
        """Which cells are wanted; a list of people wants all."""
        return Selection()

    @cached_property
    def base(self) -> QuerySet[Person]:
        """The people before any choice about states."""
        if not self.ok:
            return self.team.people.none()
        chosen = self.form.cleaned_data
        units = {str(unit.pk): unit for unit in self.team.units}
        people = self.team.people_of(units[chosen["unit"]]) if chosen["unit"] else self.team.people
        return people.filter(name__icontains=chosen["q"]) if chosen["q"] else people

    @cached_property
    def states(self) -> States:
        """The cells of these people, before any choice about states."""
        return self.team.states(self.base, self.modules)

    @property
    def people(self) -> QuerySet[Person]:
        """The people whom the whole choice leaves: the one queryset of screen and export."""
        if not self.selection:
            return self.base
        return self.base.filter(pk__in=self.states.person_ids(self.selection))

    def count(self) -> Count:
        """How many cells and people the choice leaves; cells are counted only where they are chosen. One query."""
        if self.selection:
            return self.states.count(self.selection)
        return Count(0, self.base.count())

    @property
    def chosen(self) -> int:
        """How many fields narrow the list."""
        return sum(1 for name in self.form.fields if any(self.data_list(name)))

    def data_list(self, name: str) -> list[str]:
        data = self.form.data
        return list(data.getlist(name)) if isinstance(data, QueryDict) else [data[name]] if data.get(name) else []


class MatrixFilter(PeopleFilter):
    """Of the matrix: also by module, state, requirement and date."""

    need = one_of("Requirement", "Required or not", NEEDS)
    due = one_of("Due or expiry date", "Any date", WINDOWS)
    module = some_of("Module", [])
    state = some_of("State", STATES)

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team) -> None:
        super().__init__(data, team)
        self.filters["module"].extra["choices"] = [(module.slug, module.title) for module in team.modules]

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        if not self.ok:
            return ()
        slugs = self.form.cleaned_data["module"]
        return tuple(module for module in self.team.modules if not slugs or module.slug in slugs)

    @cached_property
    def selection(self) -> Selection:
        if not self.ok:
            return Selection()
        chosen = self.form.cleaned_data
        after, before = window(chosen["due"], self.team.on)
        return Selection(
            states=tuple(State(value) for value in chosen["state"]),
            need=Need(chosen["need"]) if chosen["need"] else None,
            after=after,
            before=before,
        )


class ModuleFilter(PeopleFilter):
    """Of one module's page: by name, unit and state. Who has nothing to do with the module is left out."""

    state = some_of("State", STATES)

    def __init__(self, data: QueryDict | Mapping[str, Any], team: Team, module: ModuleRef) -> None:
        super().__init__(data, team)
        self.module = module

    @cached_property
    def modules(self) -> tuple[ModuleRef, ...]:
        return (self.module,)

    @cached_property
    def selection(self) -> Selection:
        states = [State(value) for value in self.form.cleaned_data["state"]] if self.ok else []
        return Selection(states=tuple(states or [state for state in State if state != State.NOT_REQUIRED]))


def window(value: str, on: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day of a choice of WINDOWS."""
    if not value:
        return None, None
    if value == "past":
        return None, on - datetime.timedelta(days=1)
    return on, on + datetime.timedelta(days=int(value))


def unit_choices(team: Team) -> list[tuple[str, str]]:
    """Her units, each under the one it belongs to."""
    several = len(team.organisations) > 1
    least = min((unit.path.count("/") for unit in team.units), default=0)
    return [
        (
            str(unit.pk),
            "\u2013 " * (unit.path.count("/") - least)
            + (f"{unit.name}, {unit.organisation.name}" if several else unit.name),
        )
        for unit in team.units
    ]
