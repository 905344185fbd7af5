"""The day that a page is asked about: `?as_at=2026-03-03`. Today where nothing is said."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

FIRST = datetime.date(2000, 1, 1)
"""Nothing is older: a day before it is a slip of the keys."""


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PastDayField(forms.DateField):
    """A day that is over, or today: what will be true on a day to come nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "As it was on")
        super().__init__(
            **{
                "required": False,
                "widget": DayInput(),
                "input_formats": ["%Y-%m-%d"],
                "error_messages": {"invalid": "As it was on: give a day, such as 2026-03-31."},
                **kwargs,
            }
        )

    def clean(self, value: Any) -> datetime.date | None:
        day: datetime.date | None = super().clean(value)
        if day and day > timezone.localdate():
            raise ValidationError("As it was on: choose today or a day in the past.", code="future")
        if day and day < FIRST:
            raise ValidationError("As it was on: choose a day after 1 January 2000.", code="early")
        return day


def day_of(data: Mapping[str, Any]) -> datetime.date | None:
    """The day asked about; None for today, and for what is no such day: the form says so."""
    try:
        return PastDayField().clean(data.get("as_at", ""))
    except ValidationError:
        return None
