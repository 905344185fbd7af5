from __future__ import annotations

import uuid

from django.db import models

from .organisation import Organisation
from .person import Person


class JobStatus(models.TextChoices):
    WAITING = "waiting", "Waiting its turn"
    RUNNING = "running", "Being worked on"
    DONE = "done", "Done"
    FAILED = "failed", "Stopped by a fault"
    CANCELLED = "cancelled", "Called off"


class Job(models.Model):
    """Long work that somebody asked for and waits for: an import, an export, a rule, a pack for an inspector.

    One shape for all, so that one page shows progress, one lease finds work whose worker died, and one place ends the
    life of a file. `params` says what was asked (never a name), `cursor` how far it is, so that it resumes there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40, help_text="A key of `courses.people.jobs.KINDS`.")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="jobs")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="jobs")
    params = models.JSONField(default=dict)
    status = models.CharField(max_length=20, choices=JobStatus.choices, default=JobStatus.WAITING)
    cursor = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    runs = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Workers that took it up since it last made progress it can go on from."
    )
    said = models.CharField(max_length=500, blank=True, help_text="What happened, in words for whoever waits.")
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=150, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(null=True, help_text="When its worker last said that it lives.")
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True, help_text="When the file is taken away.")

    class Meta:
        indexes = [models.Index(fields=["by", "-asked_at"]), models.Index(fields=["status", "touched_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_status_display()}"

    @property
    def per_cent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
