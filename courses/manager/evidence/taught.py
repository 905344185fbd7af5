"""A version of a module as it was taught, to be read without us: lessons, questions with what is said of each answer,
outcomes, principles, the pass mark. Rendered from the frozen outline by the templates of the lessons themselves.

Pictures lie beside it. Films and recordings do not: they may be larger than all the rest; their words are there, and
the name says by its hash which film it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.content.activity_words import rule_words
from courses.content.models import ModuleVersion
from courses.content.rendering import levelled, render_block, with_stories

from .lists import Places
from .parts import Part

Data = dict[str, Any]
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif")
FILM = re.compile(r"<(video|audio)\b.*?</\1>", re.DOTALL)
DESCRIBED = re.compile(r'<p class="small"><a href="[^"]*">Watch it with audio description</a></p>')
OWN_ADDRESS = re.compile(r'\b(href|src)="/(?!/)')
NOTHING = "{title}, version {number}: no text of it is kept, so its page says only that it was published."
LOST = "{title}, version {number}: a picture of it is no longer kept ({name})."


def write_version(version: ModuleVersion, part: Part, places: Places) -> None:
    """The page of one version, and its pictures."""
    outline: Data = version.outline or {}
    name = places.version(version.module_id, version.number)
    known = {lesson.slug: lesson.body for lesson in version.lessons.all()}
    lessons = [(lesson, _rendered(known.get(lesson["slug"], []))) for lesson in outline.get("lessons", [])]
    if not any(html for _, html in lessons):
        part.missing(NOTHING.format(title=version.title, number=version.number))
    for picture in sorted({found for body in known.values() for found in _pictures(body)}):
        if not _beside(picture, part):
            part.missing(LOST.format(title=version.title, number=version.number, name=picture))
    assessed = set(outline.get("principles_assessed", []))
    part.add_page(
        name,
        "module.html",
        version=version,
        outline=outline,
        principles=[(one, one["code"] in assessed) for one in outline.get("principles_taught", [])],
        lessons=[(lesson, SafeString(_local(html, "../" * name.count("/")))) for lesson, html in lessons],
        questions=[(number, one.body) for number, one in enumerate(version.questions.order_by("outcome", "key"), 1)],
    )


def _rendered(blocks: Iterable[Data]) -> str:
    return "".join(_block(block) for block in with_stories(levelled(blocks)))


def _block(block: Data) -> str:
    """A block as learners saw it; what was theirs to fill in is shown as what was asked."""
    if block["type"] == "knowledge_check":
        return render_to_string("manager/evidence/pack/_question.html", {"question": block["question"]})
    if block["type"] == "reflection":
        return render_to_string("manager/evidence/pack/_reflection.html", {"block": block})
    if block["type"] == "activity":
        words = [SafeString(_block(one)) for one in with_stories(levelled(block["words"]))]
        return render_block(block, counts_words=rule_words(block), words=words)
    return render_block(block)


def _local(html: str, up: str) -> str:
    """With pictures from beside it, links that lead to our site, everything unfolded, and no film."""
    html = FILM.sub(render_to_string("manager/evidence/pack/_film.html"), html)
    html = DESCRIBED.sub("", html).replace("<details ", "<details open ")
    html = html.replace(f'src="{settings.MEDIA_URL}frozen/', f'src="{up}files/')
    return OWN_ADDRESS.sub(rf'\1="{settings.SITE_ORIGIN}/', html)


def _pictures(value: Any) -> Iterator[str]:
    """The storage names of the pictures in a body, at any depth."""
    if isinstance(value, dict):
        if str(value.get("type")) == "image" and value.get("src"):
            yield str(value["src"])
        for inner in value.values():
            yield from _pictures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pictures(inner)


def _beside(name: str, part: Part) -> bool:
    """Puts a picture into the pack, once. False when it is lost."""
    into = f"files/{name.rsplit('/', 1)[-1]}"
    if into in part.zip.NameToInfo or not name.lower().endswith(PICTURES):
        return into in part.zip.NameToInfo
    try:
        with default_storage.open(name, "rb") as file:
            part.add(into, file.read())
    except FileNotFoundError:
        return False
    return True
