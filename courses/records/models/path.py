from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from courses.content.models import ModulePage
from courses.people.models import Organisation


class LearningPath(models.Model):
    """Modules that belong together: "New to assessments". In order (each waits for the one before) or free."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="paths")
    name = models.CharField(max_length=200)
    ordered = models.BooleanField("one after the other", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(ended_at__isnull=True),
                name="path_name_once",
                violation_error_message="A path of this name exists.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PathStep(models.Model):
    """A module's place in a path, from a day to a day: changing a path does not rewrite what it asked for before."""

    path = models.ForeignKey(LearningPath, on_delete=models.PROTECT, related_name="steps")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    needs = models.ForeignKey(
        ModulePage, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="To be held first."
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["path", "module"], condition=Q(ends_on__isnull=True), name="path_step_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="path_step_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.position}"
