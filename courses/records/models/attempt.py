from __future__ import annotations

from django.db import models

from courses.content.models import ModuleVersion

from .enrolment import Enrolment


class Attempt(models.Model):
    """One run through one version. It pins the version and keeps it to the end: publishing never moves the ground."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(finished_at__isnull=True), name="attempt_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, attempt {self.number}"


class LessonProgress(models.Model):
    """A lesson of an attempt that was worked through. Written once, when the learner goes on."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="progress")
    lesson_id = models.CharField(max_length=40)
    satisfied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "lesson_id"], name="lesson_satisfied_once")]

    def __str__(self) -> str:
        return self.lesson_id
