"""`/manage/erasure/`: people who ask that what is held about them is erased, and the lead's answer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.workforce.import_access import Lead, for_leads
from courses.people.models import Action, User
from courses.people.services.auditing import note
from courses.privacy import clocks, queries, rules
from courses.privacy.models import Decision, ErasurePart
from courses.privacy.services import requests

PAGE = 30


@dataclass(frozen=True)
class Line:
    """A request in words, as one organisation has to answer it."""

    part: ErasurePart
    today: datetime.date

    @property
    def open(self) -> bool:
        return not self.part.decision and self.part.request.withdrawn_at is None

    @property
    def state(self) -> tuple[str, str]:
        """Its tint, and the words."""
        part = self.part
        if part.request.withdrawn_at is not None:
            return "none", "Taken back"
        if not part.decision:
            by = part.request.answer_by
            kind = "over" if by < self.today else "soon" if rules.is_short(self.today, by) else "open"
            return kind, rules.time_left(self.today, by).capitalize()
        if part.decision == Decision.REFUSE:
            return "none", "Refused"
        if part.done_at is not None:
            return "done", "Erased"
        if part.now_done_at is not None:
            until = part.keep_until
            return "exempt", f"Kept until {until.day} {until:%B %Y}" if until else "Kept"
        return "open", "Decided, being carried out"


class DecisionForm(Form):
    """The lead's answer."""

    all_optional = True  # the reason is asked for when she refuses, so it is not called optional
    decision = forms.ChoiceField(
        label="Your answer", widget=forms.RadioSelect, error_messages={"required": "Choose one of the answers."}
    )
    reason = forms.CharField(
        label="What you tell them",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="It goes to them with the answer. If you refuse, you have to say why: which law or rule it rests on.",
    )

    def __init__(self, data: QueryDict | None, *, kept: bool) -> None:
        super().__init__(data)
        field = self.fields["decision"]
        leave_out = Decision.ERASE if kept else Decision.KEEP
        if isinstance(field, forms.ChoiceField):
            field.choices = [(value, label) for value, label in Decision.choices if value != leave_out]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("decision") == Decision.REFUSE and not data.get("reason", "").strip():
            self.add_error("reason", "Say why you refuse: they have a right to be told.")
        return data


@require_safe
@for_leads
def erasures(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Requests to the organisations she leads, what waits longest first. At most 5 queries: session, user, units,
    how many, the page."""
    today = timezone.localdate()
    mine = ErasurePart.objects.filter(organisation__in=lead.organisation_ids)
    mine = mine.select_related("request__person", "organisation", "decided_by")
    found = Paginator(mine.order_by(F("decided_at").asc(nulls_first=True), "request__answer_by", "pk"), PAGE)
    page = found.get_page(request.GET.get("page"))
    lines = [Line(part, today) for part in page]
    context = {"team": lead.team, "page": page, "lines": sorted(lines, key=lambda line: not line.open)}
    return render(request, "manager/privacy/erasures.html", {**context, "several": len(lead.organisations) > 1})


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def erasure_request(request: HttpRequest, lead: Lead, pk: int) -> HttpResponse:
    """One request: what is held, what must be kept, and the answer, which is shown once more before it counts.

    At most 8 queries to look: user, units, the request, classes, modules, records with last days, what is held, holds;
    and beside these the line of the audit log."""
    part = find(lead, pk)
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    person, today = part.request.person, timezone.localdate()
    line = Line(part, today)
    kept = clocks.must_be_kept(part.organisation, person.pk, today)
    form = DecisionForm(request.POST if request.method == "POST" else None, kept=bool(kept))
    context: dict[str, Any] = {
        "team": lead.team, "part": part, "person": person, "line": line, "kept": kept, "form": form,
        "hers": part.request.person_id == request.user.person_id,
        "held": queries.held_about(person, part.organisation),
        "hold": bool(queries.held([person.pk], [part.organisation_id or 0])),
        "until": max((until for _, _, until in kept), default=None),
    }  # fmt: skip
    if request.method != "POST":
        note(
            action=Action.SAW, what="erasure", by=request.user.person, organisation_id=part.organisation_id,
            key=part.request.public_id, about=person,
        )  # fmt: skip
        return render(request, "manager/privacy/erasure.html", context)
    if not form.is_valid() or request.POST.get("do") == "back":
        return render(request, "manager/privacy/erasure.html", context, status=422 if form.errors else 200)
    decision, reason = form.cleaned_data["decision"], form.cleaned_data["reason"]
    try:
        if request.POST.get("do") != "save":
            requests.refuse_unless_possible(part, decision, reason)
            return render(request, "manager/privacy/erasure_sure.html", {**context, "decision": decision})
        requests.decide(part=part, decision=decision, reason=reason, by=request.user)
    except requests.AlreadyDecided as error:
        messages.warning(request, str(error))
        return redirect("manager:erasure-request", pk)
    except requests.RequestError as error:
        form.add_error(None, str(error))
        return render(request, "manager/privacy/erasure.html", context, status=422)
    messages.success(request, "Your answer is on its way to them, and what you decided is being done.")
    return redirect("manager:erasure-request", pk)


def find(lead: Lead, pk: int) -> ErasurePart:
    """Of an organisation that she leads; another's is not found, like one that does not exist."""
    ours = ErasurePart.objects.filter(organisation__in=lead.organisation_ids)
    return get_object_or_404(ours.select_related("request__person", "organisation", "decided_by"), pk=pk)
