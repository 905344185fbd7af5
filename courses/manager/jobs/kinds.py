"""How a kind of long work is spoken of on its page, and who may still have its file.

Each area of the manager's screens says so for its own kinds, next to where it adds them to `people.jobs.KINDS`:

    SHOWN["people-import"] = Shown(title="Import of people", back=lambda job: (reverse("manager:imports"), "Imports"))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from courses.people.models import Job
from courses.records.team import Team


def in_her_units(job: Job, team: Team) -> bool:
    """Whether she still sees every unit that the work was about (`units` of its params), in that organisation."""
    if job.organisation_id is not None and job.organisation_id not in team.organisations:
        return False
    keys = set(job.params.get("units", ()))
    return not keys or team.visible.filter(pk__in=keys).count() == len(keys)


def to_reports(job: Job) -> tuple[str, str]:
    return reverse("manager:exports"), "Reports"


def nothing_more(job: Job, team: Team) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A kind on its page."""

    title: str | Callable[[Job], str] = "Work you asked for"
    back: Callable[[Job], tuple[str, str]] = to_reports
    """Address and words of where it was asked for, so that she can ask again."""
    what: str | Callable[[Job], str] = "steps"
    """What `done` and `total` count: "1,200 of 4,000 people"."""
    allowed: Callable[[Job, Team], bool] = in_her_units
    """Whether who asked may still have the file, and see what the work said about it."""
    panel: str = ""
    """A template shown below what happened, given what `about` returns."""
    about: Callable[[Job, Team], Mapping[str, Any]] = field(default=nothing_more)

    def title_of(self, job: Job) -> str:
        return self.title if isinstance(self.title, str) else self.title(job)

    def what_of(self, job: Job) -> str:
        return self.what if isinstance(self.what, str) else self.what(job)


SHOWN: dict[str, Shown] = {}


def shown(job: Job) -> Shown:
    return SHOWN.get(job.kind, Shown())
