from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from courses.people.models import Organisation, Person


class ErasureRequest(models.Model):
    """Somebody asks that what is held about her is erased (UK GDPR, article 17). One open request a person.

    Each organisation she belongs or belonged to answers for its own records (`ErasurePart`); who belongs to none is
    answered by the platform. It is over when it is withdrawn, or when every part was answered and carried out.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    answer_by = models.DateField(help_text="One month after she asked: UK GDPR, article 12(3).")
    withdrawn_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="When everything that was decided had been done.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(withdrawn_at__isnull=True, ended_at__isnull=True),
                name="erasure_open_once",
                violation_error_message="You have asked already.",
            )
        ]

    def __str__(self) -> str:
        return f"Request of {self.asked_at:%Y-%m-%d}"


class Decision(models.TextChoices):
    """What a lead can answer."""

    ERASE = "erase", "Erase everything now"
    KEEP = "keep", "Erase what may go now, and keep the training record until its time is over"
    REFUSE = "refuse", "Erase nothing"


class ErasurePart(models.Model):
    """One organisation's answer; empty: the platform's, about somebody who belongs to none.

    `done_at` says that everything was done that this answer can do: of one that keeps the training record, that its
    time was over and it has gone too. `now_done_at`: that what may go at once has gone.
    """

    request = models.ForeignKey(ErasureRequest, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True, help_text="What she is told, in words.")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    keep_until = models.DateField(null=True, help_text="The last day of the training record.")
    told_at = models.DateTimeField(null=True, help_text="When the answer was mailed to her.")
    now_done_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "organisation"],
                condition=Q(organisation__isnull=False),
                name="erasure_part_once",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(organisation__isnull=True), name="erasure_platform_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or 'platform'}: {self.get_decision_display() or 'not decided'}"
