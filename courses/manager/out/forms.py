"""Forms of this area: what a file for another system looks like, and a report that comes regularly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict

from courses.forms import Form
from courses.manager.models import DateFormat, Every, ExportFormat, FileKind, ModuleInFormat
from courses.people.models import Membership, Person, Role
from courses.records.team import Team

from .making import ENDINGS
from .outside import FIELDS, LONGEST_NAME

ACCREDITED = [("", "Leave blank"), ("1", "Yes (1)"), ("0", "No (0)"), ("999", "Not known (999)")]
FOURTH = [("DESCRIPTION", "DESCRIPTION"), ("TRAININGNAME", "TRAININGNAME")]
Data = QueryDict | Mapping[str, Any] | None


class FormatForm(Form):
    """How the organisation wants the file: for each module, and (ESR) for each column, what it is called there."""

    all_optional = True

    def __init__(self, data: Data, *, layout: ExportFormat | None, kind: str, team: Team) -> None:
        super().__init__(data)
        self.kind, self.team = kind, team
        known = {m.module_id: m for m in layout.modules.all()} if layout else {}
        if kind == FileKind.ASC_WDS:
            self.fields["fourth_column"] = forms.ChoiceField(
                label="What the fourth column is called",
                choices=FOURTH,
                initial=layout.fourth_column if layout else "DESCRIPTION",
                help_text="The guidance of Skills for Care says which of the two your upload expects.",
            )
        else:
            self._columns(layout)
        for module in team.modules:
            self._module(module.id, known.get(module.id))

    def _columns(self, layout: ExportFormat | None) -> None:
        self.fields["date_format"] = forms.ChoiceField(
            label="How dates are written",
            choices=DateFormat.choices,
            initial=layout.date_format if layout else DateFormat.MONTH_IN_LETTERS,
        )
        chosen = {field: (place, name) for place, (field, name) in enumerate(layout.columns, 1)} if layout else {}
        usual = {} if layout else {field: (place, name) for place, (field, name) in enumerate(FIELDS.items(), 1)}
        for field, name in FIELDS.items():
            place, heading = (chosen or usual).get(field, (None, name))
            self.fields[f"place-{field}"] = forms.IntegerField(
                label=f"{name}: place", required=False, min_value=1, max_value=99, initial=place
            )
            self.fields[f"heading-{field}"] = forms.CharField(
                label=f"{name}: heading", required=False, max_length=80, initial=heading
            )

    def _module(self, pk: int, known: ModuleInFormat | None) -> None:
        if self.kind == FileKind.ASC_WDS:
            wrong = {"invalid": "The category is a number, as in the list of Skills for Care."}
            self.fields[f"category-{pk}"] = forms.RegexField(
                r"^[0-9]{1,4}$",
                label="Category",
                required=False,
                initial=known.category if known else "",
                error_messages=wrong,
            )
            self.fields[f"accredited-{pk}"] = forms.ChoiceField(
                label="Accredited", required=False, choices=ACCREDITED, initial=known.accredited if known else ""
            )
        else:
            self.fields[f"in-{pk}"] = forms.BooleanField(label="In the file", required=False, initial=bool(known))
            self.fields[f"level-{pk}"] = forms.CharField(
                label="Level", required=False, max_length=50, initial=known.level if known else ""
            )
        longest = LONGEST_NAME if self.kind == FileKind.ASC_WDS else 200
        self.fields[f"name-{pk}"] = forms.CharField(
            label="Name in the file", required=False, max_length=longest, initial=known.name if known else ""
        )

    @property
    def columns(self) -> list[tuple[str, Any, Any]]:
        """Rows of the table of columns."""
        fields = FIELDS if self.kind == FileKind.ESR else {}
        return [(name, self[f"place-{field}"], self[f"heading-{field}"]) for field, name in fields.items()]

    @property
    def modules(self) -> list[tuple[str, list[Any]]]:
        """Rows of the table of modules."""
        names = ("category", "name", "accredited") if self.kind == FileKind.ASC_WDS else ("in", "name", "level")
        return [(module.title, [self[f"{name}-{module.id}"] for name in names]) for module in self.team.modules]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.kind == FileKind.ESR and not self.chosen_columns():
            raise forms.ValidationError("Give at least one column its place.")
        return data

    def chosen_columns(self) -> list[tuple[str, str]]:
        """Fields and headings, in their order; what has no place is left out."""
        if self.kind != FileKind.ESR:
            return []
        found = [(self.cleaned_data.get(f"place-{field}"), field, name) for field, name in FIELDS.items()]
        placed = sorted((place, number) for number, (place, _, _) in enumerate(found) if place)
        return [
            (found[n][1], self.cleaned_data.get(f"heading-{found[n][1]}", "").strip() or found[n][2]) for _, n in placed
        ]

    def chosen_modules(self) -> list[dict[str, Any]]:
        """The modules that go into the file, as `set_format` takes them."""
        data, chosen = self.cleaned_data, []
        for module in self.team.modules:
            if self.kind == FileKind.ASC_WDS:
                if data[f"category-{module.id}"]:
                    fields = {"category": data[f"category-{module.id}"], "accredited": data[f"accredited-{module.id}"]}
                    chosen.append({"module_id": module.id, "name": data[f"name-{module.id}"].strip(), **fields})
            elif data[f"in-{module.id}"]:
                fields = {"level": data[f"level-{module.id}"].strip(), "name": data[f"name-{module.id}"].strip()}
                chosen.append({"module_id": module.id, **fields})
        return chosen


class ScheduleForm(Form):
    """How often, as what, to whom."""

    every = forms.ChoiceField(label="How often", choices=Every.choices, widget=forms.RadioSelect, initial=Every.WEEKLY)
    ending = forms.ChoiceField(label="As", choices=list(ENDINGS.items()), widget=forms.RadioSelect, initial="xlsx")
    recipients = forms.MultipleChoiceField(
        label="For whom",
        widget=forms.CheckboxSelectMultiple,
        help_text="Each gets a link to a file of the people whom she may see herself.",
        error_messages={"required": "Choose at least one person.", "invalid_choice": "Choose from the list."},
    )

    def __init__(self, data: Data, *, person: Person, team: Team) -> None:
        super().__init__(data, initial={"recipients": [str(person.public_id)]})
        self.people = {str(found.public_id): found for found in (person, *who_may_see(team, person))}
        field = self.fields["recipients"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(key, found.name if found != person else "You") for key, found in self.people.items()]


def who_may_see(team: Team, person: Person) -> list[Person]:
    """Others who manage one of these units, or lead one of their organisations, today. One query."""
    held = Membership.objects.current(team.on).filter(
        Q(role=Role.UNIT_MANAGER, unit__in=team.visible)
        | Q(role=Role.TRAINING_LEAD, organisation__in=team.organisations)
        | Q(role=Role.TRAINING_LEAD, organisation=None, unit__organisation__in=team.organisations)
    )
    return list(
        Person.objects.filter(pk__in=held.values("person_id")).exclude(pk=person.pk).order_by("name", "pk")[:100]
    )
