"""A document as tagged PDF: a resource, a record, anything made of frozen blocks (shapes: `freezer`).

One source for screen and paper: the same blocks that `rendering` turns into HTML become data for `document.typ` here.
"""

from __future__ import annotations

import datetime
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from . import pdf
from .fonts import TEXT
from .pdf_nodes import Node, address, nodes, paragraph
from .rendering import with_stories
from .typography import curly

Data = dict[str, Any]
RASTER = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
STANDING_IN = re.compile(r"""font-family\s*[=:]\s*["']?\s*(?:sans-serif|system-ui)[^"';>]*["']?""", re.IGNORECASE)


def render_document(
    *,
    title: str,
    blocks: Iterable[Data],
    at: datetime.datetime,
    kicker: str = "",
    lead: str = "",
    facts: Sequence[tuple[str, str]] = (),
    footer: str = "",
    language: str = "en-gb",
    poster: bool = False,
) -> bytes:
    """The PDF of `blocks` under a title. `kicker` stands above it ("Lesson plan"), `lead` and `facts` below.

    `at` is the time written into the file; the same input gives the same bytes. With `poster` the first picture fills a
    page of its own.
    """
    builder = _Builder()
    content = builder.body(with_stories(blocks))
    pictures = [node for node in content if isinstance(node, dict) and node["t"] == "image"]
    hung = pictures[0] if poster and pictures else None
    if hung:
        content.remove(hung)
    data = {
        "title": curly(title),
        "lang": language.split("-", maxsplit=1)[0],
        "kicker": curly(kicker),
        "lead": curly(lead),
        "facts": [{"label": label, "value": value} for label, value in facts],
        "footer": footer,
        "poster": hung["src"] if hung else "",
        "poster_alt": hung["alt"] if hung else "",
        "blocks": content,
        "words": {"page": "Page", "of": "of"},
    }
    headings = " ".join([title, *builder.headings])
    return pdf.render("document", data, display=headings, at=at, files=builder.files)


