from __future__ import annotations

import datetime

from django.db import models

from courses.people.models import Job, Organisation, Person


class Every(models.TextChoices):
    WEEKLY = "weekly", "Every Monday"
    MONTHLY = "monthly", "On the first of each month"


class ScheduledReport(models.Model):
    """A list that is made anew each week or month, for people who may see it themselves.

    Each is mailed a link to a file of her own, of what she may see at that moment; no mail carries anybody's training.
    `choice` are the fields of the filter, without a name searched for and without a day.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)
    slug = models.CharField(max_length=255, blank=True, help_text="Of the module, for the list of one module.")
    ending = models.CharField(max_length=4)
    choice = models.TextField(blank=True)
    every = models.CharField(max_length=10, choices=Every.choices)
    recipients = models.ManyToManyField(Person, related_name="+")
    created_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.what}, {self.get_every_display()}"

    def period(self, on: datetime.date) -> datetime.date:
        """The first day of the week or month that `on` is in: what is sent once."""
        if self.every == Every.WEEKLY:
            return on - datetime.timedelta(days=on.weekday())
        return on.replace(day=1)

    @property
    def first_on(self) -> datetime.date:
        """The day of the first one: the next Monday, or first of a month."""
        if self.every == Every.WEEKLY:
            return self.period(self.created_on) + datetime.timedelta(days=7)
        return (self.period(self.created_on) + datetime.timedelta(days=32)).replace(day=1)


class ReportSending(models.Model):
    """That a report of a period was made for somebody; once, however often the command runs."""

    schedule = models.ForeignKey(ScheduledReport, on_delete=models.CASCADE, related_name="sendings")
    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    period = models.DateField()
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "recipient", "period"], name="report_sending_once"),
        ]

    def __str__(self) -> str:
        return f"{self.schedule} of {self.period}"
