"""Forms of an import: the file, and which of its columns is what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from courses.forms import Form
from courses.people.importing.rules import FIELDS, missing
from courses.people.models import Organisation, PeopleImport

ORDERS = [
    ("", "As the file itself shows; day first where it could be either"),
    ("day", "Day first: 31/12/2026"),
    ("month", "Month first: 12/31/2026"),
]


class FileForm(Form):
    """A file from her own system."""

    organisation = forms.ChoiceField(label="Organisation", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text="CSV or Excel (.xlsx), up to 50 MB and 250,000 rows. The first row holds the headings.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": "Choose a file.", "empty": "The file is empty."},
        max_length=200,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        *,
        organisations: list[Organisation],
    ) -> None:
        super().__init__(data, files)
        field = self.fields["organisation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.pk), one.name) for one in organisations]
        if len(organisations) == 1:
            field.required, field.initial = False, str(organisations[0].pk)
            field.widget = forms.HiddenInput()
        self.organisations = {str(one.pk): one for one in organisations}

    def organisation_chosen(self) -> Organisation:
        return self.organisations.get(self.cleaned_data["organisation"]) or next(iter(self.organisations.values()))


class ColumnsForm(Form):
    """Which column is what, and how the file is meant."""

    all_optional = True
    order = forms.ChoiceField(label="How dates are written", choices=ORDERS, required=False, widget=forms.RadioSelect)
    whole = forms.BooleanField(
        label="This file holds everybody who works for us: who is missing from it has left",
        required=False,
    )

    def __init__(self, data: QueryDict | Mapping[str, Any] | None, *, found: PeopleImport) -> None:
        initial = {f"field_{key}": heading for key, heading in found.mapping.items()}
        super().__init__(data, initial={**initial, "whole": found.whole, "order": ""})
        choices = [("", "Not in this file"), *((heading, heading) for heading in found.headings)]
        for known in FIELDS:
            self.fields[f"field_{known.key}"] = forms.ChoiceField(
                label=known.label,
                help_text=known.about,
                choices=choices,
                required=False,
                error_messages={"invalid_choice": "Choose one of the columns of the file."},
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"field_{known.key}"] for known in FIELDS]

    def mapping(self) -> dict[str, str]:
        return {known.key: said for known in FIELDS if (said := self.cleaned_data.get(f"field_{known.key}"))}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for fault in missing(self.mapping()):
            self.add_error(None, fault)
        return data


class WriteForm(Form):
    """Her word that a checked file is written."""

    sure = forms.BooleanField(label="I have looked at this, and it is right", required=False)
    invite = forms.BooleanField(
        label="Send an invitation to everybody in this file who has an e-mail address and no account. "
        "You can also do this later.",
        required=False,
    )
