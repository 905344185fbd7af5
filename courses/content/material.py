"""Reads `material/`: modules, questions, figures and resources written as text files.

Why: course text is reviewed line by line by people who do not use the CMS, so it lives in readable files. This module
turns files into plain dictionaries and says, in words, what is wrong with them; it knows nothing of Django. The format
is described in `material/README.md`.

Run `python -m courses.content.material material` to check a folder.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

Data = dict[str, Any]
FIGURE = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
FENCE = re.compile(r"^:::\s*([a-z-]+)\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$")
SECTORS = {"social-care", "health", "education", "employers", "voluntary", "public-services"}
NATIONS = {"England", "Wales", "Scotland", "Northern Ireland"}

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
    "document": ({"resource"}, {"text"}),
    "table": ({"caption", "header", "rows"}, set()),
    "two-columns": ({"left", "right"}, set()),
    "next-steps": ({"title", "items"}, set()),
    "lines": ({"label", "count"}, set()),
    "tick-list": ({"items"}, {"title"}),
}
ONLY_IN_LESSONS = {"knowledge-check", "reflection"}
ONLY_IN_RESOURCES = {"lines", "tick-list"}
_markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])


class MaterialError(ValueError):
    """A file that cannot be read as material; the message names the file and says what to do."""


@dataclass
class Material:
    """Everything below a material folder, as dictionaries ready to be written to the CMS."""

    root: Path
    principles: list[Data] = field(default_factory=list)
    figures: dict[str, Data] = field(default_factory=dict)
    modules: list[Data] = field(default_factory=list)
    packs: list[Data] = field(default_factory=list)
    help_pages: list[Data] = field(default_factory=list)
    site_pages: list[Data] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def to_html(markdown: str) -> str:
    """Markdown to the small HTML that the CMS's rich text allows; raw HTML in the source is escaped."""
    return _markdown.render(markdown or "").strip()


