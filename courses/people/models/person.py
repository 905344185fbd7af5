from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Lower, NullIf


class Profession(models.TextChoices):
    """Professions whose year of CPD differs from the calendar year, and the rest."""

    SOCIAL_WORKER = "social-worker", "Social worker (Social Work England, 1 December to 30 November)"
    OTHER = "other", "Another profession, or none (calendar year)"


class Person(models.Model):
    """Somebody who learns or works here. Records point to the person, not to a login, so that a login may come, go or
    be merged without touching a record (DESIGN §3)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("full name", max_length=200)
    family_name = models.CharField(
        "family name", max_length=200, blank=True, help_text="For checking a certificate by surname."
    )
    profession = models.CharField(max_length=20, choices=Profession.choices, default=Profession.OTHER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "people"
        indexes = [
            # Lists of people are put in this order and go on from a place in it: `records.keyset`.
            models.Index(
                Lower(Coalesce(NullIf(F("family_name"), Value("")), F("name"))),
                Lower("name"),
                "id",
                name="person_by_name",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """The first letter of each part of the name: "A. O."."""
        return " ".join(f"{part[0].upper()}." for part in self.name.split() if part)
