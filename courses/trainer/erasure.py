"""For platform administrators: requests for erasure that no training lead can answer, because the person belongs to no
organisation, or nobody but herself leads hers."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from courses.people.models import Action, User
from courses.people.permissions import supports_learners
from courses.people.services.auditing import note
from courses.privacy import clocks, queries, rules
from courses.privacy.models import Decision
from courses.privacy.services import requests

SHOWN = 100


class AnswerForm(forms.Form):
    """The administrator's answer."""

    decision = forms.ChoiceField(choices=Decision.choices, error_messages={"required": "Choose one of the answers."})
    reason = forms.CharField(required=False, max_length=2000)


def erasure_requests(request: HttpRequest) -> HttpResponse:
    """What waits longest first. Budget: 8 queries, of which six are Wagtail's frame."""
    _may(request)
    today = timezone.localdate()
    found = (
        queries.parts_for_platform()
        .filter(request__withdrawn_at=None)
        .order_by(F("decided_at").asc(nulls_first=True), "request__answer_by")
    )
    rows = [
        (part, "" if part.decision else rules.time_left(today, part.request.answer_by)) for part in found[:SHOWN]
    ]  # fmt: skip
    rows.sort(key=lambda row: bool(row[0].decision))
    return render(request, "trainer/erasure/requests.html", {"rows": rows})


def erasure_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what is held, what has to be kept, and the answer. Budget: 13 queries: six are
    Wagtail's for its frame and cannot be left out; ours are the role, the request, classes, modules, records with last
    days, what is held, and the line of the audit log."""
    _may(request)
    part = get_object_or_404(queries.parts_for_platform(), pk=pk)
    if not isinstance(request.user, User):
        raise PermissionDenied
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            requests.decide(part=part, by=request.user, **form.cleaned_data)
        except requests.RequestError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your answer is on its way to them, and what you decided is being done.")
            return redirect("trainer_erasure_requests")
    person, today = part.request.person, timezone.localdate()
    if request.method != "POST":
        note(
            action=Action.SAW, what="erasure", by=request.user.person, organisation_id=part.organisation_id,
            key=part.request.public_id, about=person,
        )  # fmt: skip
    kept = clocks.must_be_kept(part.organisation, person.pk, today)
    context = {
        "part": part, "person": person, "form": form, "kept": kept,
        "held": queries.held_about(person, part.organisation),
        "left": rules.time_left(today, part.request.answer_by),
        "answers": [one for one in Decision.choices if one[0] != (Decision.ERASE if kept else Decision.KEEP)],
    }  # fmt: skip
    return render(request, "trainer/erasure/request.html", context, status=422 if form.errors else 200)


def _may(request: HttpRequest) -> None:
    if not supports_learners(request.user):
        raise PermissionDenied
