"""The blocks a resource or help page is built from, as the trainer edits them; `lesson_blocks` adds those of a lesson.

What a learner sees is not rendered from these: `freezer` turns each into plain data, and
`templates/blocks/<name>.html` renders that data, in a published version and in the editor's preview alike.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

WORDS, PEOPLE, DOING, MEDIA = "Words and pictures", "People, numbers and law", "Doing", "Film, sound and documents"
TEXT = ["bold", "italic", "link", "ol", "ul", "document-link"]


def rich(**kwargs: Any) -> blocks.RichTextBlock:
    """Text with emphasis, links and lists; headings are blocks of their own."""
    return blocks.RichTextBlock(features=TEXT, **kwargs)


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=200)
    level = blocks.ChoiceBlock(choices=[("2", "Heading"), ("3", "Smaller heading")], default="2")

    class Meta:
        icon = "title"
        group = WORDS
        description = "Starts a new part of the lesson."


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock()
    alt = blocks.TextBlock(required=False, label="Text alternative", help_text="What the picture tells, in words.")
    decorative = blocks.BooleanBlock(
        required=False, help_text="Tick when the picture tells nothing that the text does not."
    )
    caption = blocks.CharBlock(required=False)

    class Meta:
        icon = "image"
        group = WORDS
        description = "A picture or chart, with what it tells in words."

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
        group = PEOPLE
        description = "A number from the register of figures, with its source and date."


class LawBlock(blocks.StructBlock):
    act = blocks.CharBlock(help_text="Care Act 2014")
    section = blocks.CharBlock(help_text="s.10")
    nation = blocks.CharBlock(default="England")
    in_force = blocks.DateBlock(label="In force from")
    text = rich()
    url = blocks.URLBlock(required=False, label="Link to the text of the law")

    class Meta:
        icon = "doc-full-inverse"
        group = PEOPLE
        description = "What an Act says, with section, nation and date."


class KeyPointBlock(blocks.StructBlock):
    title = blocks.CharBlock(default="Remember")
    text = rich()

    class Meta:
        icon = "success"
        group = WORDS
        description = "The one thing to remember."


class DetailsBlock(blocks.StructBlock):
    summary = blocks.CharBlock()
    text = rich()

    class Meta:
        icon = "collapse-down"
        group = WORDS
        description = "More for those who want it: opens when chosen."


class ChoiceItemBlock(blocks.StructBlock):
    label = blocks.TextBlock(label="The choice")
    consequence = rich(label="What it leads to")
    best = blocks.BooleanBlock(required=False, label="The best choice here")


class ScenarioBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    situation = rich(help_text="What is going on, and what the learner has to decide.")
    choices = blocks.ListBlock(ChoiceItemBlock(), min_num=2)

    class Meta:
        icon = "comment"
        group = DOING
        description = "A situation, choices, and what each leads to. Not scored."


class ContentNoteBlock(blocks.StructBlock):
    about = blocks.CharBlock(help_text="“This part is about …”")
    summary = rich(help_text="What the part says, without the detail.")
    text = rich(help_text="The part itself.")

    class Meta:
        icon = "warning"
        group = PEOPLE
        description = "For a part that may hurt: says what it is about, and offers a summary instead."


class DocumentBlock(blocks.StructBlock):
    resource = blocks.PageChooserBlock(page_type="content.ResourcePage", required=False)
    document = DocumentChooserBlock(required=False)
    text = blocks.CharBlock(required=False)

    class Meta:
        icon = "doc-full"
        group = MEDIA
        description = "A resource or a document to take away."

    def clean(self, value: Any) -> Any:
        result = super().clean(value)
        if bool(result["resource"]) == bool(result["document"]):
            raise blocks.StructBlockValidationError({"resource": ValidationError("Choose a resource or a document.")})
        return result


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock()
    header = blocks.ListBlock(blocks.CharBlock(), min_num=2, label="Headings of the columns")
    rows = blocks.ListBlock(blocks.ListBlock(blocks.TextBlock(required=False)))

    class Meta:
        icon = "table"
        group = WORDS
        description = "A table with a caption and a heading for each column."


class ColumnBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    text = rich()
    mark = blocks.ChoiceBlock(choices=[("yes", "Do, say"), ("no", "Avoid")], required=False)


class TwoColumnsBlock(blocks.StructBlock):
    left = ColumnBlock()
    right = ColumnBlock()

    class Meta:
        icon = "grip"
        group = WORDS
        description = "Two things side by side, such as words to say and words to avoid."


class NextStepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(default="What to do next")
    items = blocks.ListBlock(rich())

    class Meta:
        icon = "list-ul"
        group = DOING
        description = "What to do tomorrow, as a short list."


class ReflectionBlock(blocks.StructBlock):
    prompt = blocks.TextBlock(help_text="Only the learner ever sees what she writes.")

    class Meta:
        icon = "edit"
        group = DOING
        description = "A question to think about. Only the learner ever sees her answer."


class LinesBlock(blocks.StructBlock):
    label = blocks.CharBlock()
    count = blocks.IntegerBlock(min_value=1, max_value=20, default=3)

    class Meta:
        icon = "minus"
        group = DOING
        description = "Ruled lines to write on by hand."


class TickListBlock(blocks.StructBlock):
    title = blocks.CharBlock(required=False)
    items = blocks.ListBlock(blocks.CharBlock())

    class Meta:
        icon = "check"
        group = DOING
        description = "A list to tick off by hand."


class ProseStream(blocks.StreamBlock):
    """What may stand in any page, in the groups in which the trainer finds it."""

    text = rich(icon="pilcrow", group=WORDS, description="Paragraphs and lists. Write {{ key }} for a figure.")
    heading = HeadingBlock()
    key_point = KeyPointBlock()
    image = ImageBlock()
    table = TableBlock()
    two_columns = TwoColumnsBlock()
    details = DetailsBlock(label="More to open")
    story = SnippetChooserBlock(
        "content.Story",
        icon="openquote",
        group=PEOPLE,
        label="Carer’s story",
        description="A carer's own words, with consent.",
    )
    statistic = StatisticBlock()
    law = LawBlock(label="Law card")
    content_note = ContentNoteBlock()
    scenario = ScenarioBlock()
    next_steps = NextStepsBlock()
    video = VideoChooserBlock(
        icon="media", group=MEDIA, description="A film with captions, transcript and audio description."
    )
    audio = AudioChooserBlock(icon="media", group=MEDIA, description="A recording with its transcript.")
    document = DocumentBlock()


class ResourceStream(ProseStream):
    """A resource's body: prose, and what is written on by hand."""

    lines = LinesBlock()
    tick_list = TickListBlock()
