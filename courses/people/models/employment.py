from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from .organisation import Organisation
from .person import Person


class Employment(models.Model):
    """That somebody works or volunteers for an organisation, from a day to a day, under the employer's own reference.

    The reference is what an import knows a person by (idempotent by it) and what the training files for ASC-WDS and
    ESR call her. Who comes back begins a new employment, under the same reference or another.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employments")
    reference = models.CharField("employer's reference", max_length=50, blank=True)
    email = models.EmailField(
        "work e-mail address", blank=True, help_text="As the employer gave it, in lower case: an invitation goes there."
    )
    starts_on = models.DateField()
    ends_on = models.DateField("last day", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="employment_ends_after_start",
                violation_error_message="The last day must not come before the first.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "reference"],
                condition=Q(ends_on__isnull=True) & ~Q(reference=""),
                name="employment_reference_once",
                violation_error_message="Somebody else has this reference.",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(ends_on__isnull=True), name="employment_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "reference"]),
            models.Index(fields=["organisation", "email"], name="people_employment_email"),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.organisation}"


class JobRole(models.Model):
    """A job as the organisation names it, so that a rule can ask it of "all social workers"."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="job_roles")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), name="job_role_once", violation_error_message="This job role exists."
            )
        ]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Somebody is on leave from her work, from a day to a day: nothing is asked of her and no mail is sent.

    Why she is away is nobody's business here and is not kept (caring for somebody may be the reason).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("first day of leave")
    ends_on = models.DateField("last day of leave", null=True, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="absence_ends_after_start",
                violation_error_message="The last day must not come before the first.",
            ),
            models.UniqueConstraint(fields=["person", "organisation", "starts_on"], name="absence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} on leave"
