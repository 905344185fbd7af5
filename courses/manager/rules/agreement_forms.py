"""Forms of what is agreed about one person, and what a file of evidence may be."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from courses.forms import Form
from courses.records.models import AcceptedKind, ReasonableAdjustment
from courses.records.models.exemption import ExemptionKind

from .forms import DateInput

MOST_BYTES = 10 * 1024 * 1024
BEGINS = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""What evidence may be, and how such a file begins: what only calls itself a PDF is not kept."""


class Evidence(forms.FileField):
    """A scan or a document: a PDF or a picture, at most 10 MB. It is kept under a name that says nothing."""

    def __init__(self) -> None:
        super().__init__(
            label="Evidence",
            required=False,
            allow_empty_file=False,
            help_text="A PDF, PNG or JPEG file of at most 10 MB. Nothing about health, please: it is not needed here.",
            widget=forms.FileInput(attrs={"accept": ",".join(BEGINS)}),
        )

    def clean(self, data: Any, initial: Any = None) -> UploadedFile[bytes] | None:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return None
        ending = f".{str(file.name).rsplit('.', 1)[-1].lower()}"
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("The file is larger than 10 MB. Make a smaller one.")
        begins = BEGINS.get(ending)
        if begins is None or file.read(len(begins)) != begins:
            raise forms.ValidationError("Choose a PDF, PNG or JPEG file.")
        file.seek(0)
        file.name = f"{uuid.uuid4().hex}{ending}"
        return file


class ExemptForm(Form):
    """She need not hold the module just now."""

    kind = forms.ChoiceField(label="Why", choices=ExemptionKind.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label="From", widget=DateInput())
    ends_on = forms.DateField(
        label="To the end of", required=False, widget=DateInput(), help_text="Empty: until somebody ends it."
    )
    reason = forms.CharField(
        label="Reason, for the record",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="You, the training lead and nobody else of the managers can read it.",
    )
    evidence = Evidence()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": timezone.localdate()}, **kwargs)

    def clean_starts_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["starts_on"]
        if day < timezone.localdate():
            raise forms.ValidationError("It begins today or later: what was asked in the past stays as it was.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "The last day must not come before the first.")
        return data


class AcceptForm(Form):
    """What she did elsewhere counts here."""

    kind = forms.ChoiceField(label="What it is", choices=AcceptedKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label="Name of the training", max_length=200)
    provider = forms.CharField(label="Who provided it", max_length=200, required=False)
    number = forms.CharField(label="Number of the certificate", max_length=100, required=False)
    completed_on = forms.DateField(label="Done on", widget=DateInput())
    valid_until = forms.DateField(
        label="Counts until the end of", required=False, widget=DateInput(), help_text="Empty: without an end date."
    )
    words = forms.CharField(
        label="Why it is as good", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    evidence = Evidence()

    def clean_completed_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["completed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("It must have been done by today.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        done, until = data.get("completed_on"), data.get("valid_until")
        if done and until and until < done:
            self.add_error("valid_until", "It cannot run out before it was done.")
        return data


class AdjustForm(Form):
    """More time, or another way of learning."""

    kind = forms.ChoiceField(label="What you agreed", choices=ReasonableAdjustment.choices, widget=forms.RadioSelect)
    due_on = forms.DateField(label="The later date", required=False, widget=DateInput())
    words = forms.CharField(
        label="What you agreed, in words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="They can read it, you can, and the training lead. A diagnosis is not needed.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        due = data.get("due_on")
        if data.get("kind") == ReasonableAdjustment.LATER_DATE and "due_on" not in self.errors:
            if due is None:
                self.add_error("due_on", "Give the date you agreed.")
            elif due <= timezone.localdate():
                self.add_error("due_on", "A later date is one that is to come.")
        return data
