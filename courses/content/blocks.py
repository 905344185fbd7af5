"""The blocks a lesson, resource or help page is built from, as the trainer edits them.

What a learner sees is not rendered from these: `freezing` turns each into plain data, and `templates/blocks/<name>.html`
renders that data, in a published version and in the editor's preview alike.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

TEXT = ["bold", "italic", "link", "ol", "ul", "document-link"]


def rich(**kwargs: Any) -> blocks.RichTextBlock:
    """Text with emphasis, links and lists; headings are blocks of their own."""
    return blocks.RichTextBlock(features=TEXT, **kwargs)


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=200)
    level = blocks.ChoiceBlock(choices=[("2", "Heading"), ("3", "Smaller heading")], default="2")

    class Meta:
        icon = "title"


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    alt = blocks.TextBlock(required=False, label="Text alternative", help_text="What the picture tells, in words.")
    decorative = blocks.BooleanBlock(
        required=False, help_text="Tick when the picture tells nothing that the text does not."
    )
    caption = blocks.CharBlock(required=False)

    class Meta:
        icon = "image"

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        if bool(result["alt"]) == bool(result["decorative"]):
            raise blocks.StructBlockValidationError(
                {
                    "alt": ValidationError(
                        "Write a text alternative, or mark the picture as decorative (one of the two)."
                    )
                }
            )
        return result


class StatisticBlock(blocks.StructBlock):
    figure = SnippetChooserBlock("content.Figure")
    says = blocks.CharBlock(required=False, help_text="Words under the number; left empty, those of the figure.")

    class Meta:
        icon = "pick"


class LawBlock(blocks.StructBlock):
    act = blocks.CharBlock()
    section = blocks.CharBlock(help_text="s.10")
    nation = blocks.CharBlock(default="England")
    in_force = blocks.DateBlock(label="In force from")
    text = rich()
    url = blocks.URLBlock(required=False)

    class Meta:
        icon = "doc-full-inverse"


class KeyPointBlock(blocks.StructBlock):
    title = blocks.CharBlock(default="Remember")
    text = rich()

    class Meta:
        icon = "success"


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock()
    text = rich()

    class Meta:
        icon = "collapse-down"


class ChoiceItemBlock(blocks.StructBlock):
    label = blocks.TextBlock()
    consequence = rich()
    best = blocks.BooleanBlock(required=False, label="The best choice here")


class ScenarioBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    situation = rich()
    choices = blocks.ListBlock(ChoiceItemBlock(), min_num=2)

    class Meta:
        icon = "comment"


class ContentNoteBlock(blocks.StructBlock):
    about = blocks.CharBlock(help_text="“This part is about …”")
    summary = rich(help_text="What the part says, without the detail.")
    text = rich(help_text="The part itself.")

    class Meta:
        icon = "warning"


class DocumentBlock(blocks.StructBlock):
    resource = blocks.PageChooserBlock(page_type="content.ResourcePage", required=False)
    document = DocumentChooserBlock(required=False)
    text = blocks.CharBlock(required=False)

    class Meta:
        icon = "doc-full"

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        if bool(result["resource"]) == bool(result["document"]):
            raise blocks.StructBlockValidationError({"resource": ValidationError("Choose a resource or a document.")})
        return result


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock()
    header = blocks.ListBlock(blocks.CharBlock(), min_num=2)
    rows = blocks.ListBlock(blocks.ListBlock(blocks.TextBlock(required=False)))

    class Meta:
        icon = "table"


class ColumnBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    text = rich()
    mark = blocks.ChoiceBlock(choices=[("yes", "Do, say"), ("no", "Avoid")], required=False)


class TwoColumnsBlock(blocks.StructBlock):
    left = ColumnBlock()
    right = ColumnBlock()

    class Meta:
        icon = "grip"


class NextStepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(default="What to do next")
    items = blocks.ListBlock(rich())

    class Meta:
        icon = "list-ul"


class ReflectionBlock(blocks.StructBlock):
    prompt = blocks.TextBlock(help_text="Only the learner ever sees what she writes.")

    class Meta:
        icon = "edit"


class LinesBlock(blocks.StructBlock):
    label = blocks.CharBlock()
    count = blocks.IntegerBlock(min_value=1, max_value=20, default=3)

    class Meta:
        icon = "minus"


class TickListBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False)
    items = blocks.ListBlock(blocks.CharBlock())

    class Meta:
        icon = "check"


class ProseStream(blocks.StreamBlock):
    """What may stand in any page."""

    text = rich()
    heading = HeadingBlock()
    image = ImageBlock()
    statistic = StatisticBlock()
    story = SnippetChooserBlock("content.Story", icon="openquote")
    key_point = KeyPointBlock()
    law = LawBlock()
    details = DetailsBlock()
    scenario = ScenarioBlock()
    content_note = ContentNoteBlock()
    video = VideoChooserBlock(icon="media")
    audio = AudioChooserBlock(icon="media")
    document = DocumentBlock()
    table = TableBlock()
    two_columns = TwoColumnsBlock()
    next_steps = NextStepsBlock()


class LessonStream(ProseStream):
    """A lesson's body: prose, and what asks the learner something."""

    knowledge_check = SnippetChooserBlock("content.Question", icon="help")
    reflection = ReflectionBlock()


class ResourceStream(ProseStream):
    """A resource's body: prose, and what is written on by hand."""

    lines = LinesBlock()
    tick_list = TickListBlock()


class LessonBlock(blocks.StructBlock):
    """One lesson. Its block id is the lesson's id for ever; the slug is its address."""

    title = blocks.CharBlock(max_length=200)
    slug = blocks.CharBlock(required=False, max_length=100, help_text="Left empty, made from the title.")
    summary = blocks.TextBlock(required=False)
    minutes = blocks.IntegerBlock(min_value=1, max_value=240)
    outcomes = blocks.ListBlock(
        blocks.CharBlock(max_length=20), default=[], help_text="Keys of the outcomes taught here: O1, O2."
    )
    principles = blocks.ListBlock(SnippetChooserBlock("content.Principle"), default=[])
    body = LessonStream()

    class Meta:
        icon = "doc-full"


class ModuleStream(blocks.StreamBlock):
    lesson = LessonBlock()
