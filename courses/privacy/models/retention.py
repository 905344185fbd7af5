from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from courses.content.models import ModulePage, ModuleVersion
from courses.people.models import Job, Organisation, Person, Unit


class ClockStart(models.TextChoices):
    """The values of `privacy.rules`."""

    COMPLETION = "after-completion", "After the training"
    LEAVING = "after-leaving", "After the person has left"


class RetentionAction(models.TextChoices):
    ANONYMISE = "anonymise", "Take the name off: the record still counts, but is nobody’s"
    DETAILS = "details", "Delete the details: answers and what was done in activities"
    REVIEW = "review", "Nothing by itself: put it on the list for somebody to look at"


class RetentionClass(models.Model):
    """For how long a kind of training record is kept, from when, and what happens then (fact pack §5.8).

    Without an organisation it is the platform's default, and `key` is what trainers choose for a module; an
    organisation that changes one gets a class of its own with the same key, which then counts instead.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    key = models.SlugField(max_length=30, blank=True, help_text="Of the platform's default that it stands for.")
    name = models.CharField(max_length=120)
    starts = models.CharField("its time begins", max_length=20, choices=ClockStart.choices)
    months = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(1200)])
    action = models.CharField("what happens then", max_length=20, choices=RetentionAction.choices)
    by_itself = models.BooleanField(
        "every night, without asking",
        default=False,
        help_text="Otherwise the night makes the list, and a lead decides.",
    )
    source = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"],
                condition=Q(organisation__isnull=False) & ~Q(key=""),
                name="retention_key_once",
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(organisation__isnull=True), name="retention_default_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(organisation__isnull=False),
                name="retention_name_once",
                violation_error_message="There is a class of this name already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ModuleRetention(models.Model):
    """The class that an organisation has put a module into, where it is not the one that trainers chose."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="+")
    kept_as = models.ForeignKey(RetentionClass, on_delete=models.PROTECT, related_name="modules")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "module"], name="module_retention_once")]

    def __str__(self) -> str:
        return f"{self.module}: {self.kept_as}"


class RetentionRun(models.Model):
    """One look at what has come due in an organisation, and if it was asked for what was done about it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="Empty: the night.")
    day = models.DateField()
    dry = models.BooleanField(default=True)
    only_by_itself = models.BooleanField(default=False, help_text="Only classes that are carried out without asking.")
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-made_at"])]

    def __str__(self) -> str:
        return f"{'List' if self.dry else 'Run'} of {self.day}"


class Outcome(models.TextChoices):
    """What came, or would come, of a record whose time is over."""

    NAME_OFF = "name-off", "The name is taken off"
    OURS_OFF = "ours-off", "Our details are taken off; the name stays, because the person uses the account"
    DETAILS = "details", "The details are deleted"
    REVIEW = "review", "To be looked at"
    WAITS = "waits", "Waits: other records of the person are kept longer, or they work here"
    HELD = "held", "Not touched: legal hold"


class RetentionLine(models.Model):
    """A record of a run whose time is over. It points to people and names nobody."""

    run = models.ForeignKey(RetentionRun, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    kept_as = models.ForeignKey(RetentionClass, on_delete=models.PROTECT, related_name="+")
    completed_on = models.DateField()
    until = models.DateField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)

    class Meta:
        indexes = [models.Index(fields=["run", "kept_as", "module"])]

    def __str__(self) -> str:
        return f"{self.module} until {self.until}: {self.get_outcome_display()}"


class AnswerTotal(models.Model):
    """Answers whose rows were deleted, added up: what question statistics go on counting, of nobody.

    `unit` is where she had her post on the day of deletion (her last, if she had left). Of when it was handed in only
    the year is kept: the day would lead back to her. `people` says of how many people these are: each is counted when
    the last of her rows for that question and version goes.
    """

    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField()
    question_key = models.CharField(max_length=40)
    chosen = models.JSONField(help_text="Option keys.")
    correct = models.BooleanField()
    given = models.PositiveIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["version", "unit"])]

    def __str__(self) -> str:
        return f"{self.question_key}: {self.given}"