def read_yaml(path: Path) -> Any:
    """The YAML of `path`; MaterialError names the file when it does not parse."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError) as error:
        raise MaterialError(f"{path}: {error}") from error


def read_page(path: Path) -> Data:
    """One lesson, resource or help page: its front matter plus `blocks`, a list of {type, …} in reading order."""
    text = path.read_text(encoding="utf-8")
    match = re.match(r"\A---\n(.*?)\n---\n(.*)\Z", text, re.DOTALL)
    if not match:
        raise MaterialError(f"{path}: no front matter between two lines of ---")
    try:
        page: Data = yaml.safe_load(match[1]) or {}
    except yaml.YAMLError as error:
        raise MaterialError(f"{path}: front matter: {error}") from error
    page["slug"] = re.sub(r"^\d+-", "", path.stem)
    page["path"] = str(path)
    page["folder"] = path.parent
    page["blocks"] = list(_blocks(match[2], path))
    return page


def _blocks(text: str, path: Path) -> list[Data]:
    blocks: list[Data] = []
    prose: list[str] = []

    def flush() -> None:
        body = "\n".join(prose).strip()
        prose.clear()
        if body:
            blocks.append({"type": "text", "text": body})

    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if fence := FENCE.match(line):
            flush()
            body: list[str] = []
            for _, inner in lines:
                if inner.strip() == ":::":
                    break
                body.append(inner)
            else:
                raise MaterialError(f"{path}: block {fence[1]} (body line {number}) is not closed with :::")
            try:
                data = yaml.safe_load("\n".join(body)) or {}
            except yaml.YAMLError as error:
                raise MaterialError(f"{path}: block {fence[1]} (body line {number}): {error}") from error
            if not isinstance(data, dict):
                raise MaterialError(f"{path}: block {fence[1]} (body line {number}) needs fields, one a line")
            blocks.append({"type": fence[1], **data})
        elif heading := HEADING.match(line):
            flush()
            blocks.append({"type": "heading", "level": len(heading[1]), "text": heading[2]})
        else:
            prose.append(line)
    flush()
    return blocks


def read_material(root: Path) -> Material:
    """Reads and checks a whole folder. Faults are collected in `.faults`, one sentence each, so that all show at once."""
    material = Material(root=root, principles=read_yaml(root / "principles.yaml"))
    codes = {principle["code"] for principle in material.principles}
    _read_figures(material)
    for path in sorted(root.glob("modules/*/module.yaml")):
        _guarded(material, lambda path=path: material.modules.append(_read_module(material, path, codes)))  # type: ignore[misc]
    for path in sorted(root.glob("resources/*/pack.yaml")):
        _guarded(material, lambda path=path: material.packs.append(_read_pack(material, path)))  # type: ignore[misc]
    for path in sorted(root.glob("help/*.md")):
        _guarded(material, lambda path=path: material.help_pages.append(read_page(path)))  # type: ignore[misc]
    for path in sorted(root.glob("site/*.md")):
        _guarded(material, lambda path=path: material.site_pages.append(read_page(path)))  # type: ignore[misc]
    for page in material.help_pages + material.site_pages:
        _check_page(material, page, resource=True)
    resources = {f"{pack['slug']}/{page['slug']}" for pack in material.packs for page in pack["resources"]}
    for page in _pages(material):
        for block in page["blocks"]:
            if block["type"] == "document" and block.get("resource") not in resources:
                material.faults.append(f"{page['path']}: no resource {block.get('resource')}")
    return material


def _guarded(material: Material, step: Any) -> None:
    try:
        step()
    except (MaterialError, KeyError, TypeError) as error:
        material.faults.append(f"{type(error).__name__}: {error}")


def _pages(material: Material) -> list[Data]:
    pages = [lesson for module in material.modules for lesson in module["lessons"]]
    pages += [page for pack in material.packs for page in pack["resources"]]
    return pages + material.help_pages + material.site_pages


def _read_figures(material: Material) -> None:
    for path in sorted((material.root / "figures").glob("*.yaml")):
        for figure in read_yaml(path) or []:
            missing = {"key", "value", "says", "source", "dated", "checked_on", "review_by"} - set(figure)
            if missing:
                material.faults.append(f"{path}: figure {figure.get('key')} lacks {', '.join(sorted(missing))}")
            if figure.get("key") in material.figures:
                material.faults.append(f"{path}: figure {figure['key']} stands twice")
            material.figures[figure["key"]] = figure


def _read_module(material: Material, path: Path, codes: set[str]) -> Data:
    module: Data = read_yaml(path)
    module["slug"] = path.parent.name
    module["folder"] = path.parent
    module["lessons"] = [read_page(lesson) for lesson in sorted(path.parent.glob("lessons/*.md"))]
    module["questions"] = read_yaml(path.parent / "questions.yaml")
    outcomes = {outcome["key"] for outcome in module["outcomes"]}
    lessons = {lesson["slug"] for lesson in module["lessons"]}
    _members(material, path, "sector", module["sectors"], SECTORS)
    _members(material, path, "nation", module["nations"], NATIONS)
    _members(material, path, "principle", module["principles"], codes)
    practice = {question["id"] for question in module["questions"] if question["use"] == "practice"}
    for lesson in module["lessons"]:
        for page in (lesson,):
            page["folder"] = path.parent
        _members(material, Path(lesson["path"]), "outcome", lesson.get("outcomes", []), outcomes)
        _members(material, Path(lesson["path"]), "principle", lesson.get("principles", []), codes)
        if not isinstance(lesson.get("minutes"), int):
            material.faults.append(f"{lesson['path']}: minutes missing")
        _check_page(material, lesson, resource=False, practice=practice)
    _check_questions(material, path.parent / "questions.yaml", module, outcomes, codes, lessons)
    return module


def _check_questions(
    material: Material, path: Path, module: Data, outcomes: set[str], codes: set[str], lessons: set[str]
) -> None:
    seen: Counter[str] = Counter(question["id"] for question in module["questions"])
    for key, times in seen.items():
        if times > 1:
            material.faults.append(f"{path}: {key} stands {times} times")
    for question in module["questions"]:
        where = f"{path}: {question['id']}"
        right = [option for option in question["options"] if option.get("correct")]
        kind = question["kind"]
        if kind == "single" and (len(right) != 1 or not 3 <= len(question["options"]) <= 5):
            material.faults.append(f"{where}: single needs one right option out of 3 to 5")
        if kind == "several" and (len(right) < 2 or len(right) == len(question["options"])):
            material.faults.append(f"{where}: several needs two or more right options and at least one wrong")
        if kind == "several" and not question["stem"].rstrip().endswith("Choose all that apply."):
            material.faults.append(f"{where}: the stem must end with 'Choose all that apply.'")
        if kind == "true-false" and [str(option["text"]) for option in question["options"]] != ["True", "False"]:
            material.faults.append(f"{where}: options must be True and False")
        if kind not in {"single", "several", "true-false"}:
            material.faults.append(f"{where}: unknown kind {kind}")
        if question["use"] not in {"assessment", "practice"}:
            material.faults.append(f"{where}: unknown use {question['use']}")
        for option in question["options"]:
            if not option.get("feedback"):
                material.faults.append(f"{where}: option '{option['text']}' has no feedback")
        if not question.get("feedback"):
            material.faults.append(f"{where}: no overall feedback")
        _members(material, path, "outcome", [question["outcome"]], outcomes)
        _members(material, path, "principle", question["principles"], codes)
        _members(material, path, "lesson", [question["lesson"]], lessons)
        for text in [question["stem"], question.get("feedback", "")] + [o["text"] for o in question["options"]]:
            _check_figures(material, str(path), str(text))
    tested = [question for question in module["questions"] if question["use"] == "assessment"]
    per_outcome = Counter(question["outcome"] for question in tested)
    for outcome in outcomes:
        if per_outcome[outcome] < module["questions_per_outcome"] + 1:
            material.faults.append(
                f"{path}: outcome {outcome} has {per_outcome[outcome]} questions, too few to draw from"
            )


def _read_pack(material: Material, path: Path) -> Data:
    pack: Data = read_yaml(path)
    pack["slug"] = path.parent.name
    pack["folder"] = path.parent
    pack["resources"] = [read_page(page) for page in sorted(path.parent.glob("*.md"))]
    for page in pack["resources"]:
        for key in ("title", "kind", "audience", "summary"):
            if not page.get(key):
                material.faults.append(f"{page['path']}: {key} missing")
        _check_page(material, page, resource=True)
    return pack


def _check_page(material: Material, page: Data, *, resource: bool, practice: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    for block in page["blocks"]:
        kind = block["type"]
        where = f"{page['path']}: {kind}"
        _check_figures(material, where, str({k: v for k, v in block.items() if k != "type"}))
        if kind == "text":
            continue
        if kind == "heading":
            if block["level"] not in (2, 3):
                material.faults.append(f"{where} '{block['text']}': use ## or ###")
            continue
        if kind not in BLOCKS or kind in (ONLY_IN_LESSONS if resource else ONLY_IN_RESOURCES):
            material.faults.append(f"{where}: not a block that can stand here")
            continue
        required, optional = BLOCKS[kind]
        keys = set(block) - {"type"}
        if missing := required - keys:
            material.faults.append(f"{where}: lacks {', '.join(sorted(missing))}")
        if strange := keys - required - optional:
            material.faults.append(f"{where}: unknown {', '.join(sorted(strange))}")
        if kind == "image" and not (block.get("alt") or block.get("decorative")):
            material.faults.append(f"{where}: alt or decorative: true")
        if kind == "image" and not (page["folder"] / "images" / str(block.get("file"))).is_file():
            material.faults.append(f"{where}: no file images/{block.get('file')}")
        if kind in ("video", "audio") and not (page["folder"] / "media" / str(block.get("file"))).is_file():
            material.faults.append(f"{where}: no file media/{block.get('file')}")
        if kind == "video" and not (block.get("description") or block.get("nothing_visual")):
            material.faults.append(f"{where}: description or nothing_visual: true")
        if kind == "statistic" and block.get("figure") not in material.figures:
            material.faults.append(f"{where}: no figure {block.get('figure')}")
        if kind == "knowledge-check" and block.get("question") not in practice:
            material.faults.append(f"{where}: {block.get('question')} is not a practice question of this module")


def _check_figures(material: Material, where: str, text: str) -> None:
    for key in FIGURE.findall(text):
        if key not in material.figures:
            material.faults.append(f"{where}: no figure {key}")


def _members(material: Material, path: Path, what: str, values: list[str], allowed: set[str]) -> None:
    for value in values:
        if value not in allowed:
            material.faults.append(f"{path}: unknown {what} {value}")


def main() -> int:
    """Prints what stands in a material folder and every fault; exit status 1 when there is one."""
    material = read_material(Path(sys.argv[1] if len(sys.argv) > 1 else "material"))
    for module in material.modules:
        uses = Counter(question["use"] for question in module["questions"])
        words = sum(len(str(block).split()) for lesson in module["lessons"] for block in lesson["blocks"])
        print(f"{module['code']} {module['slug']}: {len(module['lessons'])} lessons, {words} words, {dict(uses)}")
    for pack in material.packs:
        print(f"{pack['slug']}: {len(pack['resources'])} resources")
    for fault in material.faults:
        print("FAULT", fault)
    return 1 if material.faults else 0


if __name__ == "__main__":
    sys.exit(main())
