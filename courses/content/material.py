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
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from .material_faults import NATIONS, SECTORS, check_members, check_page, check_questions

Data = dict[str, Any]
FENCE = re.compile(r"^:::\s*([a-z-]+)\s*$")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$")
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
    html: str = _markdown.render(markdown or "")
    return html.strip()


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
    """Reads and checks a whole folder. Faults go to `.faults`, a sentence each, so that all show at once."""
    material = Material(root=root, principles=read_yaml(root / "principles.yaml"))
    codes = {principle["code"] for principle in material.principles}
    _read_figures(material)
    for path in sorted(root.glob("modules/*/module.yaml")):
        with _faults_of(material):
            material.modules.append(_read_module(material, path, codes))
    for path in sorted(root.glob("resources/*/pack.yaml")):
        with _faults_of(material):
            material.packs.append(_read_pack(material, path))
    for folder, pages in (("help", material.help_pages), ("site", material.site_pages)):
        for path in sorted(root.glob(f"{folder}/*.md")):
            with _faults_of(material):
                pages.append(read_page(path))
    for page in material.help_pages + material.site_pages:
        check_page(material, page, resource=True)
    resources = {f"{pack['slug']}/{page['slug']}" for pack in material.packs for page in pack["resources"]}
    for page in _pages(material):
        for block in page["blocks"]:
            if block["type"] == "document" and block.get("resource") not in resources:
                material.faults.append(f"{page['path']}: no resource {block.get('resource')}")
    return material


@contextmanager
def _faults_of(material: Material) -> Iterator[None]:
    """Notes a file that cannot be read at all, and goes on with the next."""
    try:
        yield
    except MaterialError as error:
        material.faults.append(str(error))
    except (KeyError, TypeError) as error:
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
    check_members(material, path, "sector", module["sectors"], SECTORS)
    check_members(material, path, "nation", module["nations"], NATIONS)
    check_members(material, path, "principle", module["principles"], codes)
    practice = {question["id"] for question in module["questions"] if question["use"] == "practice"}
    for lesson in module["lessons"]:
        for page in (lesson,):
            page["folder"] = path.parent
        check_members(material, Path(lesson["path"]), "outcome", lesson.get("outcomes", []), outcomes)
        check_members(material, Path(lesson["path"]), "principle", lesson.get("principles", []), codes)
        if not isinstance(lesson.get("minutes"), int):
            material.faults.append(f"{lesson['path']}: minutes missing")
        check_page(material, lesson, resource=False, practice=practice)
    check_questions(material, path.parent / "questions.yaml", module, codes)
    return module


def _read_pack(material: Material, path: Path) -> Data:
    pack: Data = read_yaml(path)
    pack["slug"] = path.parent.name
    pack["folder"] = path.parent
    pack["resources"] = [read_page(page) for page in sorted(path.parent.glob("*.md"))]
    for page in pack["resources"]:
        for key in ("title", "kind", "audience", "summary"):
            if not page.get(key):
                material.faults.append(f"{page['path']}: {key} missing")
        check_page(material, page, resource=True)
    return pack


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
