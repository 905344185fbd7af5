"""Lists of training records whose time is over, and having it carried out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.manager.jobs.kinds import SHOWN, Shown
from courses.manager.workforce.import_access import Lead, for_leads
from courses.manager.workforce.imports import leads_it
from courses.people.models import Action, Job, User
from courses.people.services.auditing import note
from courses.privacy import clocks
from courses.privacy.models import ErasurePart, Outcome, RetentionRun
from courses.privacy.services import requests, retaining
from courses.spreadsheets import csv_response

from .retention import me, organisation_of

PAGE = 50


@for_leads
@require_POST
def make_report(request: HttpRequest, lead: Lead) -> HttpResponse:
    """Has the list made: a dry run, as a job."""
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    run = retaining.ask(organisation=organisation_of(request, lead), by=request.user)
    return redirect("manager:retention-report", run.public_id)


@require_safe
@for_leads
def report(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """What is due, by class and module, and the list. At most 7 queries: session, user, units, the run, its
    sums by class, those of all, the page."""
    run = find(lead, public_id)
    title = F("module__current_version__title")
    lines = run.lines.annotate(title=title).select_related("person", "kept_as")
    sums = list(
        run.lines.order_by("kept_as__name", "module")
        .values("kept_as__name", "module", title=title)
        .annotate(records=Count("pk"), people=Count("person", distinct=True))
    )
    by_outcome = {key: Count("pk", filter=Q(outcome=key)) for key in Outcome.values}
    counted = run.lines.aggregate(everybody=Count("person", distinct=True), **by_outcome)
    outcomes = [(key, counted[key]) for key in Outcome.values if counted[key]]
    pages = Paginator(lines.order_by("kept_as", "module", "until", "pk"), PAGE)
    pages.count = sum(number for _, number in outcomes)
    page = pages.get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "team": lead.team, "run": run, "page": page,
        "rows": [(line, getattr(line, "title", None) or "") for line in page],
        "sums": [(row, row["title"] or "") for row in sums],
        "outcomes": [(Outcome(key).label, number) for key, number in outcomes],
        "people": counted["everybody"],
        "may_carry_out": run.dry and run.ended_at and any(key in DOABLE for key, _ in outcomes),
    }  # fmt: skip
    return render(request, "manager/privacy/report.html", context)


DOABLE = {Outcome.NAME_OFF.value, Outcome.OURS_OFF.value, Outcome.DETAILS.value}


@require_safe
@for_leads
def report_csv(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponseBase:
    """The same list as a file; the log says who took it."""
    run = find(lead, public_id)
    note(
        action=Action.DOWNLOADED,
        what="due-records",
        by=me(request),
        organisation_id=run.organisation_id,
        key=run.public_id,
    )
    return csv_response(csv_rows(run), f"retention-{run.day:%Y-%m-%d}")


def csv_rows(run: RetentionRun) -> Iterator[list[object]]:
    yield ["Person", "Module", "Class", "Done on", "Kept until", "What comes of it" if run.dry else "What was done"]
    titles = clocks.titles_of(set(run.lines.values_list("module", flat=True)))
    lines = run.lines.select_related("person", "kept_as").order_by("kept_as", "module", "until", "pk")
    for line in lines.iterator(chunk_size=500):
        yield [
            line.person.name, titles[line.module_id], line.kept_as.name, line.completed_on, line.until,
            line.get_outcome_display(),
        ]  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def carry_out(request: HttpRequest, lead: Lead, public_id: UUID) -> HttpResponse:
    """Asks once more, then has it done: everything that is due on that day, looked at again person by person. At most 5
    queries to look."""
    run = find(lead, public_id)
    if request.method != "POST" or not isinstance(request.user, User):
        outcomes = run.lines.filter(outcome__in=DOABLE).values_list("outcome").annotate(records=Count("pk"))
        found = [(Outcome(key).label, number) for key, number in outcomes.order_by()]
        return render(request, "manager/privacy/carry_out.html", {"team": lead.team, "run": run, "outcomes": found})
    if not run.dry:
        messages.info(request, "That was carried out already.")
        return redirect("manager:retention-report", run.public_id)
    done = retaining.ask(organisation=run.organisation, by=request.user, dry=False)
    return redirect("manager:retention-report", done.public_id)


def find(lead: Lead, public_id: UUID) -> RetentionRun:
    """Of an organisation that she leads; another's is not found."""
    ours = RetentionRun.objects.filter(organisation__in=lead.organisation_ids)
    return get_object_or_404(ours.select_related("organisation", "by", "job"), public_id=public_id)


def back_to_report(job: Job) -> tuple[str, str]:
    run = RetentionRun.objects.filter(pk=job.params.get("run")).first()
    address = reverse("manager:retention-report", args=[run.public_id]) if run else reverse("manager:retention")
    return address, "The list"


def back_to_request(job: Job) -> tuple[str, str]:
    part = ErasurePart.objects.filter(
        request=job.params.get("request"), organisation=job.organisation_id
    ).first()  # fmt: skip
    address = reverse("manager:erasure-request", args=[part.pk]) if part else reverse("manager:erasures")
    return address, "The request"


def show_jobs() -> None:
    """How the jobs of this area are spoken of on their page."""
    SHOWN[retaining.RETAIN] = Shown(
        title="Training records whose time is over", back=back_to_report, what="people", allowed=leads_it
    )
    SHOWN[requests.ERASE] = Shown(title="Erasure", back=back_to_request, what="steps", allowed=leads_it)
