from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class NationOfWork(models.TextChoices):
    """Where the law that people work under was made."""

    ENGLAND = "england", "England"
    SCOTLAND = "scotland", "Scotland"
    WALES = "wales", "Wales"
    NORTHERN_IRELAND = "northern-ireland", "Northern Ireland"


class Organisation(models.Model):
    """An employer or group whose people learn here: a council, a trust, a school, a charity."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(unique=True)
    counted_at = models.DateTimeField(
        null=True, editable=False, help_text="When standings were last counted for a large organisation."
    )
    signatory_name = models.CharField(max_length=200, blank=True, help_text="Signs this organisation's certificates.")
    signatory_title = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation, in a tree; a team is a unit without parts.

    `path` holds the ids from the root down, "/1/5/": everything below a unit is one prefix search.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    name = models.CharField(max_length=200)
    nation = models.CharField(
        max_length=20, choices=NationOfWork.choices, blank=True, help_text="Where its people work."
    )
    reference = models.CharField(max_length=50, blank=True, help_text="The workplace in files for ASC-WDS.")
    starts_on = models.DateField(null=True, blank=True, help_text="Empty: always.")
    ends_on = models.DateField("last day", null=True, blank=True)
    learners = models.PositiveIntegerField(
        default=0, editable=False, help_text="People with a post here or below, when they were last counted."
    )
    path = models.CharField(max_length=255, editable=False, db_index=True)

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "parent", "name"], name="unit_name_once"),
        ]

    @property
    def above(self) -> list[int]:
        """The ids of the units above it, from the root down."""
        return [int(part) for part in self.path.split("/") if part][:-1]

    def __str__(self) -> str:
        return self.name


class EmailDomain(models.Model):
    """An e-mail domain of an organisation: once approved, who verifies an address in it may join by herself.

    A training lead asks for it and an administrator of the platform approves, because whoever holds a domain takes in
    everybody with an address there. Two may ask for the same one; one is approved.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="email_domains")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, help_text="Where people who join this way begin.")
    domain = models.CharField(max_length=253)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(
        null=True, blank=True, default=timezone.now, help_text="Empty: asked for, and waiting for an administrator."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("domain"),
                condition=Q(approved_at__isnull=False),
                name="email_domain_once",
                violation_error_message="This domain is approved for an organisation already.",
            ),
            models.UniqueConstraint("organisation", Lower("domain"), name="email_domain_asked_once"),
        ]

    def __str__(self) -> str:
        return self.domain
