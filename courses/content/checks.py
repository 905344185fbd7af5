"""What keeps a module from being published, in words a trainer can act on."""

from __future__ import annotations

import datetime
from collections import Counter
from typing import Any

from .freezer import Freezer, unfinished
from .freezing import FrozenModule
from .frozen_files import svg_faults
from .lesson_blocks import SCORED
from .models import ChangeKind, ModulePage

Data = dict[str, Any]
NEEDED = {"title": "title", "summary": "summary for the catalogue"}


def publishing_problems(page: ModulePage, frozen: FrozenModule, today: datetime.date) -> list[str]:
    """Every reason why `page` cannot be published as it stands; empty when it can."""
    return [
        *_outline_problems(page, frozen),
        *_question_problems(frozen.questions, frozen.outline),
        *_lesson_problems(page),
        *_change_problems(page, frozen, today),
    ]


def _outline_problems(page: ModulePage, frozen: FrozenModule) -> list[str]:
    outline = frozen.outline
    problems = [f"Fill in the {words}." for name, words in NEEDED.items() if not str(outline[name]).strip()]
    if not outline["lessons"]:
        problems.append("Add at least one lesson.")
    if not outline["outcomes"]:
        problems.append("Add at least one outcome: what the learner can do afterwards.")
    keys = {outcome["key"] for outcome in outline["outcomes"]}
    slugs = Counter(lesson["slug"] for lesson in outline["lessons"])
    problems += [f"Two lessons have the address “{slug}”: change one." for slug, n in slugs.items() if n > 1]
    if "assessment" in slugs:
        problems.append("A lesson cannot have the address “assessment”: that is the assessment's own.")
    for lesson in outline["lessons"]:
        if not lesson["title"]:
            problems.append("A lesson has no title.")
        for key in set(lesson["outcomes"]) - keys:
            problems.append(f"Lesson “{lesson['title']}” names the outcome {key}, which the module does not have.")
    for lesson, body in zip(outline["lessons"], frozen.bodies, strict=True):
        if not body:
            problems.append(f"Lesson “{lesson['title']}” is empty.")
    if outline["questions_per_outcome"]:
        for key in sorted(keys):
            have, need = outline["question_counts"].get(key, 0), outline["questions_per_outcome"]
            if have < need:
                problems.append(
                    f"Outcome {key} has {have} assessment questions; {need} are drawn. Write more, or draw fewer."
                )
    return problems


def _question_problems(questions: list[Data], outline: Data) -> list[str]:
    problems = []
    keys = {outcome["key"] for outcome in outline["outcomes"]}
    slugs = {lesson["slug"] for lesson in outline["lessons"]}
    for question in questions:
        name = f"Question {question['key']}"
        right = sum(option["correct"] for option in question["options"])
        if question["lesson"] and question["lesson"] not in slugs:
            problems.append(f"{name} leads back to the lesson “{question['lesson']}”, which the module does not have.")
        if question["outcome"] not in keys:
            problems.append(f"{name} tests the outcome {question['outcome']}, which the module does not have.")
        if question["kind"] in ("single", "true-false") and right != 1:
            problems.append(f"{name} needs exactly one right option; it has {right}.")
        if question["kind"] == "several" and not 2 <= right < len(question["options"]):
            problems.append(f"{name} needs two or more right options and at least one wrong.")
        if question["kind"] == "true-false" and len(question["options"]) != 2:
            problems.append(f"{name} needs the two options True and False.")
    return problems


def _lesson_problems(page: ModulePage) -> list[str]:
    problems = []
    freezer = Freezer(store=False)
    for lesson in page.lessons:
        freezer.body(lesson.value["body"])
        where = f"Lesson “{lesson.value['title']}”"
        if not lesson.value["minutes"]:
            problems.append(f"{where}: say how many minutes it takes.")
        for child in lesson.value["body"]:
            value = child.value
            if unfinished(child):
                problems.append(f"{where}: a block “{child.block.label}” chooses nothing yet. Choose, or take it out.")
                continue
            if child.block_type in ("video", "audio") and value.missing_for_everyone:
                problems.append(f"{where}: “{value.title}” needs {' and '.join(value.missing_for_everyone)}.")
            if child.block_type == "story" and value.withdrawn_at:
                problems.append(f"{where}: the story of {value.who} was withdrawn. Take it out.")
            if child.block_type == "knowledge_check" and value.module_id != page.pk:
                problems.append(f"{where}: question {value.key} belongs to another module.")
            if child.block_type == "activity":
                problems += _activity_problems(where, value, page)
            if child.block_type == "image" and value["image"] and value["image"].is_svg():
                with value["image"].file.open("rb") as file:
                    faults = svg_faults(file.read())
                problems += [
                    f"{where}: the picture “{value['image'].title}” cannot be used: {fault}." for fault in faults
                ]
    problems += [f"There is no figure with the key “{key}”." for key in sorted(freezer.unknown_figures)]
    return problems


def _activity_problems(where: str, value: Any, page: ModulePage) -> list[str]:
    """An activity must count for whoever cannot use it too (WCAG 2.2: conforming alternate version)."""
    name = f"{where}: the activity “{value['title'] or value['package'].title}”"
    asked = [child.value for child in value["words"] if child.block_type == "knowledge_check"]
    problems = [f"{name}: question {q.key} belongs to another module." for q in asked if q and q.module_id != page.pk]
    if value["package"].archived_at:
        problems.append(f"{name} uses a package that was put away. Choose another, or bring it back.")
    if value["rule"] == "score" and not value["score"]:
        problems.append(f"{name}: say how many per cent are needed.")
    if value["rule"] in SCORED and not any(asked):
        problems.append(f"{name} is scored: write its equivalent in words, with at least one knowledge check.")
    return problems


def _change_problems(page: ModulePage, frozen: FrozenModule, today: datetime.date) -> list[str]:
    latest = page.versions.order_by("-number").first() if page.pk else None
    if latest is None or latest.sha256 == frozen.sha256:
        return []
    if not page.change_kind:
        return ["Say what kind of change this is (under “Publishing this change”): learners' records depend on it."]
    if page.change_kind == ChangeKind.NEW_TRAINING and not page.holders_due_by:
        return ["New training: say by when people who hold this module need it again."]
    if page.holders_due_by and page.holders_due_by < today:
        return ["The date by which holders need it again has passed already."]
    if page.change_kind != ChangeKind.CORRECTION and not page.change_note:
        return ["Say in a sentence what changed: learners are told."]
    return []
