from __future__ import annotations

from django.conf import settings
from django.db import models

from .membership import Role
from .organisation import Organisation, Unit
from .person import Person


class Invitation(models.Model):
    """A link that lets one person join a unit, once, until it expires. Only a hash of its secret is kept."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE)
    role = models.CharField(max_length=30, choices=Role.choices, default=Role.LEARNER)
    email = models.EmailField(blank=True, help_text="When given, only this address may use the link.")
    person = models.ForeignKey(
        Person,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        help_text="Whom the employer's file made: the login of who accepts becomes hers.",
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the mail with the link was handed over.")

    def __str__(self) -> str:
        return f"Invitation to {self.unit}"
