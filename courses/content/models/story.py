from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel


class Consent(models.TextChoices):
    COMPOSITE = "composite", "Composite, written for training"
    GIVEN = "given", "A real person's words, with written consent"


class Story(models.Model):
    """A carer's words, with the consent they stand on. Withdrawing one takes it out of every version ever taught."""

    text = models.TextField("words")
    who = models.CharField(max_length=255, help_text="“Mina, who cares for her mother”. No real surname.")
    consent = models.CharField(max_length=20, choices=Consent.choices, default=Consent.COMPOSITE)
    consent_given_on = models.DateField(null=True, blank=True)
    consent_until = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    panels = [FieldPanel(name) for name in ("text", "who", "consent", "consent_given_on", "consent_until")]

    class Meta:
        verbose_name_plural = "stories"

    def __str__(self) -> str:
        return self.who


class FrozenStory(models.Model):
    """The words of a story as one version showed them: a redactable side row, so that versions stay append-only and a
    withdrawal still reaches them (DESIGN §3)."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="frozen")
    sha256 = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True)
    who = models.CharField(max_length=255, blank=True)
    consent = models.CharField(max_length=20, choices=Consent.choices)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.who or "withdrawn"
