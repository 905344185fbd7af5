from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from courses.content.models import ModulePage
from courses.people.models import Organisation, Unit


class Requirement(models.Model):
    """The rule that the learners of a unit (with all below it) must hold a module, due on a day or some days after they
    join. Effective-dated: ended, never edited, so that a past day can be asked about."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="requirements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, help_text="Empty: everybody.")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="requirements")
    due_on = models.DateField(null=True, blank=True)
    days_after_joining = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) ^ Q(days_after_joining__isnull=False),
                name="requirement_has_one_due_rule",
                violation_error_message="Give a due date, or a number of days after joining, not both.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="requirement_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "module"])]

    def __str__(self) -> str:
        return f"{self.unit or self.organisation} must hold {self.module}"
