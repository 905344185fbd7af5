from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.people.models import Person
from courses.records.models import Completion


@append_only
class Certificate(models.Model):
    """Proof of one completion. What it says of the module is the completion's snapshot; the name is in a side row."""

    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="certificate")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=20, unique=True, help_text="Cannot be guessed: KX7M-42QD-9PLT.")
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    issuer = models.CharField(max_length=200)
    signatory_title = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.number


class CertificateHolder(models.Model):
    """The name as printed, redactable; follows later corrections of the person's name if she so chose."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="holder")
    name = models.CharField(max_length=200)
    family_name = models.CharField(max_length=200, blank=True)
    signatory_name = models.CharField(max_length=200, blank=True)
    allowed = models.BooleanField(
        default=False, help_text="She lets others check it although the module is private, or becomes so later."
    )

    def __str__(self) -> str:
        return self.name


@append_only
class Revocation(models.Model):
    """The fact that a certificate no longer counts. The reason in words stands in a side row."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="revocation")
    revoked_at = models.DateTimeField()
    revoked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.certificate} revoked"


class RevocationReason(models.Model):
    """Why, in words; may have to be erased."""

    revocation = models.OneToOneField(Revocation, on_delete=models.PROTECT, related_name="reason")
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.text
