"""A module by value: all that a learner will see of it, as plain data, and the hash by which a version is known.

The shapes of bodies, blocks and questions are told in `freezer`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from .freezer import Data, Freezer
from .models import ModulePage


@dataclass(frozen=True)
class FrozenModule:
    """A module by value: `outline` (see `outline_of`), the bodies of its lessons and its questions, and their hash."""

    outline: Data
    bodies: list[list[Data]]
    questions: list[Data]
    sha256: str


def digest(data: Any) -> str:
    """SHA-256 of plain data, the same on every machine."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def freeze_body(stream: Any, *, store: bool = True) -> list[Data]:
    """The blocks of one StreamField value, for pages that are not versioned (resources, help) and for previews."""
    return Freezer(store=store).body(stream)


def freeze_module(page: ModulePage, *, store: bool = True) -> FrozenModule:
    """Everything a learner will see of `page`, by value. Reads the page as given, so drafts can be frozen too."""
    freezer = Freezer(store=store)
    lessons = [child for child in page.lessons if child.block_type == "lesson"]
    bodies = [freezer.body(lesson.value["body"]) for lesson in lessons]
    questions = (
        [
            freezer.question(question)
            for question in page.questions.filter(use="assessment", withdrawn=False)
            .prefetch_related("options", "principles", "nations")
            .order_by("key")
        ]
        if page.pk
        else []
    )
    outline = outline_of(page, freezer, bodies, questions)
    content = [outline, bodies, questions]
    return FrozenModule(outline=outline, bodies=bodies, questions=questions, sha256=digest(content))


def lesson_slug(value: Any) -> str:
    """The address of a lesson: its slug, or one made from its title."""
    return str(value["slug"] or slugify(value["title"])[:100] or "lesson")


def outline_of(page: ModulePage, freezer: Freezer, bodies: list[list[Data]], questions: list[Data]) -> Data:
    """All of a module but the bodies: what the catalogue, the module page, the rules and the certificate need."""
    taught = list(page.principles.all())
    assessed = sorted({code for question in questions for code in question["principles"]})
    counts: dict[str, int] = {}
    for question in questions:
        counts[question["outcome"]] = counts.get(question["outcome"], 0) + 1
    return {
        "title": page.title,
        "slug": page.slug,
        "language": page.locale.language_code if page.locale_id else "en-gb",
        "summary": freezer.words(page.summary),
        "for_whom": freezer.words(page.for_whom),
        "sectors": [{"slug": sector.slug, "title": sector.title} for sector in page.sectors.all()],
        "nations": [nation.title for nation in page.nations.all()],
        "minutes": page.minutes,
        "outcomes": [{"key": outcome.key, "text": outcome.text} for outcome in page.outcomes.all()],
        "principles_taught": [{"code": p.code, "title": p.title, "summary": p.summary} for p in taught],
        "principles_assessed": assessed,
        "pass_mark": page.pass_mark,
        "tries": page.tries,
        "after_last_try": page.after_last_try,
        "questions_per_outcome": page.questions_per_outcome,
        "layout": page.layout,
        "valid_months": page.valid_months,
        "retention": page.retention,
        "private": page.private,
        "owner": page.owner_name,
        "review_by": page.review_by.isoformat() if page.review_by else "",
        "question_counts": counts,
        "lessons": [
            {
                "id": child.id or "",
                "slug": lesson_slug(child.value),
                "title": child.value["title"],
                "summary": freezer.words(child.value["summary"]),
                "minutes": child.value["minutes"],
                "outcomes": list(child.value["outcomes"]),
                "principles": [principle.code for principle in child.value["principles"] if principle],
                "sha256": digest(body),
                **_activities(body),
            }
            for child, body in zip((c for c in page.lessons if c.block_type == "lesson"), bodies, strict=True)
        ],
    }


def _activities(body: list[Data]) -> Data:
    """What of a lesson must be done before it counts, by rule; nothing for a lesson without activities."""
    found = [{"id": block["id"], "rule": block["rule"]} for block in body if block["type"] == "activity"]
    return {"activities": found} if found else {}
