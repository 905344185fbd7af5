"""What belongs to a module besides its page is copied with it: the question bank, which is not part of the page."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from wagtail.models import Page

from .models import ModulePage, Question, QuestionOption
from .models.question import new_key


def on_copied_for_translation(sender: Any, source_obj: Any, target_obj: Any, **_: Any) -> None:
    """Receiver of Wagtail's `copy_for_translation_done`: a translated module begins with the source's questions."""
    if isinstance(target_obj, ModulePage) and target_obj.alias_of_id is None:
        copy_questions(source=source_obj.specific, target=target_obj)


def copy_module_questions(*, source: Page, target: Page) -> None:
    """Copies the questions of every module in the tree of `source` to its copy in the tree of `target`."""
    pairs = zip(
        ModulePage.objects.descendant_of(source, inclusive=True).order_by("path"),
        ModulePage.objects.descendant_of(target, inclusive=True).order_by("path"),
        strict=False,
    )
    for old, new in pairs:
        copy_questions(source=old, target=new)


@transaction.atomic
def copy_questions(*, source: ModulePage, target: ModulePage) -> None:
    """Gives the copy `target` questions of its own, and lets its lessons point to them.

    A copy is a draft without a version. Its questions get new keys, so that answers to the one never count for the
    other. Idempotent: a module that has questions keeps them.
    """
    if target.questions.exists():
        return
    copies: dict[int, Question] = {}
    for question in source.questions.prefetch_related("options", "principles", "nations").filter(withdrawn=False):
        copies[question.pk] = _copy(question, target)
    draft = target.get_latest_revision_as_object()
    for lesson in draft.lessons:
        _point_to(copies, lesson.value["body"])
    draft.save_revision(clean=False)
    ModulePage.objects.filter(pk=target.pk).update(lessons=draft.lessons, current_version=None)


def _point_to(copies: dict[int, Question], stream: Any) -> None:
    for child in stream:
        if child.block_type == "activity":
            _point_to(copies, child.value["words"])
        elif child.block_type == "knowledge_check" and child.value and child.value.pk in copies:
            child.value = copies[child.value.pk]


def _copy(question: Question, module: ModulePage) -> Question:
    fields = ("kind", "use", "outcome", "lesson", "review_by", "stem", "feedback")
    copy = Question(module=module, key=new_key(), **{name: getattr(question, name) for name in fields})
    copy.options = [
        QuestionOption(
            key=option.key,
            text=option.text,
            correct=option.correct,
            feedback=option.feedback,
            sort_order=option.sort_order,
        )
        for option in question.options.all()
    ]
    copy.save()
    copy.principles.set(question.principles.all())
    copy.nations.set(question.nations.all())
    return copy
