"""A lesson as the trainer edits it, and the blocks that only a lesson has: what asks the learner to do something."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from .blocks import DOING, ProseStream, ReflectionBlock, rich

RULES = [
    ("opened", "Opened: it is enough to have opened it"),
    ("completed", "Completed: the activity says that it was worked through"),
    ("passed", "Passed: the activity says that it was passed"),
    ("score", "Score: at least the per cent given below"),
]
COUNTS = [
    ("best", "The best attempt counts"),
    ("last", "The last attempt counts"),
    ("first", "The first attempt counts"),
]
SCORED = frozenset({"passed", "score"})
"""Rules that need marks, and so an equivalent in words that gives marks too."""


def question() -> SnippetChooserBlock:
    """A question of the module's bank, asked without a score."""
    return SnippetChooserBlock(
        "content.Question",
        icon="help",
        group=DOING,
        description="A question of this module's bank marked “knowledge check”. Feedback, no score.",
    )


class WordsStream(ProseStream):
    """The same as an activity teaches and asks, in words: for whoever would rather not, or cannot, use the activity."""

    knowledge_check = question()


class ActivityBlock(blocks.StructBlock):
    """An interactive package inside a lesson, with the rule by which it counts."""

    package = SnippetChooserBlock("content.Package", help_text="Upload or write packages under “Packages”.")
    title = blocks.CharBlock(
        max_length=200, required=False, help_text="As learners see it; left empty, the package's own."
    )
    intro = rich(required=False, help_text="A sentence or two: what it is, and about how long it takes.")
    rule = blocks.ChoiceBlock(choices=RULES, default="completed", label="Counts when")
    score = blocks.IntegerBlock(
        min_value=1, max_value=100, required=False, help_text="Per cent, for “Score” only.", label="At least"
    )
    counts = blocks.ChoiceBlock(choices=COUNTS, default="best", label="With several attempts")
    words = WordsStream(
        required=False,
        label="The same in words",
        help_text="Offered to every learner, without asking why. Needed when the activity is scored: its questions "
        "(knowledge checks) are then marked instead of the activity's.",
    )

    class Meta:
        icon = "cogs"
        group = DOING
        description = "An interactive package (H5P or SCORM), with a rule and the same in words."

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        faults = {}
        if result["rule"] == "score" and not result["score"]:
            faults["score"] = ValidationError("Say how many per cent are needed.")
        if result["rule"] in SCORED and not any(child.block_type == "knowledge_check" for child in result["words"]):
            faults["words"] = ValidationError(
                "A scored activity needs its equivalent in words, with at least one knowledge check in it."
            )
        if faults:
            raise blocks.StructBlockValidationError(faults)
        return result


class LessonStream(ProseStream):
    """A lesson's body: prose, and what asks the learner something."""

    knowledge_check = question()
    reflection = ReflectionBlock()
    activity = ActivityBlock(label="Interactive activity")


class LessonBlock(blocks.StructBlock):
    """One lesson. Its block id is the lesson's id for ever; the slug is its address."""

    title = blocks.CharBlock(max_length=200)
    slug = blocks.CharBlock(
        required=False, max_length=100, label="Address", help_text="Left empty, made from the title."
    )
    summary = blocks.TextBlock(required=False, help_text="One sentence for the list of lessons.")
    minutes = blocks.IntegerBlock(min_value=1, max_value=240)
    outcomes = blocks.ListBlock(
        blocks.CharBlock(max_length=20), default=[], help_text="Keys of the outcomes taught here, such as O1."
    )
    principles = blocks.ListBlock(SnippetChooserBlock("content.Principle"), default=[])
    body = LessonStream(label="What the learner reads and does")

    class Meta:
        icon = "doc-full"
        label_format = "{title}"

    def clean(self, value: Any) -> Any:
        """An address is lower-case words with hyphens; “assessment” is the assessment's own."""
        result = super().clean(value)
        slug = result["slug"]
        if slug and (slugify(slug) != slug or slug == "assessment"):
            fault = "Use lower-case words joined by hyphens, and not “assessment”."
            raise blocks.StructBlockValidationError({"slug": ValidationError(fault)})
        return result


class ModuleStream(blocks.StreamBlock):
    lesson = LessonBlock()

    class Meta:
        collapsed = True
