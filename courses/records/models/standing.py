from __future__ import annotations

from django.db import models

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person, Unit


class Standing(models.Model):
    """Where one person stands with one module in one organisation: the dates from which a state follows, never a state.

    A rebuildable copy of what `records.states` works out, kept for organisations too large to work out while somebody
    waits; `Organisation.counted_at` says of when it is. Written by `records.standing` only. There is a row where a
    requirement, a completion, an open attempt or an exemption says something.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    module = models.ForeignKey(ModulePage, on_delete=models.CASCADE, related_name="+")
    due_on = models.DateField(null=True)
    agreed_due = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    completion = models.BigIntegerField(null=True)
    failed = models.SmallIntegerField(null=True)
    exempt_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "person", "module"], name="standing_once"),
        ]
        indexes = [
            # Who used every try: a few among a million, and the first whom a manager looks for.
            models.Index(fields=["organisation", "person"], name="standing_used_up", condition=models.Q(failed=1)),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.module}"


class Roll(models.Model):
    """Under which post somebody was counted, and in which unit: what her leaving takes out of the figures again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    post = models.BigIntegerField(unique=True, help_text="The membership.")

    class Meta:
        indexes = [models.Index(fields=["organisation", "person"])]

    def __str__(self) -> str:
        return f"{self.person} in {self.unit}"


class Recount(models.Model):
    """Somebody about whom something changed that leaves no event behind (leave, say): to be counted again."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.person}"


class UnitDay(models.Model):
    """The figures of a unit (with all below it; empty: the whole organisation) on a day: a rebuildable summary that
    says its time. Trends are read from it, and the totals of a large organisation.

    `learners` is how many people had a post, `tally` {module id: {state: [cells required, cells not required]}} without
    "not required", which is the rest; `people` {state or need: people with such}; `coming` {days: [required, not held;
    held, expiring]} of what lies within so many days.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, null=True, related_name="days")
    day = models.DateField()
    counted_at = models.DateTimeField()
    learners = models.PositiveIntegerField()
    tally = models.JSONField()
    people = models.JSONField()
    coming = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "day"], condition=models.Q(unit__isnull=False), name="unit_day_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "day"], condition=models.Q(unit__isnull=True), name="organisation_day_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "day"])]

    def __str__(self) -> str:
        return f"{self.unit or self.organisation} {self.day}"
