from __future__ import annotations

from django.db import models

from courses.content.models import ModulePage
from courses.people.models import Person


class Enrolment(models.Model):
    """A person takes a module for one period. The one mutable summary of what the append-only rows say:
    `manage.py rebuild_enrolments --check` proves that it equals them (DESIGN §3)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    module = models.ForeignKey(ModulePage, on_delete=models.PROTECT, related_name="enrolments")
    period = models.PositiveSmallIntegerField(default=1, help_text="1 is the first; a refresher is the next.")
    enrolled_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True, help_text="Empty on a completed enrolment: for ever.")
    tries_used_up = models.BooleanField(default=False)
    lessons_done = models.PositiveSmallIntegerField(default=0)
    last_lesson = models.SlugField(max_length=100, blank=True, help_text="Where she was, on whichever device.")
    last_active_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "module", "period"], name="enrolment_once_a_period"),
        ]
        indexes = [
            models.Index(fields=["module", "person", "-period"]),
            # What is open: a few in a hundred, and all that a state of today asks of this table.
            models.Index(
                fields=["module", "person"], name="enrolment_unfinished", condition=models.Q(completed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.module} · {self.period}"
