"""Packs among the long work: how their page speaks of them, and what is done for them every night."""

from __future__ import annotations

from django.urls import reverse

from courses.manager.jobs.kinds import SHOWN, Shown
from courses.manager.models import EvidencePack
from courses.people.jobs import KINDS
from courses.people.models import Job
from courses.records import nightly

from . import making, services, sharing

WORDS = {"certificates": "certificates", "versions": "module versions"}


def back(job: Job) -> tuple[str, str]:
    pack = EvidencePack.objects.filter(job=job).first()
    return (
        reverse("manager:evidence-pack", args=[pack.public_id]) if pack else reverse("manager:evidence")
    ), "The pack"


def what(job: Job) -> str:
    """What is being done: "steps; certificates: 120 of 800"."""
    stage, cursor = job.cursor.get("stage", ""), job.cursor
    if stage in WORDS:
        return f"steps. {WORDS[stage].capitalize()}: {cursor['at']:,} of {cursor['of']:,}"
    return "steps. Everything is put into one file" if stage == "packing" else "people"


def nightly_words() -> str:
    ended = sharing.end_lost()
    services.sweep_unfinished()
    return f"{services.take_away_old()} taken away, {ended} shares ended."


def register() -> None:
    nightly.MORE["evidence packs"] = nightly_words
    KINDS[making.KIND] = making.make
    SHOWN[making.KIND] = Shown(title="Evidence pack", back=back, what=what)
