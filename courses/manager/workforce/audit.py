"""`/manage/audit/`: who saw, exported and changed what, in words, for the training lead."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.forms import Form
from courses.people.models import Action, AuditEntry, Role

from .import_access import Lead, for_leads
from .post_forms import day_field

PAGE = 50
SALT = "manager.audit"

THINGS = {
    "agreements": "what was agreed with one person",
    "another-try": "another try of the assessment",
    "agreement": "an agreement about one person",
    "asc-wds": "the ASC-WDS training file",
    "domain": "an e-mail domain",
    "due-records": "training records whose time is over",
    "erasure": "a request for erasure",
    "esr": "the ESR interchange file",
    "evidence": "an evidence pack",
    "export": "a report",
    "export-format": "the settings of a file",
    "hold": "a legal hold",
    "import": "an import of people",
    "invitations": "invitations",
    "job role": "a job role",
    "job": "a file",
    "leave": "leave of absence",
    "matrix": "the matrix",
    "merge": "two accounts, made one",
    "merge-asked": "that two accounts may be one",
    "module": "the list of one module",
    "outside": "a file for another system",
    "overdue": "the list of what is overdue",
    "path": "a learning path",
    "people": "the list of people",
    "person": "a person's records",
    "post": "a post",
    "reminder": "reminders",
    "reminder-plan": "how reminders are sent",
    "requirements": "the list of requirements",
    "retention": "how long records are kept",
    "role": "a role",
    "rule": "a requirement",
    "schedule": "a scheduled report",
    "scheduled-report": "a scheduled report",
    "share": "what an auditor may read",
    "unit": "a unit",
}
"""What the keys of the log mean. One that is missing here is shown as it is written: a word, never an id."""


PHRASES = {
    "accepted": "Accepted training done elsewhere",
    "accepted-ended": "Took back training that was accepted",
    "exempted": "Recorded an exemption",
    "exemption-ended": "Ended an exemption",
    "leaver": "Recorded a last day",
    "reminded": "Reminded people by e-mail",
    "schedule-end": "Ended a scheduled report",
}
"""What needs words of its own."""

DONE = {"set": "Set", "made": "Made", "ended": "Ended", "withdrawn": "Withdrew"}
"""What was done, where the entry says it more exactly than "changed"."""


LOOKS = {Action.SAW.value, Action.DOWNLOADED.value}


class Line(NamedTuple):
    """An entry in words."""

    entry: AuditEntry
    who: str
    words: str


class AuditForm(Form):
    """What the log is narrowed to."""

    all_optional = True
    q = forms.CharField(label="Name", required=False, max_length=100, help_text="Who did it, or whom it was about.")
    action = forms.ChoiceField(
        label="What was done", required=False, choices=[("", "Anything"), *((a.value, a.label) for a in Action)]
    )
    day_from = day_field("From", required=False)
    day_to = day_field("To", required=False)


@require_safe
@for_leads
def audit(request: HttpRequest, lead: Lead) -> HttpResponse:
    """At most 6 queries: session, user, roles, units, led, a page of entries. The next page goes on from the
    last entry: a page costs the same however far back it is."""
    form = AuditForm(request.GET)
    ok = form.is_valid()
    found = narrowed(AuditEntry.objects.filter(organisation__in=lead.organisation_ids), form.cleaned_data if ok else {})
    before = _place(request.GET.get("after", ""))
    if before is not None:
        at, pk = before
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    rows = list(found.select_related("by", "about").order_by("-at", "-pk")[: PAGE + 1]) if ok else []
    more = _token(rows[PAGE - 1]) if len(rows) > PAGE else ""
    context = {
        "team": lead.team,
        "form": form,
        "lines": [Line(entry, who(entry), in_words(entry)) for entry in rows[:PAGE]],
        "page": {"after": more, "before": bool(before)},
    }
    return render(request, "manager/workforce/audit.html", context)


def narrowed(found: QuerySet[AuditEntry], said: Mapping[str, Any]) -> QuerySet[AuditEntry]:
    if name := str(said.get("q", "")).strip():
        found = found.filter(Q(by__name__icontains=name) | Q(about__name__icontains=name))
    if action := said.get("action"):
        found = found.filter(action=action)
    if day := said.get("day_from"):
        found = found.filter(at__gte=_midnight(day))
    day = said.get("day_to")
    if day and day < datetime.date.max:
        found = found.filter(at__lt=_midnight(day + datetime.timedelta(days=1)))
    return found


def who(entry: AuditEntry) -> str:
    """Whoever did it. An auditor with a link has no account; the rest of what has no author, the site did by itself."""
    if entry.by:
        return entry.by.name
    return "An auditor, by a link" if entry.what == "share" and entry.action in LOOKS else "By itself"


def in_words(entry: AuditEntry) -> str:
    """What was done, without names of things or ids: who and about whom stand beside it."""
    if entry.what == "role" and entry.key in Role.values:
        role = Role(entry.key).label.lower()
        return f"Took the role “{role}”" if entry.action == Action.WITHDREW else f"Gave the role “{role}”"
    if entry.what in PHRASES:
        return PHRASES[entry.what]
    thing = THINGS.get(entry.what, entry.what.replace("-", " "))
    if entry.data.get("ended") is True:
        return f"Ended {thing}"
    if did := DONE.get(str(entry.data.get("did"))):
        return f"{did} {thing}"
    return f"{Action(entry.action).label} {thing}" if entry.action in Action.values else thing


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


def _token(entry: AuditEntry) -> str:
    return signing.dumps([entry.at.isoformat(), entry.pk], salt=SALT)


def _place(token: str) -> tuple[datetime.datetime, int] | None:
    """Where the last page ended. A place that we did not give out is the first page."""
    try:
        at, pk = signing.loads(token, salt=SALT)
        return datetime.datetime.fromisoformat(at), int(pk)
    except (signing.BadSignature, ValueError, TypeError):
        return None
