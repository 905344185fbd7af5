from __future__ import annotations

from django.db import models

from courses.append_only import append_only

from .organisation import Organisation
from .person import Person


class Action(models.TextChoices):
    """What somebody did with other people's records (fact pack §5.8: an audit log of who saw what)."""

    SAW = "saw", "Looked at"
    EXPORTED = "exported", "Made a file of"
    DOWNLOADED = "downloaded", "Downloaded"
    CHANGED = "changed", "Changed"
    SHARED = "shared", "Shared"
    WITHDREW = "withdrew", "Took back"


@append_only
class AuditEntry(models.Model):
    """Who saw, exported and changed what. Names nobody in words: it points to people, and erasure leaves it true.

    `what` is a short key ("person", "matrix", "role", "import", "rule", ...), `key` the public id or primary key of the
    thing, `data` numbers and keys only.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: by itself.")
    at = models.DateTimeField()
    action = models.CharField(max_length=20, choices=Action.choices)
    what = models.CharField(max_length=40)
    key = models.CharField(max_length=80, blank=True)
    about = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["organisation", "-at"]),
            models.Index(fields=["about", "-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.what} {self.at:%Y-%m-%d %H:%M}"
