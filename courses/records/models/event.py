from __future__ import annotations

from django.db import models

from courses.append_only import append_only
from courses.people.models import Person

from .enrolment import Enrolment


class EventKind(models.TextChoices):
    """What can happen, as the timeline says it."""

    ENROLLED = "enrolled", "Enrolled"
    STARTED = "started", "Started"
    LESSON_DONE = "lesson-done", "Finished a lesson"
    TRY_STARTED = "try-started", "Began the assessment"
    TRY_SUBMITTED = "try-submitted", "Handed in the assessment"
    TRIES_USED_UP = "tries-used-up", "Used the last try"
    COMPLETED = "completed", "Completed the module"
    CERTIFIED = "certified", "Certificate issued"
    REVOKED = "revoked", "Certificate revoked"
    NAME_CORRECTED = "name-corrected", "Name corrected on the certificate"
    EXTRA_TRY = "extra-try", "Allowed another try"
    CORRECTED = "corrected", "Told of an urgent correction"
    ACTIVITY_OPENED = "activity-opened", "Opened an activity"
    ACTIVITY_CALLS = "activity-calls", "An activity reported"
    ACTIVITY_DONE = "activity-done", "Finished an activity"
    EXEMPTED = "exempted", "Exempted"
    EXEMPTION_ENDED = "exemption-ended", "Exemption ended"
    ACCEPTED = "accepted", "Training done elsewhere accepted"
    ACCEPTED_ENDED = "accepted-ended", "Training done elsewhere no longer accepted"
    ADJUSTED = "adjusted", "Agreed an adjustment"
    REMINDED = "reminded", "Reminded by e-mail"
    RESCORED = "rescored", "A withdrawn question counted as right"
    MERGED = "merged", "Two entries became one"
    PARTED = "parted", "Two entries were parted again"


@append_only
class Event(models.Model):
    """The timeline: what happened to an enrolment, when and why. `client_id` makes a repeat harmless."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="events")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, related_name="events")
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    at = models.DateTimeField()
    client_id = models.CharField(max_length=120, help_text="One a person: the same thing twice is one row.")
    data = models.JSONField(default=dict, help_text="Numbers and keys only; no free text, no name.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "client_id"], name="event_once")]
        indexes = [
            models.Index(fields=["enrolment", "at"]),
            models.Index(fields=["at"]),  # who is to be counted again: `records.standing`
            # Nearly none of many millions, and every completion is asked whether one is about it.
            models.Index(fields=["enrolment"], name="event_revoked", condition=models.Q(kind="revoked")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class EventNote(models.Model):
    """The reason that somebody gave for what she did, in words, which may have to be erased."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="note")
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.text
