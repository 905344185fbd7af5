"""`/manage/imports/`: people from the employer's own system, shown before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.manager.jobs.kinds import SHOWN, Shown
from courses.people.importing import services
from courses.people.importing.places import SEPARATOR
from courses.people.importing.rules import LABELS
from courses.people.jobs import Fault
from courses.people.models import ImportRow, ImportStatus, Job, PeopleImport, Person, RowKind, User
from courses.people.services.inviting import INVITE
from courses.records.team import Team

from .import_access import Lead, for_leads
from .import_forms import ColumnsForm, FileForm, WriteForm

PAGE = 20
ROWS = 50
KINDS = [
    (RowKind.FAULT, "over", "cannot be read"),
    (RowKind.ADD, "done", "new"),
    (RowKind.CHANGE, "open", "changed"),
    (RowKind.LEAVE, "soon", "leaving"),
    (RowKind.SAME, "none", "as they were"),
]
TAGS = {
    ImportStatus.MAPPING: ("none", "Which column is what?"),
    ImportStatus.CHECKING: ("open", "Being checked"),
    ImportStatus.CHECKED: ("soon", "Checked, waiting for your word"),
    ImportStatus.RUNNING: ("open", "Being written"),
    ImportStatus.DONE: ("done", "Written"),
    ImportStatus.UNDOING: ("open", "Being undone"),
    ImportStatus.UNDONE: ("exempt", "Undone"),
    ImportStatus.FAILED: ("over", "Stopped by a fault"),
}


@dataclass(frozen=True)
class Line:
    """A row of the file in words."""

    row: ImportRow
    who: str
    said: list[tuple[str, str]]
    """(field, words)."""
    changes: list[tuple[str, str, str]]
    """(field, before, after)."""


@require_safe
@for_leads
def imports(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Files put in so far, the newest first. At most 8 queries: session, user, roles, units, led, count, page, jobs."""
    found = PeopleImport.objects.filter(organisation__in=lead.organisation_ids)
    found = found.select_related("by", "job", "organisation").order_by("-created_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = [(one, *tag_of(one)) for one in page]
    context = {"team": lead.team, "page": page, "lines": lines, "several": len(lead.organisations) > 1}
    return render(request, "manager/workforce/imports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def import_new(request: HttpRequest, lead: Lead) -> HttpResponse:
    """A file is put in; its headings are read at once, its rows by a job."""
    posted = request.method == "POST"
    form = FileForm(
        request.POST if posted else None, request.FILES if posted else None, organisations=lead.organisations
    )
    if posted and form.is_valid():
        try:
            found = services.put_in(
                organisation=form.organisation_chosen(), by=person_of(request), file=form.cleaned_data["file"]
            )
        except Fault as fault:
            form.add_error("file", str(fault))
        else:
            return redirect("manager:import-columns", found.public_id)
    context = {"team": lead.team, "form": form}
    return render(request, "manager/workforce/import_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def import_columns(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Which column is what. Remembered for files with the same headings."""
    found = find(lead, public_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_check(
                found=found,
                by=person_of(request),
                mapping=form.mapping(),
                whole=form.cleaned_data["whole"],
                order=form.cleaned_data["order"],
            )
        except services.ImportRefusedError as error:
            messages.error(request, str(error))
        return redirect("manager:import", found.public_id)
    if found.written_at:
        return redirect("manager:import", found.public_id)
    sample = [(heading, found.facts.get("sample", {}).get(heading, [])) for heading in found.headings]
    context = {"team": lead.team, "found": found, "form": form, "sample": sample}
    return render(request, "manager/workforce/import_columns.html", context, status=422 if form.errors else 200)


@require_safe
@for_leads
def import_page(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """One file: how far it is, what it would do row by row, and what it did. At most 8 queries: session, user, roles,
    units, led, the import with its job, rows, people."""
    found = find(lead, public_id)
    live = found.job is not None and found.job.status in services.LIVE
    if found.status == ImportStatus.MAPPING:
        return redirect("manager:import-columns", found.public_id)
    if request.headers.get("HX-Request") == "true":
        if not live:
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "manager/workforce/_import_progress.html", {"found": found})
    return render(request, "manager/workforce/import.html", context_of(request, lead, found, live))


def context_of(request: HttpRequest, lead: Lead, found: PeopleImport, live: bool) -> dict[str, Any]:
    kind, state = tag_of(found)
    context: dict[str, Any] = {"team": lead.team, "found": found, "live": live, "tag": kind, "state": state}
    if live:
        return context
    stopped = services.is_stopped(found)
    partly = stopped and "made" in found.facts
    chosen = request.GET.get("kind", "")
    tiles = [(value, look, words, found.counts.get(value, 0)) for value, look, words in KINDS]
    if chosen not in RowKind.values:
        chosen = next((value for value, _, _, number in tiles if number), RowKind.ADD)
    kept = request.GET.get("kept") == "1"
    lines, after = lines_of(found, chosen, request.GET.get("after", ""), kept=kept)
    return {
        **context,
        "stopped": stopped,
        "partly": partly,
        "tiles": tiles,
        "chosen": chosen,
        "chosen_words": {value: words for value, _, words in KINDS}[RowKind(chosen)],
        "lines": lines,
        "after": after,
        "kept": kept,
        "warnings": services.warnings(found).words if found.status == ImportStatus.CHECKED else [],
        "form": WriteForm(),
        "to_write": sum(found.counts.get(one, 0) for one in (RowKind.ADD, RowKind.CHANGE, RowKind.LEAVE)),
        "fault_fields": [(LABELS.get(key, key), number) for key, number in found.facts.get("fault_fields", {}).items()],
    }


def lines_of(found: PeopleImport, kind: str, after: str, *, kept: bool) -> tuple[list[Line], int | None]:
    """Rows of a kind, from the one after `after`; and where the next page begins."""
    rows = found.rows.filter(undo__has_key="kept") if kept else found.rows.filter(kind=kind)
    if after.isdigit() and len(after) < 10:
        rows = rows.filter(number__gt=int(after))
    page = list(rows.select_related("person").order_by("number")[: ROWS + 1])
    more = page[ROWS - 1].number if len(page) > ROWS else None
    return [line_of(row) for row in page[:ROWS]], more


def line_of(row: ImportRow) -> Line:
    values = row.values
    name = values.get("name") or (row.person.name if row.person else "")
    known = values.get("reference") or values.get("email", "")
    said = [(LABELS.get(key, key), words) for key, words in row.faults.items()]
    if row.undo.get("kept"):
        said = [("Not undone", row.undo["kept"])]
    elif row.kind == RowKind.ADD:
        keys = ("unit", "job_role", "job_title", "second_unit", "starts_on", "leaves_on", "email")
        said = [*((LABELS[key], shown(values[key])) for key in keys if key in values), *said]
    elif row.kind == RowKind.LEAVE and values.get("missing"):
        said = [("Leaves", "Missing from the file")]
    changes = [(LABELS.get(key, key), before, after) for key, (before, after) in row.changes.items()]
    return Line(row, ", ".join(part for part in (name, known) if part) or "Nobody that can be told", said, changes)


def shown(value: Any) -> str:
    return SEPARATOR.join(value) if isinstance(value, list) else str(value)


@for_leads
@require_POST
def import_write(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Her word: it is written."""
    found = find(lead, public_id)
    form = WriteForm(request.POST)
    form.is_valid()
    try:
        services.ask_write(
            found=found,
            by=person_of(request),
            sure=form.cleaned_data.get("sure", False),
            invite=form.cleaned_data.get("invite", False),
        )
    except services.ImportRefusedError as error:
        messages.error(request, str(error))
    return redirect("manager:import", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def import_undo(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Asks, then has it undone."""
    found = find(lead, public_id)
    if request.method != "POST":
        return render(request, "manager/workforce/import_undo.html", {"team": lead.team, "found": found})
    try:
        services.ask_undo(found=found, by=person_of(request))
    except services.ImportRefusedError as error:
        messages.error(request, str(error))
    return redirect("manager:import", found.public_id)


@for_leads
@require_POST
def import_delete(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Forgets a file that was not written."""
    found = find(lead, public_id)
    try:
        services.throw_away(found=found)
    except services.ImportRefusedError as error:
        messages.error(request, str(error))
        return redirect("manager:import", found.public_id)
    messages.success(request, "The file is deleted. Nothing of it was written.")
    return redirect("manager:imports")


def find(lead: Lead, public_id: UUID) -> PeopleImport:
    """Of an organisation that she leads; another's is not found, like one that does not exist."""
    ours = PeopleImport.objects.filter(organisation__in=lead.organisation_ids)
    return get_object_or_404(ours.select_related("job", "by", "organisation"), public_id=public_id)


def tag_of(found: PeopleImport) -> tuple[str, str]:
    if services.is_stopped(found):
        return "over", "Stopped by a fault"
    return TAGS[ImportStatus(found.status)]


def person_of(request: HttpRequest) -> Person:
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user.person


def back(job: Job) -> tuple[str, str]:
    found = PeopleImport.objects.filter(pk=job.params.get("import")).first()
    return (reverse("manager:import", args=[found.public_id]), "The import") if found else to_imports(job)


def to_imports(job: Job) -> tuple[str, str]:
    del job
    return reverse("manager:imports"), "Imports"


def leads_it(job: Job, team: Team) -> bool:
    return job.organisation_id in team.organisations


def show_jobs() -> None:
    """How the jobs of this area are spoken of on their page."""
    for kind, title in (
        (services.CHECK, "Check of a file of people"),
        (services.WRITE, "Import of people"),
        (services.UNDO, "Undoing of an import"),
    ):
        SHOWN[kind] = Shown(title=title, back=back, what="rows", allowed=leads_it)
    SHOWN[INVITE] = Shown(title="Invitations", back=to_invitations, what="people", allowed=leads_it)


def to_invitations(job: Job) -> tuple[str, str]:
    del job
    return reverse("manager:invitations"), "Invitations"
