"""The fields of the managers' filters: how each looks, and what may be chosen."""

from __future__ import annotations

import datetime

import django_filters
from django import forms
from django.core.cache import cache

from courses.content.models import Principle
from courses.records.ranking import Order
from courses.records.states import Need

from .days import PastDayField
from .units import UnitChoice
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
SORTS = [
    (Order.UNIT.value, "Unit, then name"),
    (Order.NEXT.value, "Next date, soonest first"),
    (Order.HELD.value, "Least held first"),
]


MANY = 10_000
"""Of so many who match, the next fifty are near in the order of names."""
REMEMBERED = 10 * 60
"""For so many seconds a large list keeps its order, its past number of people and its months."""
TOO_MANY = "Unit: choose one of up to 2,000 people."

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


class UnitFilter(django_filters.Filter):
    field_class = UnitChoice


class DayFilter(django_filters.Filter):
    field_class = PastDayField


def principle_choices() -> Choices:
    """The principles. One query, when the form is read; kept for a minute."""
    known: Choices | None = cache.get("manager-principles")
    if known is None:
        known = list(Principle.objects.values_list("code", "title"))
        cache.set("manager-principles", known, 60)
    return known


def window(value: str, on: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """First and last day of a choice of WINDOWS."""
    if not value:
        return None, None
    if value == "past":
        return None, on - datetime.timedelta(days=1)
    return on, on + datetime.timedelta(days=int(value))
