"""`/manage/retention/`: for how long training records are kept here, and which module is kept how."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.workforce.import_access import Lead, for_leads
from courses.people.models import Action, Organisation, Person, User
from courses.people.services.auditing import note
from courses.privacy import clocks, rules
from courses.privacy.models import ClockStart, ModuleRetention, RetentionAction, RetentionClass, RetentionRun

RUNS_SHOWN = 20


class ClassForm(Form):
    """A class of records."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give it a name."})
    starts = forms.ChoiceField(label="Its time begins", choices=ClockStart.choices, widget=forms.RadioSelect)
    years = forms.IntegerField(
        label="Years", min_value=0, max_value=100, initial=0, error_messages={"required": "How many years? 0 for none."}
    )
    months = forms.IntegerField(
        label="And months",
        min_value=0,
        max_value=11,
        initial=0,
        error_messages={"required": "How many months more? 0 for none."},
    )
    action = forms.ChoiceField(
        label="What happens when it is over", choices=RetentionAction.choices, widget=forms.RadioSelect
    )
    by_itself = forms.BooleanField(
        label="Do it every night, without asking",
        required=False,
        help_text="Not ticked: the list is made overnight, and you decide.",
    )
    source = forms.CharField(
        label="What it rests on",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The schedule, policy or decision. Check it with your information governance.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        length = 12 * data.get("years", 0) + data.get("months", 0)
        if not length and not {"years", "months"} & set(self.errors):
            self.add_error("years", "Say for how long, at least a month.")
        if data.get("by_itself") and data.get("action") == RetentionAction.REVIEW:
            self.add_error("by_itself", "What has to be looked at cannot be done without asking.")
        data["length"] = length
        return data


class ModulesForm(Form):
    """Which class each module is in."""

    def __init__(self, data: QueryDict | None, *, organisation: Organisation) -> None:
        super().__init__(data)
        classes = clocks.classes_for(organisation)
        self.by_id = {str(one.pk): one for one in classes}
        self.stands = clocks.kept_modules(organisation, classes)
        choices = [(pk, in_words(one)) for pk, one in self.by_id.items()]
        for module, kept in sorted(self.stands.items(), key=lambda pair: pair[1].title.casefold()):
            self.fields[f"module-{module}"] = forms.ChoiceField(
                label=kept.title, choices=choices, initial=str(kept.kept_as.pk)
            )

    def chosen(self) -> dict[int, RetentionClass]:
        return {
            module: self.by_id[self.cleaned_data[f"module-{module}"]]
            for module, stands in self.stands.items()
            if self.cleaned_data[f"module-{module}"] != str(stands.kept_as.pk)
        }


def in_words(kept_as: RetentionClass) -> str:
    """“Other training: 6 years after the training”."""
    starts = ClockStart(kept_as.starts).label
    return f"{kept_as.name}: {rules.length_in_words(kept_as.months)} {starts[0].lower()}{starts[1:]}"


def organisation_of(request: HttpRequest, lead: Lead) -> Organisation:
    """The one she chose among those she leads; anything else is the first."""
    said = request.GET.get("organisation", "")
    return next((one for one in lead.organisations if str(one.pk) == said), lead.organisations[0])


@require_safe
@for_leads
def retention(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Classes, how many modules are in each, and the lists made so far. At most 6 queries: session, user,
    units, classes, modules, runs."""
    organisation = organisation_of(request, lead)
    known = clocks.classes_for(organisation)
    inside: dict[int, list[str]] = defaultdict(list)
    for kept in clocks.kept_modules(organisation, known).values():
        inside[kept.kept_as.pk].append(kept.title)
    classes = [(one, in_words(one), len(inside[one.pk]), sorted(inside[one.pk])) for one in known]
    runs = (
        RetentionRun.objects.filter(organisation=organisation).select_related("by", "job").order_by("-made_at", "-pk")
    )
    context = {
        "team": lead.team, "organisation": organisation, "organisations": lead.organisations, "classes": classes,
        "runs": runs[:RUNS_SHOWN],
    }  # fmt: skip
    return render(request, "manager/privacy/retention.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def class_new(request: HttpRequest, lead: Lead) -> HttpResponse:
    """A class of the organisation's own. At most 3 queries to look."""
    organisation = organisation_of(request, lead)
    return _class(request, lead, RetentionClass(organisation=organisation, starts="", action=""))


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def class_edit(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """A class is changed; one of the platform's becomes the organisation's own. At most 4 queries to look."""
    organisation = organisation_of(request, lead)
    known = {one.pk: one for one in clocks.classes_for(organisation)}
    own = RetentionClass.objects.filter(organisation__in=lead.organisation_ids)
    found = known.get(pk) or get_object_or_404(own, pk=pk)
    if found.organisation_id is None:
        found = RetentionClass(
            organisation=organisation, key=found.key, name=found.name, starts=found.starts, months=found.months,
            action=found.action, source=found.source,
        )  # fmt: skip
    return _class(request, lead, found)


def _class(request: HttpRequest, lead: Lead, found: RetentionClass) -> HttpResponse:
    years, months = divmod(found.months or 0, 12)
    initial = {
        "name": found.name, "starts": found.starts, "years": years, "months": months, "action": found.action,
        "by_itself": found.by_itself, "source": found.source,
    }  # fmt: skip
    form = ClassForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        for name in ("name", "starts", "action", "by_itself", "source"):
            setattr(found, name, data[name])
        found.months = data["length"]
        try:
            _save(found, me(request))
        except ValidationError as error:
            form.add_error("name", error.messages[0])
        else:
            messages.success(request, "It counts from now on. Nothing has been taken away.")
            return redirect("manager:retention")
    context = {"team": lead.team, "form": form, "found": found, "new": not found.name}
    return render(request, "manager/privacy/retention_class.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _save(found: RetentionClass, by: Person) -> None:
    found.validate_constraints()
    found.save()
    note(action=Action.CHANGED, what="retention", by=by, organisation_id=found.organisation_id, key=found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def modules(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Which module is in which class. At most 5 queries to look, as many to save as modules are changed."""
    organisation = organisation_of(request, lead)
    form = ModulesForm(request.POST if request.method == "POST" else None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            for module, kept_as in form.chosen().items():
                ModuleRetention.objects.update_or_create(
                    organisation=organisation, module_id=module, defaults={"kept_as": kept_as}
                )
                note(
                    action=Action.CHANGED, what="retention", by=me(request), organisation=organisation, key=kept_as.pk,
                    module=module,
                )  # fmt: skip
        messages.success(request, "Each module is in the class you chose.")
        return redirect("manager:retention")
    context = {"team": lead.team, "form": form, "organisation": organisation}
    return render(request, "manager/privacy/retention_modules.html", context, status=422 if form.errors else 200)


def me(request: HttpRequest) -> Person:
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user.person
