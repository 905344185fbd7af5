"""The form of a requirement. Its choices are what the manager may choose; nothing else validates."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from courses.content.models import ModulePage
from courses.forms import Form
from courses.people.models import JobRole, NationOfWork, Organisation, Person, Unit
from courses.people.permissions import learners_of
from courses.records.drafting import Terms, terms_of
from courses.records.models import LearningPath, Requirement
from courses.records.services.requiring import mark
from courses.records.team import Team, in_order, is_key, public_modules

BY_DATE, AFTER_JOINING = "date", "joining"
CERTIFICATE, MONTHS, WINDOW = "certificate", "months", "window"
FOUND = 20
MOST_LISTED = 2000
MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayOfYear(forms.CharField):
    """A day that comes every year, "1 April" or "1/4"; kept as MMDD."""

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").strip().lower()
        match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?\s*[ /.-]\s*(\d{1,2}|[a-z]{3,9})", text)
        if not text:
            return ""
        number, name = match.groups() if match else ("", "")
        month = int(name) if name.isdigit() else [*MONTH_NAMES, name[:3]].index(name[:3]) + 1
        if match and (month, int(number)) == (2, 29):
            raise forms.ValidationError("Choose 28 February or 1 March: 29 February does not come every year.")
        if match is None or not 1 <= month <= 12 or not 1 <= int(number) <= calendar.monthrange(2023, month)[1]:
            raise forms.ValidationError("Give a day and a month, for example 1 April.")
        return f"{month:02}{int(number):02}"

    def prepare_value(self, value: Any) -> Any:
        return day_of_year(value) if isinstance(value, str) and re.fullmatch(r"\d{4}", value) else value


def day_of_year(value: str) -> str:
    """0401 as "1 April"."""
    day = datetime.date(2023, int(value[:2]), int(value[2:]))
    return f"{day.day} {day:%B}"


class RequirementForm(Form):
    """Who must hold which module or path by when, how often again, from which day."""

    who = forms.ChoiceField(label="Which people", help_text="A unit counts with everything below it.")
    job_role = forms.ChoiceField(label="Only with this job role", required=False)
    nation = forms.ChoiceField(
        label="Only those who work in", required=False, choices=[("", "Any nation"), *NationOfWork.choices]
    )
    named = forms.BooleanField(label="Only people I name", required=False)
    find = forms.CharField(label="Find people by name", required=False, max_length=100)
    people = forms.MultipleChoiceField(label="People on the list", required=False, widget=forms.CheckboxSelectMultiple)
    module = forms.ChoiceField(label="Which module or learning path")
    rule = forms.ChoiceField(
        label="When it is due",
        choices=[(BY_DATE, "On one day for everybody"), (AFTER_JOINING, "A number of days after each person joins")],
        widget=forms.RadioSelect,
        initial=AFTER_JOINING,
    )
    due_on = forms.DateField(label="Due on", required=False, widget=DateInput())
    days_after_joining = forms.IntegerField(label="Days after joining", required=False, min_value=0, max_value=3650)
    grace_days = forms.IntegerField(
        label="Grace",
        required=False,
        min_value=0,
        max_value=365,
        help_text="So many days at least, for everybody, from when this begins to apply to them. Empty: none.",
    )
    refresher = forms.ChoiceField(
        label="How long it counts",
        choices=[
            (CERTIFICATE, "As long as the certificate"),
            (MONTHS, "A number of months"),
            (WINDOW, "Until a time of the year comes round"),
        ],
        widget=forms.RadioSelect,
        required=False,
        initial=CERTIFICATE,
    )
    refresh_months = forms.IntegerField(label="Months", required=False, min_value=1, max_value=120)
    window_from = DayOfYear(label="It opens on", required=False, max_length=30)
    window_to = DayOfYear(label="It closes on", required=False, max_length=30)
    starts_on = forms.DateField(label="Applies from", widget=DateInput())
    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=200_000)

    def __init__(
        self,
        data: QueryDict | Mapping[str, Any] | None,
        *,
        team: Team,
        leads: Mapping[int, Organisation],
        initial: Mapping[str, Any] | None = None,
        listed: Iterable[str] = (),
    ) -> None:
        self.leads, self.today = leads, timezone.localdate()
        who = str((data or initial or {}).get("who", ""))
        self.team = team = replace(team, beside=who) if is_key(who) and who != team.beside else team
        super().__init__(data, initial={"starts_on": self.today, **(initial or {})})
        everybody = [(f"organisation-{pk}", f"Everybody in {found.name}") for pk, found in leads.items()]
        self._choices("who", [("", "Choose"), *everybody, *_units(team)])
        self._choices("job_role", [("", "Any job role"), *((str(role.pk), role.name) for role in self.roles)])
        modules = [(module.slug, module.title) for module in team.modules]
        paths = [(f"path-{path.pk}", path.name) for path in self.paths]
        grouped = [("Modules", modules), ("Learning paths", paths)] if paths else modules
        self._choices("module", [("", "Choose"), *grouped])
        wanted = data.getlist("people") if isinstance(data, QueryDict) else list((data or {}).get("people", listed))
        self.listed = self._people([*wanted, *listed][:MOST_LISTED])
        term = str((data or initial or {}).get("find", "")).strip()
        self.matches = self._search(term) if term else []
        choices = {str(person.public_id): person.name for person in [*self.listed, *self.matches]}
        self._choices("people", list(choices.items()))

    @cached_property
    def roles(self) -> list[JobRole]:
        return list(JobRole.objects.filter(organisation__in=self.team.organisations).order_by("name"))

    @cached_property
    def paths(self) -> list[LearningPath]:
        """Paths that are offered and have a module that she may know of."""
        return list(LearningPath.objects.filter(
            organisation__in=self.team.organisations, ended_at=None, steps__module__in=public_modules()
        ).distinct().order_by("name"))  # fmt: skip

    @property
    def hers(self) -> QuerySet[Person]:
        return learners_of(self.team.visible)

    def _people(self, ids: list[str]) -> list[Person]:
        known = [one for one in ids if _is_uuid(one)]
        return list(in_order(self.hers.filter(public_id__in=known))) if known else []

    def _search(self, term: str) -> list[Person]:
        already = [person.pk for person in self.listed]
        found = self.hers.exclude(pk__in=already)
        for word in term.replace("\x00", "").split()[:5]:
            found = found.filter(name__icontains=word)
        return list(in_order(found)[:FOUND])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_starts_on(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise forms.ValidationError(
                "A requirement begins today or later: what was asked in the past stays as it was."
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._clean_due(data)
        self._clean_refresher(data)
        if data.get("named") and not data.get("people") and "people" not in self.errors:
            self.add_error("people", "Find the people by name and tick them, or untick “Only people I name”.")
        where = self._where(data.get("who", ""))
        if where:
            role = next((role for role in self.roles if str(role.pk) == data.get("job_role")), None)
            path = self._path(data.get("module", ""))
            if role and role.organisation_id != where[0].pk:
                self.add_error("job_role", "This job role belongs to another organisation.")
            if path and path.organisation_id != where[0].pk:
                self.add_error("module", "This learning path belongs to another organisation.")
        return data

    def _clean_due(self, data: dict[str, Any]) -> None:
        rule, due, days = data.get("rule"), data.get("due_on"), data.get("days_after_joining")
        if rule == BY_DATE:
            data["days_after_joining"] = None
            if due is None and "due_on" not in self.errors:
                self.add_error("due_on", "Give the day by which everybody must hold it.")
            elif due and data.get("starts_on") and due < data["starts_on"] and not data.get("seen"):
                self.add_error("due_on", "The due date must not come before the day from which it applies.")
        elif rule == AFTER_JOINING:
            data["due_on"] = None
            if days is None and "days_after_joining" not in self.errors:
                self.add_error("days_after_joining", "Give the number of days, for example 30.")

    def _clean_refresher(self, data: dict[str, Any]) -> None:
        how = data.get("refresher") or CERTIFICATE
        if how != MONTHS:
            data["refresh_months"] = None
        elif data.get("refresh_months") is None and "refresh_months" not in self.errors:
            self.add_error("refresh_months", "Give the number of months, for example 12.")
        if how != WINDOW:
            data["window_from"] = data["window_to"] = ""
            return
        for name, said in (("window_from", "opens"), ("window_to", "closes")):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, f"Give the day on which it {said}, for example 1 April.")

    def _where(self, value: str) -> tuple[Organisation, Unit | None] | None:
        unit = self.team.unit(value)
        if unit:
            return unit.organisation, unit
        pk = value.removeprefix("organisation-")
        found = self.leads.get(int(pk)) if pk.isdigit() else None
        return (found, None) if found else None

    def _path(self, value: str) -> LearningPath | None:
        return next((path for path in self.paths if f"path-{path.pk}" == value), None)

    def terms(self) -> Terms:
        """What was filled in, as the services take it. At most 1 query."""
        data = self.cleaned_data
        where = self._where(data["who"])
        if where is None:
            raise ValueError("A form that is valid says where.")
        module = self.team.module(data["module"])
        path = self._path(data["module"])
        chosen = set(data["people"])
        return Terms(
            organisation=where[0],
            unit=where[1],
            job_role=next((role for role in self.roles if str(role.pk) == data["job_role"]), None),
            nation=data["nation"],
            named=frozenset(person.pk for person in [*self.listed, *self.matches] if str(person.public_id) in chosen)
            if data["named"]
            else None,
            module_id=module.id if module else None,
            path=path,
            due_on=data["due_on"],
            days_after_joining=data["days_after_joining"],
            grace_days=data["grace_days"] or 0,
            refresh_months=data["refresh_months"],
            window_from=data["window_from"],
            window_to=data["window_to"],
            starts_on=data["starts_on"],
        )


def initial_of(requirement: Requirement, hers: QuerySet[Person]) -> tuple[dict[str, Any], list[str]]:
    """The form of a rule that stands, and the public ids of the people on its list. At most 4 queries."""
    terms = terms_of(requirement)
    module = ModulePage.objects.filter(pk=terms.module_id).select_related("current_version").first()
    listed = hers.filter(pk__in=terms.named).values_list("public_id", flat=True) if terms.named is not None else ()
    version = module.current_version if module else None
    ids = [str(public_id) for public_id in listed]
    refresher = MONTHS if terms.refresh_months else WINDOW if terms.window_from else CERTIFICATE
    return {
        "who": str(terms.unit.pk) if terms.unit else f"organisation-{terms.organisation.pk}",
        "job_role": str(terms.job_role.pk) if terms.job_role else "",
        "nation": terms.nation,
        "named": terms.named is not None,
        "people": ids,
        "module": f"path-{terms.path.pk}" if terms.path else (version.slug if version else ""),
        "rule": BY_DATE if terms.due_on else AFTER_JOINING,
        "due_on": terms.due_on,
        "days_after_joining": terms.days_after_joining,
        "grace_days": terms.grace_days or None,
        "refresher": refresher,
        "refresh_months": terms.refresh_months,
        "window_from": terms.window_from,
        "window_to": terms.window_to,
        "starts_on": max(terms.starts_on, timezone.localdate()),
        "seen": mark(requirement),
    }, ids


def _units(team: Team) -> list[tuple[str, str]]:
    """Her units, each under the one it belongs to; of thousands those near. The page of a unit leads here with it."""
    depth = {unit.path: unit.path.count("/") - 2 for unit in team.near.units}
    top = min(depth.values(), default=0)
    return [(str(unit.pk), f"{'– ' * (depth[unit.path] - top)}{unit.name}") for unit in team.near.units]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
