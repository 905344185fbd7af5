"""`/manage/jobs/`: the long work that somebody asked for; how far it is, what came of it, and its file."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.manager.access import for_managers
from courses.people import jobs as work
from courses.people.models import Action, Job, JobStatus, User
from courses.people.services.auditing import note
from courses.records.team import Team

from .kinds import shown

PAGE = 20
OPEN = (JobStatus.WAITING, JobStatus.RUNNING)


@dataclass(frozen=True)
class Line:
    """A job in words."""

    job: Job
    title: str
    what: str
    allowed: bool

    @property
    def open(self) -> bool:
        return self.job.status in OPEN

    @property
    def has_file(self) -> bool:
        """Whether there is a file that she may have now."""
        return self.allowed and bool(self.job.file) and not self.over and self.job.status == JobStatus.DONE

    @property
    def over(self) -> bool:
        """Whether its time is over; the file may not be taken away yet."""
        return self.job.expires_at is not None and self.job.expires_at <= timezone.now()

    @property
    def size(self) -> int | None:
        """The bytes of the file; unknown when the storage has lost it."""
        try:
            return int(self.job.file.size)
        except OSError:
            return None

    @property
    def kind(self) -> str:
        """The tint of its state."""
        return {
            JobStatus.WAITING.value: "none",
            JobStatus.RUNNING.value: "open",
            JobStatus.DONE.value: "none" if self.over else "done",
            JobStatus.FAILED.value: "over",
        }.get(self.job.status, "exempt")

    @property
    def state(self) -> str:
        """The state in words; a file whose time is over is no longer there to be had."""
        return "File taken away" if self.over and self.job.status == JobStatus.DONE else self.job.get_status_display()

    @property
    def quarter(self) -> str:
        """What a screen reader is told: now and then, not every second."""
        if self.job.status != JobStatus.RUNNING:
            return f"{self.state}."
        done = self.job.per_cent // 25
        return ("It has begun.", "A quarter is done.", "Half is done.", "Three quarters are done.", "Nearly done.")[
            done
        ]


def line_of(job: Job, team: Team) -> Line:
    kind = shown(job)
    return Line(job, kind.title_of(job), kind.what_of(job), kind.allowed(job, team))


def hers(request: HttpRequest) -> QuerySet[Job]:
    """What she asked for herself: nobody else's work is found, like work that does not exist."""
    user = request.user
    return Job.objects.filter(by_id=user.person_id) if isinstance(user, User) else Job.objects.none()


def lines_of(request: HttpRequest, team: Team, most: int) -> list[Line]:
    """Her latest work. One query."""
    return [line_of(job, team) for job in hers(request).order_by("-asked_at", "-pk")[:most]]


@require_safe
@for_managers
def jobs(request: HttpRequest, team: Team) -> HttpResponse:
    """Everything she asked for, newest first. At most 6 queries: session, user, roles, units, how many, the page."""
    page = Paginator(hers(request).order_by("-asked_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    lines = [line_of(job, team) for job in page]
    return render(request, "manager/jobs/jobs.html", {"team": team, "page": page, "lines": lines})


@require_safe
@for_managers
def job(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """One piece of work. The page asks again by itself: by script where there is one, else as a whole.

    At most 8 queries: session, user, roles, units, the job, and three for what its kind adds."""
    found = get_object_or_404(hers(request), public_id=public_id)
    context = context_of(found, team)
    if request.headers.get("HX-Request") == "true":
        heard = request.GET.get("heard") == context["line"].quarter
        return render(request, "manager/jobs/_progress.html", {**context, "polled": True, "heard": heard})
    return render(request, "manager/jobs/job.html", context)


@require_safe
@for_managers
def file(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponseBase:
    """The file, for who asked for it, as long as she may see those people and its week is not over. The log says so
    in the same transaction: what could not be noted is not given."""
    found = get_object_or_404(hers(request), public_id=public_id)
    line = line_of(found, team)
    if not line.allowed:
        raise Http404
    if not line.has_file:
        return render(request, "manager/jobs/job.html", context_of(found, team), status=410 if line.over else 404)
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        return render(request, "manager/jobs/job.html", {**context_of(found, team), "gone": True}, status=410)
    if request.method == "GET":
        with transaction.atomic():
            note(
                action=Action.DOWNLOADED,
                what=found.kind,
                by=found.by,
                organisation_id=found.organisation_id,
                key=found.public_id,
                bytes=line.size,
            )
    kind = mimetypes.guess_type(found.file_name)[0] or "application/octet-stream"
    return FileResponse(
        opened,
        as_attachment=True,
        filename=found.file_name,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def cancel(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Asks, then stops the work; where it has ended already, says so."""
    found = get_object_or_404(hers(request), public_id=public_id)
    if request.method != "POST":
        return render(request, "manager/jobs/cancel.html", context_of(found, team))
    if not work.call_off(job=found):
        messages.info(request, "It had ended already, so there was nothing to stop.")
    return redirect("manager:job", found.public_id)


def context_of(found: Job, team: Team) -> dict[str, Any]:
    kind = shown(found)
    line = line_of(found, team)
    address, words = kind.back(found)
    more = kind.about(found, team) if kind.panel and line.allowed else {}
    return {"team": team, "line": line, "back": address, "back_words": words, "panel": kind.panel, **more}
