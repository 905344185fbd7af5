"""What a learner did in an interactive activity of a lesson: where she stands, each attempt, each call her browser made
(DESIGN §3)."""

from __future__ import annotations

from django.db import models

from courses.content.models import PackageVersion

from .attempt import Attempt


class SatisfiedBy(models.TextChoices):
    PACKAGE = "package", "The activity"
    WORDS = "words", "The same in words"


class ActivityProgress(models.Model):
    """One activity of one attempt: the version it plays to the end, where she is in it, whether its rule is met.

    `state` is what the package asked to keep: for H5P {sub-content id: {data type: text}}, for SCORM {SCO id: {element:
    value}}. A newer one replaces it: within one opening of the package (a client) by its sequence, between openings by
    the time it was given; `marks` are those three of what stands, for each part of the state on its own, so that a late
    save of one SCO costs no other. `client`, `sequence` and `given_at` are those of the last call taken.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="activities")
    block_id = models.CharField(max_length=40)
    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="+")
    state = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    client = models.CharField(max_length=40, blank=True)
    sequence = models.BigIntegerField(default=0)
    given_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField(null=True)
    satisfied_at = models.DateTimeField(null=True)
    satisfied_by = models.CharField(max_length=20, choices=SatisfiedBy.choices, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "block_id"], name="activity_once_an_attempt")]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.block_id}"


class ActivityAttempt(models.Model):
    """One go at an activity, from its beginning to what it reported last. Every one is kept. One that was made in words
    is marked by the server, and does not count among those of the package."""

    progress = models.ForeignKey(ActivityProgress, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    by = models.CharField(max_length=20, choices=SatisfiedBy.choices, default=SatisfiedBy.PACKAGE)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    raw = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    scaled = models.FloatField(null=True, help_text="-1 to 1.")
    success = models.BooleanField(null=True)
    completion = models.CharField(max_length=20, blank=True, help_text="“”, “incomplete” or “completed”.")
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["progress", "number"], name="activity_attempt_number_once"),
            models.UniqueConstraint(
                fields=["progress"], condition=models.Q(finished_at__isnull=True), name="activity_attempt_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.progress}, attempt {self.number}"


class CallOutcome(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    STALE = "stale", "Came too late: something newer stood already"
    REFUSED = "refused", "Refused"


class ActivityCall(models.Model):
    """One call as it came from a package, for support and for the learner herself. It may hold what she wrote, so it is
    a side row that can be redacted; the timeline (`Event`) has its kind and outcome for good."""

    progress = models.ForeignKey(ActivityProgress, on_delete=models.PROTECT, related_name="calls")
    client = models.CharField(max_length=40)
    sequence = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    part = models.CharField(max_length=255, blank=True)
    given_at = models.DateTimeField()
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=CallOutcome.choices)
    reason = models.CharField(max_length=200, blank=True)
    body = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["progress", "client", "sequence"], name="activity_call_once"),
        ]
        indexes = [models.Index(fields=["progress", "received_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.sequence}: {self.outcome}"


class ItemResponse(models.Model):
    """One question inside a package and what was answered, for item analysis. `answer` can be redacted."""

    attempt = models.ForeignKey(ActivityAttempt, on_delete=models.PROTECT, related_name="items")
    item = models.CharField(max_length=255, help_text="The package's own id of the question.")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40, blank=True)
    asked = models.TextField(blank=True, help_text="The package's wording of the question.")
    answer = models.TextField(blank=True)
    correct = models.BooleanField(null=True)
    score = models.FloatField(null=True)
    maximum = models.FloatField(null=True)
    seconds = models.FloatField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "item", "position"], name="item_response_once"),
        ]
        indexes = [models.Index(fields=["item", "correct"])]

    def __str__(self) -> str:
        return self.item
