"""What is wrong with the material, in words: a sentence a fault, with the file it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .material import Material

Data = dict[str, Any]
FIGURE = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
SECTORS = {
    "social-care": "Social care",
    "health": "Health",
    "education": "Education",
    "employers": "Employers",
    "voluntary": "Voluntary and community",
    "public-services": "Other public services",
}
NATIONS = ["England", "Wales", "Scotland", "Northern Ireland"]

# block name -> (required fields, optional fields)
BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "image": ({"file"}, {"alt", "decorative", "caption"}),
    "statistic": ({"figure", "says"}, set()),
    "story": ({"text", "who", "consent"}, set()),
    "key-point": ({"title", "text"}, set()),
    "law": ({"act", "section", "nation", "in_force", "text"}, {"url"}),
    "details": ({"summary", "text"}, set()),
    "scenario": ({"title", "situation", "choices"}, set()),
    "knowledge-check": ({"question"}, set()),
    "reflection": ({"prompt"}, set()),
    "content-note": ({"about", "summary", "text"}, set()),
    "video": ({"file", "title", "captions", "transcript"}, {"description", "nothing_visual", "poster"}),
    "audio": ({"file", "title", "transcript"}, set()),
    "activity": ({"package", "rule", "words"}, {"title", "intro", "score", "counts", "checks"}),
    "document": ({"resource"}, {"text"}),
    "table": ({"caption", "header", "rows"}, set()),
    "two-columns": ({"left", "right"}, set()),
    "next-steps": ({"title", "items"}, set()),
    "lines": ({"label", "count"}, set()),
    "tick-list": ({"items"}, {"title"}),
}
ONLY_IN_LESSONS = {"activity", "knowledge-check", "reflection"}
ONLY_IN_RESOURCES = {"lines", "tick-list"}


def check_page(material: Material, page: Data, *, resource: bool, practice: Collection[str] = ()) -> None:
    """Notes the faults of every block of a lesson, resource or help page."""
    for block in page["blocks"]:
        where = f"{page['path']}: {block['type']}"
        check_figures(material, where, str({name: value for name, value in block.items() if name != "type"}))
        faults = _block_faults(block, resource=resource) or _content_faults(material, page, block, practice)
        material.faults += [f"{where}{fault}" for fault in faults]


def _block_faults(block: Data, *, resource: bool) -> list[str]:
    """What is wrong with the shape of a block."""
    kind = block["type"]
    if kind == "text":
        return []
    if kind == "heading":
        return [] if block["level"] in (2, 3) else [f" '{block['text']}': use ## or ###"]
    if kind not in BLOCKS or kind in (ONLY_IN_LESSONS if resource else ONLY_IN_RESOURCES):
        return [": not a block that can stand here"]
    required, optional = BLOCKS[kind]
    given = set(block) - {"type"}
    faults = []
    if missing := required - given:
        faults.append(f": lacks {', '.join(sorted(missing))}")
    if strange := given - required - optional:
        faults.append(f": unknown {', '.join(sorted(strange))}")
    return faults


def _content_faults(material: Material, page: Data, block: Data, practice: Collection[str]) -> list[str]:
    """What a block of the right shape refers to and cannot have, or lacks for people who cannot see or hear it."""
    kind = block["type"]
    faults = []
    if kind == "image":
        if not (block.get("alt") or block.get("decorative")):
            faults.append(": alt or decorative: true")
        if not (page["folder"] / "images" / str(block["file"])).is_file():
            faults.append(f": no file images/{block['file']}")
    if kind in ("video", "audio") and not (page["folder"] / "media" / str(block["file"])).is_file():
        faults.append(f": no file media/{block['file']}")
    if kind == "video" and not (block.get("description") or block.get("nothing_visual")):
        faults.append(": description or nothing_visual: true")
    if kind == "statistic" and block["figure"] not in material.figures:
        faults.append(f": no figure {block['figure']}")
    if kind == "activity":
        faults += _activity_faults(block, practice)
    if kind == "knowledge-check" and block["question"] not in practice:
        faults.append(f": {block['question']} is not a practice question of this module")
    return faults


def _activity_faults(block: Data, practice: Collection[str]) -> list[str]:
    checks = block.get("checks", [])
    faults = [f": {key} is not a practice question of this module" for key in checks if key not in practice]
    if block["rule"] not in {"opened", "completed", "passed", "score"}:
        faults.append(f": unknown rule {block['rule']}")
    if block["rule"] in {"passed", "score"} and not checks:
        faults.append(": a scored activity needs checks, so that its words can be scored too")
    if block["rule"] == "score" and not block.get("score"):
        faults.append(": score: how many per cent")
    return faults


def check_questions(material: Material, path: Path, module: Data, codes: set[str]) -> None:
    """Notes the faults of a module's bank, question by question and as a whole."""
    outcomes = {outcome["key"] for outcome in module["outcomes"]}
    lessons = {lesson["slug"] for lesson in module["lessons"]}
    for key, times in Counter(question["id"] for question in module["questions"]).items():
        if times > 1:
            material.faults.append(f"{path}: {key} stands {times} times")
    for question in module["questions"]:
        material.faults += [f"{path}: {question['id']}: {fault}" for fault in _question_faults(question)]
        check_members(material, path, "outcome", [question["outcome"]], outcomes)
        check_members(material, path, "principle", question["principles"], codes)
        check_members(material, path, "lesson", [question["lesson"]], lessons)
        check_figures(material, str(path), str(question))
    tested = Counter(question["outcome"] for question in module["questions"] if question["use"] == "assessment")
    for outcome in sorted(outcomes):
        if tested[outcome] < module["questions_per_outcome"] + 1:
            material.faults.append(f"{path}: outcome {outcome} has {tested[outcome]} questions, too few to draw from")


def _question_faults(question: Data) -> list[str]:
    kind, options = question["kind"], question["options"]
    right = sum(bool(option.get("correct")) for option in options)
    faults = [f"option '{option['text']}' has no feedback" for option in options if not option.get("feedback")]
    if not question.get("feedback"):
        faults.append("no overall feedback")
    if question["use"] not in {"assessment", "practice"}:
        faults.append(f"unknown use {question['use']}")
    if kind == "single":
        if right != 1 or not 3 <= len(options) <= 5:
            faults.append("single needs one right option out of 3 to 5")
    elif kind == "several":
        if not 2 <= right < len(options):
            faults.append("several needs two or more right options and at least one wrong")
        if not question["stem"].rstrip().endswith("Choose all that apply."):
            faults.append("the stem must end with 'Choose all that apply.'")
    elif kind == "true-false":
        if [str(option["text"]) for option in options] != ["True", "False"]:
            faults.append("options must be True and False")
    else:
        faults.append(f"unknown kind {kind}")
    return faults


def check_figures(material: Material, where: str, text: str) -> None:
    """Notes every {{ key }} that no figure has."""
    for key in FIGURE.findall(text):
        if key not in material.figures:
            material.faults.append(f"{where}: no figure {key}")


def check_members(material: Material, path: Path, what: str, values: list[str], allowed: Collection[str]) -> None:
    """Notes values that are not among `allowed`."""
    for value in values:
        if value not in allowed:
            material.faults.append(f"{path}: unknown {what} {value}")
