"""The kinds of long work of this area: what each does, and how its page speaks of it."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse

from courses.manager.jobs.kinds import SHOWN, Shown
from courses.manager.models import FileKind
from courses.people.jobs import KINDS
from courses.people.models import Job
from courses.records import nightly

from . import making, outside_making, sending
from .sheets import WHAT


def title(job: Job) -> str:
    return f"{WHAT[job.params['what']].title}, {making.ENDINGS[job.params['ending']]}"


def back(job: Job) -> tuple[str, str]:
    """Where the list is, under the same choices."""
    what, slug = job.params["what"], job.params["slug"]
    address = reverse(f"manager:{what}-list", args=[slug] if slug else [])
    choice = QueryDict(job.params["choice"]).urlencode()
    return (f"{address}?{choice}" if choice else address), "The list it was made of"


def outside_title(job: Job) -> str:
    return str(FileKind(job.params["file"]).label)


def outside_back(job: Job) -> tuple[str, str]:
    kind = job.params["file"]
    return f"{reverse('manager:outside', args=[kind])}?organisation={job.organisation_id}", "The file and its settings"


def send_reports() -> str:
    asked, ended = sending.send_due()
    return f"{asked} asked for, {ended} ended."


def register() -> None:
    nightly.MORE["reports sent regularly"] = send_reports
    KINDS[making.KIND] = making.make
    SHOWN[making.KIND] = Shown(title=title, back=back, what="people")
    KINDS[sending.KIND] = sending.make
    SHOWN[sending.KIND] = Shown(title=title, back=back, what="people")
    KINDS[outside_making.KIND] = outside_making.make
    SHOWN[outside_making.KIND] = Shown(
        title=outside_title,
        back=outside_back,
        what="people",
        panel="manager/out/_wrong.html",
        about=outside_making.about,
    )
