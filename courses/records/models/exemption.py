from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.content.models import ModulePage
from courses.people.models import Person


class ExemptionKind(models.TextChoices):
    EQUIVALENT = "equivalent", "Equivalent training accepted"
    LONG_LEAVE = "long-leave", "Long leave"
    NOT_IN_ROLE = "not-in-role", "Not part of the role just now"


@append_only
class Exemption(models.Model):
    """Somebody need not hold a module from a day to a day. The reason in words stands in a redactable side row."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exemptions")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="exemptions")
    kind = models.CharField(max_length=20, choices=ExemptionKind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person} exempt from {self.module}"


class ExemptionReason(models.Model):
    """The words of an exemption, which may have to be erased."""

    exemption = models.OneToOneField(Exemption, on_delete=models.PROTECT, related_name="reason")
    text = models.TextField(blank=True)
    evidence = models.FileField(upload_to="evidence/%Y/%m/", blank=True)

    def __str__(self) -> str:
        return self.text
