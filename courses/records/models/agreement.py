from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from courses.append_only import append_only
from courses.content.models import ModulePage
from courses.people.models import Organisation, Person

from .exemption import Exemption


class ReasonableAdjustment(models.TextChoices):
    LATER_DATE = "later-date", "A later date"
    OTHER_FORMAT = "other-format", "Another format"


@append_only
class Adjustment(models.Model):
    """A manager and a learner agreed a later date, or another way of learning (Equality Act 2010, s.20).

    Only the learner, the manager who agreed it and the training lead may know of it; everybody else sees a date like
    any other. It holds from the day it was agreed until `ends_on`; the last one for a module counts.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="adjustments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=ReasonableAdjustment.choices)
    due_on = models.DateField(null=True, help_text="The later date; empty for another format.")
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="later-date") | Q(due_on__isnull=False),
                name="adjustment_has_its_date",
                violation_error_message="Give the date you agreed.",
            )
        ]
        indexes = [models.Index(fields=["person", "module"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.module}"


class AdjustmentNote(models.Model):
    """What was agreed, in words, which may have to be erased."""

    adjustment = models.OneToOneField(Adjustment, on_delete=models.PROTECT, related_name="note")
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.text


@append_only
class ExemptionEnd(models.Model):
    """An exemption ended before its day: it holds up to and including `ends_on`, never after."""

    exemption = models.OneToOneField(Exemption, on_delete=models.PROTECT, related_name="ended")
    ends_on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ended on {self.ends_on}"


class AcceptedKind(models.TextChoices):
    ELSEWHERE = "elsewhere", "Training done elsewhere"
    CERTIFICATE = "certificate", "Another issuer's certificate"


@append_only
class AcceptedTraining(models.Model):
    """Training that was done elsewhere and counts here: from `completed_on` to `valid_until` (empty: for ever).

    Entered by somebody who answers for it. What it was, and the evidence, stand in a redactable side row.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accepted")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=AcceptedKind.choices)
    completed_on = models.DateField()
    valid_until = models.DateField(null=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("completed_on")),
                name="accepted_ends_after_start",
                violation_error_message="It cannot run out before it was done.",
            )
        ]
        indexes = [models.Index(fields=["person", "module"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.module}"


class AcceptedDetail(models.Model):
    """What the training was: its name and provider, a note, and the evidence somebody uploaded."""

    accepted = models.OneToOneField(AcceptedTraining, on_delete=models.PROTECT, related_name="detail")
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=200, blank=True)
    number = models.CharField("certificate number", max_length=100, blank=True)
    note = models.TextField(blank=True)
    evidence = models.FileField(upload_to="evidence/%Y/%m/", blank=True)

    def __str__(self) -> str:
        return self.title


@append_only
class AcceptedEnd(models.Model):
    """Accepted training that was entered in error: it counts until `ends_on` and not after."""

    accepted = models.OneToOneField(AcceptedTraining, on_delete=models.PROTECT, related_name="ended")
    ends_on = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"ended on {self.ends_on}"
