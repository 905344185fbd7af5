"""What changed between two versions, lesson by lesson and question by question."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.content.models import ModuleVersion

from .queries import as_text

ABOUT = {
    "title": "Title",
    "summary": "Summary",
    "for_whom": "Who it is for",
    "minutes": "Minutes",
    "outcomes": "Outcomes",
    "pass_mark": "Pass mark",
    "tries": "Tries",
    "questions_per_outcome": "Questions drawn for each outcome",
    "valid_months": "Months a certificate is valid",
    "nations": "Nations",
}


@dataclass(frozen=True)
class Change:
    """One thing that differs: added, taken out, or changed with its lines."""

    what: str
    how: str
    lines: list[tuple[str, str]]
    """("+" or "-" or " ", words)."""


def compare(old: ModuleVersion, new: ModuleVersion) -> list[Change]:
    """Every change from `old` to `new`, in the order of the module. 4 queries."""
    changes = [
        _change(words, as_text(_plain(old.outline.get(name))), as_text(_plain(new.outline.get(name))))
        for name, words in ABOUT.items()
        if old.outline.get(name) != new.outline.get(name)
    ]
    return (
        changes + _parts("Lesson", _lessons(old), _lessons(new)) + _parts("Question", _questions(old), _questions(new))
    )


def _plain(value: Any) -> Any:
    """Numbers as words, so that they are compared too; outcomes keep their text."""
    return str(value) if isinstance(value, (int, float)) else value


def _lessons(version: ModuleVersion) -> dict[str, tuple[str, list[str]]]:
    titles = {lesson["id"]: lesson["title"] for lesson in version.outline["lessons"]}
    return {
        row.lesson_id: (titles.get(row.lesson_id, row.slug), [titles.get(row.lesson_id, ""), *as_text(row.body)])
        for row in version.lessons.order_by("position")
    }


def _questions(version: ModuleVersion) -> dict[str, tuple[str, list[str]]]:
    return {row.key: (row.key, _question_lines(row.body)) for row in version.questions.order_by("key")}


def _question_lines(body: Mapping[str, Any]) -> list[str]:
    options = [f"{'Right' if o['correct'] else 'Wrong'}: {o['text']} ({o['feedback']})" for o in body["options"]]
    return [body["stem"], *options, body["feedback"]]


def _parts(
    kind: str, old: Mapping[str, tuple[str, list[str]]], new: Mapping[str, tuple[str, list[str]]]
) -> list[Change]:
    changes = []
    for key in [*new, *(key for key in old if key not in new)]:
        before, after = old.get(key), new.get(key)
        if before != after:
            name, _ = after or before or ("", [])
            changes.append(_change(f"{kind}: {name}", before[1] if before else None, after[1] if after else None))
    return changes


def _change(what: str, before: list[str] | None, after: list[str] | None) -> Change:
    how = "added" if before is None else "taken out" if after is None else "changed"
    lines = [(line[0], line[2:]) for line in difflib.ndiff(before or [], after or []) if line[0] in "+- "]
    return Change(what, how, _near_changes(lines))


def _near_changes(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The lines that differ with one unchanged line around them; "…" stands for what is left out."""
    differ = [number for number, (mark, _) in enumerate(lines) if mark != " "]
    near = {number + step for number in differ for step in (-1, 0, 1)}
    kept: list[tuple[str, str]] = []
    for number, line in enumerate(lines):
        if number in near:
            kept.append(line)
        elif not kept or kept[-1] != (" ", "…"):
            kept.append((" ", "…"))
    return kept
