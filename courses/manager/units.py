"""Choosing one of her units. With thousands of them the list shows those around the one that is chosen: the units above
it, beside it and one level below, so that she goes down step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.choices import CallableChoiceIterator

from courses.people.models import Unit
from courses.records.team import Team

MOST_FOUND = 50
"""Units that a search by name shows."""
ALONE = "-only"
"""Ends the value that means the people of the unit itself, without those of the units below it."""


@dataclass(frozen=True)
class Place:
    """A unit with everything below it, or alone."""

    unit: Unit
    alone: bool

    def __str__(self) -> str:
        return f"{self.unit.pk}{ALONE if self.alone else ''}"

    @property
    def name(self) -> str:
        return f"{self.unit.name} itself" if self.alone else self.unit.name


class UnitChoice(forms.Field):
    """One of her units; anything else is no choice, whether it exists or not."""

    widget = forms.Select
    default_error_messages = {"invalid_choice": "Unit: choose from the list."}

    def __init__(self, *, team: Team, chosen: str = "", **kwargs: Any) -> None:
        self.team = team
        super().__init__(**kwargs)
        # Read when they are shown: a page without this list needs no query for it.
        self.widget.choices = CallableChoiceIterator(lambda: [("", "All my units"), *self._listed(str(chosen))])

    def _listed(self, value: str) -> list[tuple[str, str]]:
        found = self._place(value)
        choices = unit_choices(self.team, around=found.unit if found else None)
        if found and found.alone:
            choices = [(str(found), found.name), *choices]
        return choices

    def _place(self, value: str) -> Place | None:
        alone = value.endswith(ALONE)
        pk = value.removesuffix(ALONE)
        unit = self.team.unit(pk)
        return Place(unit, alone) if unit else None

    def clean(self, value: Any) -> Place | None:
        super().clean(value)
        if value in self.empty_values:
            return None
        place = self._place(str(value))
        if place is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return place


def unit_choices(team: Team, around: Unit | None = None) -> list[tuple[str, str]]:
    """Her units, each under the one it belongs to; of very many those `around` one (None: the topmost)."""
    several = len(team.organisations) > 1
    least = min((top.path.count("/") for top in team.tops), default=0)
    return [
        (
            str(unit.pk),
            "\u2013 " * (unit.path.count("/") - least)
            + (f"{unit.name}, {unit.organisation.name}" if several else unit.name),
        )
        for unit in team.near.units
        if team.near.whole or _near(unit, around, least)
    ]


def units_named(team: Team, words: str) -> list[Unit]:
    """Her units with these words in the name, one more than are shown at most. One query."""
    found = team.visible.filter(name__icontains=words).select_related("organisation").order_by("path", "pk")
    return list(found[: MOST_FOUND + 1])


def _near(unit: Unit, around: Unit | None, least: int) -> bool:
    """Whether a unit is shown: the topmost two levels where nothing is chosen; else what is above the chosen one, what
    is beside it, and what is one level below."""
    depth = unit.path.count("/")
    if around is None:
        return depth <= least + 1
    above = around.path.startswith(unit.path)
    return above or depth == least or unit.parent_id in {around.pk, around.parent_id}


def parts_of(team: Team, unit: Unit | None) -> list[Place]:
    """What the figures of `unit` (None: of all) fall into: the units one level below, and those directly in it. Empty
    where it has no parts."""
    if unit is None:
        if len(team.tops) != 1:
            return [Place(each, alone=False) for each in team.tops]
        unit = team.tops[0]
    below = [Place(each, alone=False) for each in team.near.units if each.parent_id == unit.pk]
    return [*below, Place(unit, alone=True)] if below else []
