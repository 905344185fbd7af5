from __future__ import annotations

from django.db import models

from .attempt import Attempt


class AnswerDraft(models.Model):
    """What a learner has chosen so far, saved as she goes; a newer choice replaces an older one.

    Within one tab the counter decides which is newer, between tabs and devices the time of choosing.

    `slot` says where: "q:<try number>:<question key>" in the assessment, "l:<block id>" for a knowledge check or
    scenario in a lesson.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="drafts")
    slot = models.CharField(max_length=80)
    value = models.JSONField(help_text="Option keys.")
    given_at = models.DateTimeField(help_text="When she chose it: now less the age the browser told.")
    client = models.CharField(max_length=40, blank=True, help_text="The tab it came from.")
    counter = models.BigIntegerField(default=0, help_text="Rises with each save of that tab.")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "slot"], name="draft_once_a_slot")]

    def __str__(self) -> str:
        return self.slot


class Reflection(models.Model):
    """What a learner wrote for herself in a lesson. Hers alone: read by no query but hers, deleted when she says."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="reflections")
    block_id = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    given_at = models.DateTimeField()
    client = models.CharField(max_length=40, blank=True)
    counter = models.BigIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "block_id"], name="reflection_once")]

    def __str__(self) -> str:
        return self.block_id
