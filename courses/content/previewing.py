"""A module as a learner would see it, from the draft in the editor: nothing is stored, nothing can be handed in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString

from .activity_words import rule_words
from .freezer import Data, Freezer
from .freezing import freeze_module, lesson_slug
from .models import ModulePage, Story
from .public import Module
from .rendering import PERSONAL, levelled, render_block, with_stories

MODULE = ""
LESSON = "lesson-"


class PreviewFreezer(Freezer):
    """Freezes without storing; a story has its words of today, since no version holds them yet."""

    def _file(self, file: Any) -> str:
        return str(file.name)

    def _story(self, value: Story) -> Data:
        return {
            **super()._story(value),
            "html": linebreaks(value.text, autoescape=True),
            "who": value.who,
            "consent_words": f"{value.get_consent_display()}." if value.consent == "composite" else "",
            "withdrawn": value.withdrawn_at is not None,
        }


def preview_modes(page: ModulePage) -> list[tuple[str, str]]:
    """The module's own page, and each lesson of the draft by its place."""
    lessons = [child for child in page.lessons if child.block_type == "lesson"]
    titles = [f"{number}. {child.value['title'] or 'Untitled'}" for number, child in enumerate(lessons, 1)]
    return [(MODULE, "Module page"), *((f"{LESSON}{number}", title) for number, title in enumerate(titles, 1))]


def preview(page: ModulePage, request: HttpRequest, mode: str) -> HttpResponse:
    """Answers Wagtail's preview panel."""
    return _lesson(page, request, mode) if mode.startswith(LESSON) else _module(page, request)


def _module(page: ModulePage, request: HttpRequest) -> HttpResponse:
    frozen = freeze_module(page, store=False)
    latest = page.versions.order_by("-number").first() if page.pk else None
    module = Module(
        module_id=page.pk or 0,
        slug=page.slug,
        number=latest.number + 1 if latest else 1,
        published_at=timezone.now(),
        outline=frozen.outline,
    )
    context = {
        "module": module,
        "outline": frozen.outline,
        "assessed_any": any(principle["assessed"] for principle in module.principles),
        # As a visitor sees it: a preview must not begin the module for the trainer.
        "user": AnonymousUser(),
    }
    return render(request, "learner/module.html", context)


def _lesson(page: ModulePage, request: HttpRequest, mode: str) -> HttpResponse:
    lessons = [child for child in page.lessons if child.block_type == "lesson"]
    number = int(mode.removeprefix(LESSON) or 0)
    if not 1 <= number <= len(lessons):
        raise Http404
    value = lessons[number - 1].value
    context = {
        "module_title": page.title,
        "titles": [lesson.value["title"] for lesson in lessons],
        "number": number,
        "title": value["title"],
        "slug": lesson_slug(value),
        "parts": read_only(PreviewFreezer(store=False).body(value["body"])),
    }
    return render(request, "trainer/lesson.html", context)


def read_only(blocks: list[Data]) -> list[SafeString]:
    """Frozen blocks as HTML for reading: a knowledge check shows what is said of every answer."""
    return [
        _personal(block) if block["type"] in PERSONAL else render_block(block)
        for block in with_stories(levelled(blocks))
    ]


def _personal(block: Data) -> SafeString:
    """The form of a learner's own block, shut: nothing can be handed in from here, and no activity be opened."""
    if block["type"] == "activity":
        return render_block(block, counts_words=rule_words(block), words=read_only(block["words"]))
    return format_html(
        '<fieldset class="govuk-fieldset" disabled><legend class="govuk-visually-hidden">{}</legend>{}</fieldset>',
        "For reading only",
        _form(block),
    )


def _form(block: Data) -> SafeString:
    if block["type"] == "reflection":
        return render_block(block, action="")
    question = block["question"]
    said: dict[str, Any] = {o["key"]: {"text": o["feedback"], "correct": o["correct"]} for o in question["options"]}
    return render_block(
        block,
        action="",
        checked=True,
        chosen=list(said),
        feedback=said,
        overall=question["feedback"],
        complete=True,
        several=question["kind"] == "several",
    )
