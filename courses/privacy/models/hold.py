from __future__ import annotations

from django.db import models
from django.db.models import Q

from courses.people.models import Organisation, Person, Unit


class LegalHold(models.Model):
    """Nothing about these people is erased or taken away by retention while it lasts: a claim, an inspection, a court.

    Of one person, of a unit with all below it, or of the whole organisation (neither given). Ended, never deleted. Two
    may lie on one person: hers, and that of an entry that became one with hers. Only training leads of the organisation
    read it; whom it is about is not told (DPA 2018, schedule 2, paragraph 5: what is needed for legal proceedings).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(unit__isnull=True), name="hold_of_person_or_unit"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "ended_at"])]

    def __str__(self) -> str:
        return f"Hold of {self.placed_at:%Y-%m-%d}"
