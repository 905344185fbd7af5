from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.content.models import ModulePage, ModuleVersion
from courses.people.models import Person

from .attempt import Attempt
from .enrolment import Enrolment


@append_only
class Completion(models.Model):
    """The fact that somebody completed a module, with titles, outcomes, principles, score and rules as they were.

    `snapshot` has the keys of `records.rules.snapshot`. `counts_from` is said of an early renewal: the day on which
    what she held would have run out, so that a rule's refresher goes on from there and she loses no day by being early.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="completions")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="completions")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="completions")
    completed_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    counts_from = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveSmallIntegerField()
    snapshot = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["person", "module", "-completed_at"])]

    def __str__(self) -> str:
        return f"{self.person} completed {self.version}"
