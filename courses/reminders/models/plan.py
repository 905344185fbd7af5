from __future__ import annotations

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from courses.people.models import Organisation, Person

EARLIEST, LATEST = datetime.time(8), datetime.time(18)


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"


class ReminderPlan(models.Model):
    """When an organisation reminds its people, and in which words. Without a row the defaults here apply."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="reminder_plan")
    on = models.BooleanField("send reminders", default=True)
    first = models.PositiveSmallIntegerField(
        "first reminder, days before", default=60, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    second = models.PositiveSmallIntegerField(
        "second reminder, days before", default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    third = models.PositiveSmallIntegerField(
        "last reminder, days before", default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    after_every = models.PositiveSmallIntegerField(
        "when the date has passed, every so many days",
        default=14,
        validators=[MinValueValidator(3), MaxValueValidator(365)],
        help_text="The first comes on the day after.",
    )
    opens = models.TimeField("mails go out from", default=EARLIEST)
    closes = models.TimeField("until", default=LATEST)
    weekends = models.BooleanField("also at weekends", default=False)
    digest = models.BooleanField("weekly mail to managers", default=True)
    digest_on = models.PositiveSmallIntegerField("day of the weekly mail", choices=Weekday.choices, default=0)
    subject = models.CharField(max_length=120, blank=True)
    words = models.TextField("your words to learners", max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gt=models.F("second")) & Q(second__gt=models.F("third")),
                name="reminders_in_order",
                violation_error_message="Each reminder comes nearer to the date than the one before it.",
            ),
            models.CheckConstraint(
                condition=Q(opens__lt=models.F("closes")),
                name="reminders_open_before_they_close",
                violation_error_message="The first hour must come before the last.",
            ),
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.organisation}"


class MailChoice(models.Model):
    """What somebody does not want to be mailed about. What is required of her cannot be switched off."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="mail_choice")
    optional = models.BooleanField("training that runs out and is not required", default=True)
    digest = models.BooleanField("the weekly mail about your team", default=True)

    def __str__(self) -> str:
        return f"{self.person}"
