"""When mails go out, and in which words."""

from __future__ import annotations

from typing import Any

from django import forms

from courses.forms import Renderer
from courses.reminders.models import ReminderPlan


class PlanForm(forms.ModelForm[ReminderPlan]):
    """How an organisation reminds. The rules between the fields are the model's constraints."""

    default_renderer = Renderer

    class Meta:
        model = ReminderPlan
        fields = (
            "on",
            "first",
            "second",
            "third",
            "after_every",
            "opens",
            "closes",
            "weekends",
            "digest",
            "digest_on",
            "subject",
            "words",
        )
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "words": forms.Textarea(attrs={"rows": 6}),
        }
        help_texts = {
            "subject": "Do not name a module: others may see a screen. Empty: “Your training: a reminder”.",
            "words": "Stand above the list of modules. Empty: our words.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, second, third = found.get("first"), found.get("second"), found.get("third")
        if first and second and first <= second:
            self.add_error("second", "Give fewer days than for the first reminder.")
        if second and third and second <= third:
            self.add_error("third", "Give fewer days than for the second reminder.")
        opens, closes = found.get("opens"), found.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", "Give a later time than the one from which mails go out.")
        return found
