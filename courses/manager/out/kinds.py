"""The kinds of long work of this area: what each does, and how its page speaks of it."""

from __future__ import annotations

from django.http import QueryDict
from django.urls import reverse

from courses.manager.jobs.kinds import SHOWN, Shown
from courses.people.jobs import KINDS
from courses.people.models import Job

from . import making
from .sheets import WHAT


def title(job: Job) -> str:
    return f"{WHAT[job.params['what']].title}, {making.ENDINGS[job.params['ending']]}"


def back(job: Job) -> tuple[str, str]:
    """Where the list is, under the same choices."""
    what, slug = job.params["what"], job.params["slug"]
    address = reverse(f"manager:{what}-list", args=[slug] if slug else [])
    choice = QueryDict(job.params["choice"]).urlencode()
    return (f"{address}?{choice}" if choice else address), "The list it was made of"


def register() -> None:
    KINDS[making.KIND] = making.make
    SHOWN[making.KIND] = Shown(title=title, back=back, what="people")
