from __future__ import annotations

from django.db import models

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person


class MailKind(models.TextChoices):
    REMINDER = "reminder", "Reminder"
    DIGEST = "digest", "Weekly mail about the team"
    ASKED = "asked", "Reminder asked for by a manager"


class ReminderMail(models.Model):
    """The log of what was mailed: one mail a person a day, whatever it is and however often the command runs.

    The row is written before the mail goes out and says afterwards that it went. A worker killed between the two leaves
    a row without `sent_at`, which the next run sends under the same message id, so that a mail program that did get it
    can tell.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reminders")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    day = models.DateField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict, help_text="Of the weekly mail: the numbers it gave.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="one_mail_a_person_a_day")]
        indexes = [models.Index(fields=["organisation", "-day"]), models.Index(fields=["sent_at", "claimed_at"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.day}"


class Reminded(models.Model):
    """A module that a mail named, with the date and the stage it was at: each stage of a date is mailed once."""

    mail = models.ForeignKey(ReminderMail, on_delete=models.CASCADE, related_name="modules")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    stage = models.CharField(max_length=12)
    required = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mail", "module"], name="reminded_once_a_mail"),
        ]
        indexes = [models.Index(fields=["person", "module", "date"])]

    def __str__(self) -> str:
        return f"{self.module} {self.stage}"
