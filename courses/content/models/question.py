from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import Truncator
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, RevisionMixin

from .principle import Nation, Principle


class QuestionKind(models.TextChoices):
    SINGLE = "single", "One right answer"
    SEVERAL = "several", "Several right answers (all of them, and no other)"
    TRUE_FALSE = "true-false", "True or false"


class QuestionUse(models.TextChoices):
    ASSESSMENT = "assessment", "Assessment (scored, drawn from the bank)"
    PRACTICE = "practice", "Knowledge check inside a lesson (not scored)"


def new_key() -> str:
    """A stable key for a question or option that has none from the material."""
    return uuid.uuid4().hex[:12]


class Question(RevisionMixin, ClusterableModel):
    """A question of a module's bank. Versions copy it by value: an edit here reaches learners at the next publishing.

    It goes with a module that was never published; one that was is protected by its versions.
    """

    key = models.CharField(max_length=40, unique=True, default=new_key, help_text="Stays the same for ever.")
    module = models.ForeignKey("content.ModulePage", on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=20, choices=QuestionKind.choices, default=QuestionKind.SINGLE)
    use = models.CharField(max_length=20, choices=QuestionUse.choices, default=QuestionUse.ASSESSMENT)
    outcome = models.CharField(
        "outcome", max_length=20, help_text="The key of the module's outcome it tests: O1, O2, …"
    )
    lesson = models.SlugField("lesson to go back to", max_length=100, blank=True)
    principles = models.ManyToManyField(Principle, blank=True)
    nations = models.ManyToManyField(Nation, blank=True)
    review_by = models.DateField(null=True, blank=True)
    stem = models.TextField("question")
    feedback = models.TextField("feedback for everyone", help_text="Shown after answering, whatever the answer.")
    withdrawn = models.BooleanField(
        default=False, help_text="Taken out of the bank; a past answer to it counts as right."
    )

    panels = [
        FieldPanel("stem"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("use")]),
        InlinePanel("options", heading="Options", label="Option", min_num=2),
        FieldPanel("feedback"),
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("module", "outcome", "lesson", "principles", "nations", "review_by", "withdrawn")
            ],
            heading="Where it belongs",
        ),
    ]

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return Truncator(self.stem).chars(110)

    def clean(self) -> None:
        """Refuses an outcome that the module does not have."""
        super().clean()
        if self.module_id and self.outcome:
            keys = list(self.module.outcomes.values_list("key", flat=True))
            if self.outcome not in keys:
                raise ValidationError({"outcome": f"This module has the outcomes {', '.join(keys) or 'none yet'}."})


class QuestionOption(Orderable):
    """An answer that can be chosen, with feedback of its own."""

    question = ParentalKey(Question, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=40, default=new_key, editable=False)
    text = models.CharField(max_length=500)
    correct = models.BooleanField("right", default=False)
    feedback = models.TextField()

    panels = [FieldPanel("text"), FieldPanel("correct"), FieldPanel("feedback")]

    class Meta(Orderable.Meta):
        constraints: list[Any] = [models.UniqueConstraint(fields=["question", "key"], name="option_key_once")]

    def __str__(self) -> str:
        return self.text
