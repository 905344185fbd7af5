"""What may not be deleted, and what to do instead, in words. Asked before anything is touched (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from wagtail.models import Page, ReferenceIndex

from .models import Figure, ModulePage, Question, QuestionVersion, Story


def taught_modules(page: Page) -> QuerySet[ModulePage]:
    """Modules at or below `page` that were published once: versions, records and certificates depend on them."""
    found: QuerySet[ModulePage] = ModulePage.objects.descendant_of(page, inclusive=True).filter(versions__isnull=False)
    return found.distinct()


def reasons_to_keep(things: Iterable[Any]) -> list[str]:
    """Why `things` must not be deleted, one sentence each; empty when they may be."""
    return [reason for thing in things if (reason := _reason(thing))]


def _reason(thing: Any) -> str:
    if isinstance(thing, Page):
        titles = [f"“{title}”" for title in taught_modules(thing).values_list("title", flat=True)]
        if titles:
            return (
                f"{', '.join(titles)} has been taught: records and certificates depend on it. "
                "Take it off the catalogue instead (unpublish)."
            )
        return ""
    if (
        isinstance(thing, Question)
        and QuestionVersion.objects.filter(key=thing.key, version__module=thing.module_id).exists()
    ):
        return f"Question {thing.key} has been published and answers to it are on record. Withdraw it instead."
    if isinstance(thing, Story) and thing.frozen.exists():
        return f"The story of {thing.who} has been published. Withdraw it instead: that reaches every version."
    if used := uses(thing):
        return f"“{thing}” is used in {', '.join(used)}. Take it out there first."
    return ""


def uses(thing: Any) -> list[str]:
    """Titles of what points to `thing`: pages and questions, by choosing it or, for a figure, by writing its key."""
    titles = {str(source) for source, _ in ReferenceIndex.get_references_to(thing).group_by_source_object()}
    titles |= {str(source) for source in _related(thing)}
    if isinstance(thing, Figure):
        titles |= _writes(thing.key)
    return sorted(titles)


def _related(thing: Any) -> Iterable[Any]:
    """What `thing` is ticked in: many-to-many rows would vanish without a word."""
    for relation in thing._meta.related_objects:
        if relation.many_to_many and relation.related_model._meta.app_label == "content":
            yield from relation.related_model.objects.filter(**{relation.field.name: thing})[:20]


def _writes(key: str) -> set[str]:
    wanted = Q(raw__contains="{{ " + key + " }}") | Q(raw__contains="{{" + key + "}}")
    pages = ModulePage.objects.annotate(raw=Cast("lessons", TextField())).filter(wanted)
    questions = Question.objects.filter(
        Q(stem__contains="{{ " + key + " }}")
        | Q(feedback__contains="{{ " + key + " }}")
        | Q(options__text__contains="{{ " + key + " }}")
        | Q(options__feedback__contains="{{ " + key + " }}")
    )
    return {str(page) for page in pages} | {f"question {question.key}" for question in questions}