class _Builder:
    """Turns blocks into nodes, keeps the pictures they need, and the order of headings without a gap (PDF/UA-1)."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.headings: list[str] = []
        self.level = 1

    def body(self, blocks: Iterable[Data]) -> list[Node]:
        found: list[Node] = []
        for block in blocks:
            maker = getattr(self, f"_{block['type']}", None)
            found += maker(block) if maker else []
        return found

    def html(self, fragment: str) -> list[Node]:
        """Rich text; its headings take part in the order."""
        return [self._levelled(node) for node in nodes(fragment)]

    def heading(self, text: str, level: int) -> Node:
        return self._levelled({"t": "h", "level": level, "c": [curly(text)]})

    def _levelled(self, node: Node) -> Node:
        if not isinstance(node, dict) or node["t"] != "h":
            return node
        self.level = min(node["level"], self.level + 1)
        self.headings.append(_text(node["c"]))
        return {**node, "level": self.level}

    def _text(self, block: Data) -> list[Node]:
        return self.html(block["html"])

    def _heading(self, block: Data) -> list[Node]:
        return [self.heading(block["text"], int(block["level"]))]

    def _image(self, block: Data) -> list[Node]:
        name = self._picture(block["src"])
        if not name:
            return paragraph(block["alt"])
        wide = bool(block["height"]) and block["width"] / block["height"] >= 1.25
        return [{"t": "image", "src": name, "alt": block["alt"], "caption": curly(block["caption"]), "wide": wide}]

    def _picture(self, src: str) -> str:
        """Gives the file of a picture to the typesetter; "" when it cannot be printed or is not there."""
        kind = mimetypes.guess_type(src)[0] or ""
        if not src or (kind != "image/svg+xml" and kind not in RASTER) or not default_storage.exists(src):
            return ""
        with default_storage.open(src) as file:
            content = file.read()
        if kind == "image/svg+xml":
            content = STANDING_IN.sub(f'font-family="{TEXT}"', content.decode()).encode()
        name = f"{hashlib.sha256(content).hexdigest()}{PurePosixPath(src).suffix.lower()}"
        self.files[name] = content
        return name

    def _statistic(self, block: Data) -> list[Node]:
        says, source = curly(block["says"]), f"{block['dated_words']}. Source: {block['source']}."
        self.headings.append(block["value"])
        return [{"t": "statistic", "value": block["value"], "says": says, "source": source}]

    def _story(self, block: Data) -> list[Node]:
        if block.get("withdrawn"):
            return paragraph("A carer’s story stood here. The person who told it has withdrawn it.")
        self.headings.append(block["html"])
        return [
            {
                "t": "story",
                "c": nodes(block["html"]),
                "who": " ".join(filter(None, [block["who"] + ".", block["consent_words"]])),
            }
        ]

    def _key_point(self, block: Data) -> list[Node]:
        return [_box("key", block["title"], nodes(block["html"]))]

    def _law(self, block: Data) -> list[Node]:
        force = parse_date(block["in_force"] or "")
        since = f", in force from {date_format(force, 'j F Y')}" if force else ""
        self.headings.append(block["section"])
        return [
            {
                "t": "law",
                "section": block["section"],
                "act": block["act"],
                "href": address(block["url"]) if block["url"] else "",
                "from": f"{block['nation']}{since}",
                "c": nodes(block["html"]),
            }
        ]

    def _details(self, block: Data) -> list[Node]:
        return [_box("plain", block["summary"], nodes(block["html"]))]

    def _content_note(self, block: Data) -> list[Node]:
        about = f"This part is about {block['about']}. You choose whether to read it."
        in_short = [_strong("In short"), *nodes(block["summary_html"]), _strong("In full"), *nodes(block["html"])]
        return [_box("plain", "Before you go on", [*paragraph(about), *in_short])]

    def _scenario(self, block: Data) -> list[Node]:
        parts: list[Node] = list(nodes(block["html"]))
        for choice in block["choices"]:
            parts += [_strong(choice["label"])]
            parts += [_strong("This works best here.")] if choice["best"] else []
            parts += nodes(choice["html"])
        return [_box("plain", block["title"], parts)]

    def _document(self, block: Data) -> list[Node]:
        link: Node = {"t": "link", "href": address(block["url"]), "c": [curly(block["title"])]}
        about = f" ({block['kind_words']}). {block['text']}" if block["text"] else f" ({block['kind_words']})."
        return [{"t": "p", "c": [link if address(block["url"]) else curly(block["title"]), curly(about)]}]

    def _table(self, block: Data) -> list[Node]:
        return [
            {
                "t": "table",
                "caption": curly(block["caption"]),
                "header": [curly(cell) for cell in block["header"]],
                "rows": [[curly(cell) for cell in row] for row in block["rows"]],
            }
        ]

    def _two_columns(self, block: Data) -> list[Node]:
        sides = [
            {"title": curly(side["title"]), "mark": side["mark"], "c": nodes(side["html"])}
            for side in (block["left"], block["right"])
        ]
        return [{"t": "columns", "sides": sides}]

    def _next_steps(self, block: Data) -> list[Node]:
        return [self.heading(block["title"], 2), {"t": "ol", "items": [nodes(item) for item in block["items_html"]]}]

    def _lines(self, block: Data) -> list[Node]:
        return [{"t": "lines", "label": curly(block["label"]), "count": int(block["count"])}]

    def _tick_list(self, block: Data) -> list[Node]:
        title: list[Node] = [_strong(block["title"])] if block["title"] else []
        return [*title, {"t": "ticks", "items": [curly(item) for item in block["items"]]}]

    def _video(self, block: Data) -> list[Node]:
        return [_box("plain", f"Recording: {block['title']}", nodes(block["transcript_html"]))]

    _audio = _video


def _strong(text: str) -> Node:
    return {"t": "p", "c": [{"t": "strong", "c": [curly(text)]}]}


def _box(kind: str, title: str, content: list[Node]) -> Node:
    return {"t": "box", "kind": kind, "title": curly(title), "c": content}


def _text(content: Iterable[Node]) -> str:
    return "".join(node if isinstance(node, str) else _text(node.get("c", [])) for node in content)
