from __future__ import annotations

from django.db import models

from courses.people.models import Person

from .completion import Completion


class CpdNote(models.Model):
    """A professional's reflection on what she completed, for her own CPD record, with a peer's sign-off.

    Hers alone until she sends the sign-off link to a peer; the peer sees this note and nothing else.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cpd_notes")
    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="cpd_note")
    learned = models.TextField("what I learned", blank=True)
    change = models.TextField("what I will change", blank=True)
    discussed_on = models.DateField("discussed with a peer on", null=True, blank=True)
    peer_token_hash = models.CharField(max_length=64, blank=True, editable=False)
    peer_link_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    peer_name = models.CharField(max_length=200, blank=True)
    peer_role = models.CharField(max_length=200, blank=True)
    peer_signed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["peer_token_hash"], condition=~models.Q(peer_token_hash=""), name="cpd_peer_token_once"
            )
        ]

    def __str__(self) -> str:
        return f"Note on {self.completion}"
