from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from courses.people.models import Organisation, Person


class SaidBy(models.TextChoices):
    """On whose word two people were taken for one."""

    HERSELF = "herself", "She has both addresses, and said so"
    LEAD = "lead", "A training lead who knows her"
    INVITATION = "invitation", "She accepted an invitation that was sent to the other"


class Merge(models.Model):
    """Two entries of one person became one: what the one who goes had belongs to the one who stays from then on.

    Which rows moved is said by the tombstones (`data["merge"]`), by primary keys. What had to be changed besides
    (a post that ended because both had one in the same unit, a manager who would be her own) stands here as it was and
    as it became, so that the two can be parted again; so does the reason. Both are words, which may have to be erased.

    The one who goes stays as a row without anything, because this points to her: her old address leads on, and parting
    gives her back what was hers.
    """

    goes = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    stays = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_by = models.CharField(max_length=12, choices=SaidBy.choices)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    parted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goes"], condition=Q(parted_at__isnull=True), name="merged_once"),
            models.CheckConstraint(condition=~Q(goes=F("stays")), name="merged_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.get_said_by_display()}, {self.at:%Y-%m-%d}"


class JoinRequest(models.Model):
    """Somebody says that she has another account at an address. A link goes there, if there is one; of its secret only
    a hash is kept, and that it was asked for is kept for a day, to count how often she asks."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField()
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="join_request_token_once")
        ]
        indexes = [models.Index(fields=["person", "asked_at"]), models.Index(fields=["address", "asked_at"])]

    def __str__(self) -> str:
        return f"asked on {self.asked_at:%Y-%m-%d %H:%M}"
