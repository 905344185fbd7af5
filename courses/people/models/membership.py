from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q

from .employment import JobRole
from .organisation import Organisation, Unit
from .person import Person


class Role(models.TextChoices):
    """What somebody may do (fact pack §5.1)."""

    LEARNER = "learner", "Learner"
    UNIT_MANAGER = "unit-manager", "Manager of a unit"
    TRAINING_LEAD = "training-lead", "Training lead of the organisation"
    CONTENT_AUTHOR = "content-author", "Content author"
    CARER_REVIEWER = "carer-reviewer", "Carers' panel reviewer"
    AWARD_ASSESSOR = "award-assessor", "Award assessor"
    AUDITOR = "auditor", "Auditor (reads only)"
    PLATFORM_ADMINISTRATOR = "platform-administrator", "Platform administrator"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: datetime.date) -> MembershipQuerySet:
        """Memberships in force on the day `on` (a membership ends at the end of `ends_on`)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class Membership(models.Model):
    """A person in a unit (or, for roles of the platform, in none) with a role, from a day to a day. A learner's is her
    post; she may hold two.

    Effective-dated: it is ended, never deleted, so that any past day can be asked about (DESIGN §3). A post whose unit,
    job or manager changes is ended, and another begins the day after; `employed_on` is carried along, and `joined_on`
    while the unit is the same: a rule that gives days after joining must not begin anew because her manager changed.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices, default=Role.LEARNER)
    job_title = models.CharField(max_length=200, blank=True)
    job_role = models.ForeignKey(JobRole, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    manager = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="manager of record"
    )
    deputy = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Stands in.",
    )
    joined_on = models.DateField(
        null=True, blank=True, help_text="Since when she is in this unit; empty: the first day of the post."
    )
    employed_on = models.DateField(
        null=True, blank=True, help_text="Since when she is with the organisation; empty: as for the unit."
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message="The last day must not come before the first.",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False)
                | Q(organisation__isnull=False, role="training-lead")
                | Q(
                    role__in=["content-author", "carer-reviewer", "award-assessor", "auditor", "platform-administrator"]
                ),
                name="membership_has_a_place",
                violation_error_message="Learners and managers belong to a unit, a training lead to an organisation.",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "role"], condition=Q(ends_on__isnull=True), name="membership_open_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "role", "starts_on"]), models.Index(fields=["person", "role"])]

    @property
    def belongs_to(self) -> Organisation | None:
        """The organisation she belongs to by it, directly or through the unit; none for roles of the platform."""
        return self.organisation or (self.unit.organisation if self.unit else None)

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.unit or self.organisation or 'platform'}"
