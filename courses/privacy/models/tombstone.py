from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.people.models import Organisation, Person


class Why(models.TextChoices):
    """What the append-only tables were opened for."""

    MERGED = "merged", "Two accounts of one person became one"
    PARTED = "parted", "Two accounts that were made one were parted again"
    ERASED = "erased", "Somebody asked for erasure"
    KEPT_LONG_ENOUGH = "kept-long-enough", "The time for which it is kept was over"


@append_only
class Tombstone(models.Model):
    """That rows which are never changed were changed, when, why and by whom. Names nobody in words.

    `person` is whom the rows are about (after a merge: the one who stays). `changed` is {table: number of rows}; `data`
    holds keys and numbers alone, as much as it takes to say again what happened.
    """

    why = models.CharField(max_length=20, choices=Why.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by itself.")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    changed = models.JSONField(default=dict)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["person", "at"])]

    def __str__(self) -> str:
        return f"{self.get_why_display()} {self.at:%Y-%m-%d %H:%M}"
