from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.people.models import Person


class ChangeKind(models.TextChoices):
    """What publishing a change means for people who hold or are taking the module (DESIGN §3)."""

    CORRECTION = "correction", "Correction: nothing changes for anyone"
    NEW_TRAINING = "new-training", "New training: holders need it again, by a date"
    URGENT_CORRECTION = "urgent-correction", "Urgent correction: holders and learners are told what was wrong"


@append_only
class ModuleVersion(models.Model):
    """A module as it was published once, by value: everything a learner sees, never changed afterwards.

    `outline` holds all but the bodies of lessons and questions; its keys are those of `content.freezing.outline_of`.
    """

    module = models.ForeignKey("content.ModulePage", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    slug = models.SlugField(max_length=255)
    title = models.CharField(max_length=255)
    minutes = models.PositiveSmallIntegerField()
    private = models.BooleanField()
    outline = models.JSONField()
    change_kind = models.CharField(max_length=20, choices=ChangeKind.choices)
    change_note = models.TextField(blank=True)
    holders_due_by = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    revision_id = models.BigIntegerField(null=True, help_text="Provenance only; never read back.")

    class Meta:
        ordering = ["module", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="module_version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


@append_only
class LessonVersion(models.Model):
    """One lesson of a version: its blocks as plain data, rendered by `templates/blocks/`."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="lessons")
    lesson_id = models.CharField(max_length=40, help_text="The stable id of the lesson's block.")
    slug = models.SlugField(max_length=100)
    position = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    body = models.JSONField()

    class Meta:
        ordering = ["version", "position"]
        constraints = [models.UniqueConstraint(fields=["version", "slug"], name="lesson_version_slug_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.slug}"


@append_only
class QuestionVersion(models.Model):
    """One question of a version with options, right answers and feedback: read by the server only."""

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="questions")
    key = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    body = models.JSONField()

    class Meta:
        ordering = ["version", "key"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="question_version_key_once")]

    def __str__(self) -> str:
        return f"{self.version}: {self.key}"
