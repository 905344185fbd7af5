"""Modules written straight into the tables, for tests that need many of them or do not care what they teach."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from courses.content.models import ChangeKind, ModulePage, ModuleVersion, QuestionVersion
from tests.factories import catalogue


def outline(title: str, *, private: bool = False, **changes: Any) -> dict[str, Any]:
    """What a version says of itself (`content.freezing.outline_of`): two lessons, two outcomes, an assessment."""
    lessons = [
        {"id": f"l{number}", "slug": f"lesson-{number}", "title": f"Lesson {number}", "summary": "", "minutes": 5,
         "outcomes": [f"O{number}"], "principles": [], "sha256": "0" * 64}
        for number in (1, 2)
    ]  # fmt: skip
    plain: dict[str, Any] = {
        "title": title, "slug": slugify(title), "language": "en-gb", "summary": "", "for_whom": "", "sectors": [],
        "nations": ["England"], "minutes": 20, "outcomes": [{"key": "O1", "text": "One"}, {"key": "O2", "text": "Two"}],
        "principles_taught": [], "principles_assessed": [], "pass_mark": 80, "tries": 3, "after_last_try": "",
        "questions_per_outcome": 2, "layout": "one-a-page", "valid_months": 24, "retention": "training-10-years",
        "private": private, "owner": "", "review_by": "", "question_counts": {"O1": 4, "O2": 4}, "lessons": lessons,
    }  # fmt: skip
    return {**plain, **changes}


def quick_module(title: str, *, private: bool = False, **changes: Any) -> ModulePage:
    """A published module with one version; `changes` are keys of its outline."""
    page = ModulePage(title=title, slug=slugify(title), summary=title, minutes=20, private=private, live=True)
    catalogue().add_child(instance=page)
    quick_version(page, private=private, **changes)
    return page


def question(key: str, outcome: str, kind: str = "single") -> dict[str, Any]:
    """A question by value. "a" is right; of several, "a" and "b" are."""
    keys = ["true", "false"] if kind == "true-false" else ["a", "b", "c", "d"]
    right = {"several": {"a", "b"}, "true-false": {"true"}}.get(kind, {"a"})
    options = [{"key": k, "text": k, "correct": k in right, "feedback": f"{k}, because."} for k in keys]
    return {"key": key, "kind": kind, "outcome": outcome, "lesson": "lesson-1", "principles": [], "nations": [],
            "stem": f"About {key}?", "feedback": "That is so.", "options": options}  # fmt: skip


def quick_version(
    page: ModulePage, *, private: bool = False, kind: str = ChangeKind.CORRECTION, **changes: Any
) -> ModuleVersion:
    """A further version of the module, with four questions an outcome, one of them true or false, one with several."""
    version = ModuleVersion.objects.create(
        module=page,
        number=page.versions.count() + 1,
        sha256="0" * 64,
        slug=page.slug,
        title=page.title,
        minutes=20,
        private=private,
        outline=outline(page.title, private=private, **changes),
        change_kind=kind,
        published_at=timezone.now(),
    )
    kinds = ("single", "single", "several", "true-false")
    QuestionVersion.objects.bulk_create(
        QuestionVersion(version=version, key=(key := f"{outcome}-{number}"), outcome=outcome,
                        body=question(key, outcome, style))
        for outcome in ("O1", "O2")
        for number, style in enumerate(kinds, 1)
    )  # fmt: skip
    ModulePage.objects.filter(pk=page.pk).update(private=private, current_version=version)
    page.refresh_from_db()
    return version
