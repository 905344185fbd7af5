from __future__ import annotations

import datetime
import uuid

from django.db import models

from courses.people.models import Job, JobStatus, Organisation, Person, Unit

KEPT = datetime.timedelta(days=30)
"""How long a pack is kept after it was made: an inspection lasts longer than the week of other files. A share keeps it
to its own end."""


class EvidencePack(models.Model):
    """What an inspector is handed: how training stood in some units on a day, in one file that can be checked.

    Whoever sees all of `units` (the topmost it covers) may find it; `modules` are the chosen ones, empty for all. The
    file is the pack's own, because a share outlives the week for which files of jobs are kept. The line stays when the
    file is taken away: who took what out, and the hash by which a copy is known.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    as_at = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: all hers.")
    units = models.ManyToManyField(Unit, related_name="+")
    modules = models.JSONField(default=list)
    asked_at = models.DateTimeField(auto_now_add=True)
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    people = models.PositiveIntegerField(default=0)
    certificates = models.PositiveIntegerField(default=0)
    versions = models.PositiveIntegerField(default=0)
    gaps = models.PositiveIntegerField(default=0, help_text="Things that could not be put in; index.html names them.")
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    file = models.FileField(upload_to="packs/%Y/%m/", blank=True)
    made_at = models.DateTimeField(null=True)
    kept_until = models.DateField(null=True, help_text="The last day on which it is kept for certain.")

    class Meta:
        indexes = [models.Index(fields=["organisation", "-asked_at"])]

    def __str__(self) -> str:
        return f"Evidence as at {self.as_at}"

    @property
    def name(self) -> str:
        """What the file is called where it is saved. Names nobody."""
        return f"evidence-{self.organisation.slug}-{self.as_at.isoformat()}-{self.public_id.hex[:8]}.zip"

    @property
    def where(self) -> str:
        """What it covers, in words."""
        return self.unit.name if self.unit else self.organisation.name

    @property
    def ready(self) -> bool:
        return bool(self.file)

    @property
    def over(self) -> bool:
        """Whether its file has been taken away."""
        return self.made_at is not None and not self.file

    @property
    def kind(self) -> str:
        """The tint of its state."""
        if self.made_at:
            return "done" if self.file else "none"
        return "over" if self.job is None or self.job.status in {JobStatus.FAILED, JobStatus.CANCELLED} else "open"

    @property
    def state(self) -> str:
        """The state in words."""
        if self.made_at:
            return "Ready" if self.file else "Taken away"
        return self.job.get_status_display() if self.job else "Not made"
