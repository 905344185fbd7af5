from __future__ import annotations

from django.db import models

from courses.append_only import append_only

from .attempt import Attempt


class Try(models.Model):
    """One sitting of the assessment inside an attempt: the questions drawn, their order, and in the end the score.

    `drawn` is a list of {"question": key, "options": [option keys in the order shown]}, made once from `seed`.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    seed = models.BigIntegerField()
    drawn = models.JSONField()
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Per cent.")
    passed = models.BooleanField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "tries"
        constraints = [
            models.UniqueConstraint(fields=["attempt", "number"], name="try_number_once"),
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(submitted_at__isnull=True), name="try_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}, try {self.number}"


@append_only
class Response(models.Model):
    """What was answered to one question of a submitted try, and whether it was right. Written at submission."""

    sitting = models.ForeignKey(Try, on_delete=models.PROTECT, related_name="responses")
    question_key = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    chosen = models.JSONField(help_text="Option keys.")
    correct = models.BooleanField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sitting", "question_key"], name="response_once")]
        indexes = [models.Index(fields=["question_key", "correct"])]

    def __str__(self) -> str:
        return f"{self.question_key}: {'right' if self.correct else 'wrong'}"
