from __future__ import annotations

from django.db import models

from courses.content.models import PackageVersion
from courses.people.models import Person


class Trial(models.Model):
    """A trainer plays a package as a learner would. It is nobody's record: it can be reset, and nothing counts it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="+")
    state = models.JSONField(default=dict, help_text="As in a learner's ActivityProgress.")
    marks = models.JSONField(default=dict, help_text="Which call each kept thing came from; see Sitting.claim.")
    attempts = models.JSONField(default=list, help_text="What would be recorded: one object an attempt.")
    log = models.JSONField(default=list, help_text="Each call and what it was answered, the latest last.")
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="trial_once")]

    def __str__(self) -> str:
        return f"Trial of {self.version}"
