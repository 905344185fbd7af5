from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from courses.content.models import ModulePage
from courses.people.models import JobRole, NationOfWork, Organisation, Person, Unit

from .path import LearningPath


class Requirement(models.Model):
    """The rule that some learners must hold a module, or every module of a path, by a day.

    Whom it covers: everybody of the organisation, narrowed by unit (with all below it), job role, nation, and a named
    list where `named`; each that is given must hold for one of her posts. When it is due: on a day, or so many days
    after she joined, never sooner than `grace_days` after it came to apply to her. How long a completion counts:
    as long as the certificate, or `refresh_months`, or until the end of the next window of the year.

    Effective-dated: ended or replaced by another, never edited, so that a past day can be asked about.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="requirements")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, help_text="Empty: everybody.")
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    nation = models.CharField(max_length=20, choices=NationOfWork.choices, blank=True)
    named = models.BooleanField(default=False, help_text="Only the people on its list.")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements")
    path = models.ForeignKey(LearningPath, on_delete=models.PROTECT, null=True, blank=True, related_name="requirements")
    due_on = models.DateField(null=True, blank=True)
    days_after_joining = models.PositiveSmallIntegerField(null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(default=0)
    refresh_months = models.PositiveSmallIntegerField(null=True, blank=True)
    window_from = models.CharField(max_length=4, blank=True, help_text="Month and day, MMDD, on which it opens.")
    window_to = models.CharField(max_length=4, blank=True, help_text="Month and day, MMDD, on which it closes.")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    applies_since = models.DateField(
        null=True, editable=False, help_text="Of a rule that replaced another: when the first of them began."
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False
    )
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(module__isnull=False) ^ Q(path__isnull=False),
                name="requirement_of_module_or_path",
                violation_error_message="Choose a module or a learning path, not both.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) ^ Q(days_after_joining__isnull=False),
                name="requirement_has_one_due_rule",
                violation_error_message="Give a due date, or a number of days after joining, not both.",
            ),
            models.CheckConstraint(
                condition=(Q(window_from="") & Q(window_to="")) | (~Q(window_from="") & ~Q(window_to="")),
                name="requirement_window_whole",
                violation_error_message="A window of the year has a first and a last day.",
            ),
            models.CheckConstraint(
                condition=Q(refresh_months__isnull=True) | Q(window_from=""),
                name="requirement_one_refresher",
                violation_error_message="Give a number of months, or a window of the year, not both.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="requirement_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "module"])]

    def __str__(self) -> str:
        return f"{self.unit or self.organisation} must hold {self.module or self.path}"


class RequirementPerson(models.Model):
    """Somebody on the named list of a requirement. The list does not change: another list is another requirement."""

    requirement = models.ForeignKey(Requirement, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["requirement", "person"], name="requirement_person_once")]

    def __str__(self) -> str:
        return f"{self.person}"
