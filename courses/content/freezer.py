"""Turns the blocks that trainers edit into plain data: what a version stores and what every page is rendered from.

A body is a list of blocks; a block is a dictionary with `type`, `id` and, by type:

    text {html} · heading {level, text, anchor} · image {src, width, height, alt, caption}
    statistic {value, says, source, dated_words, review_by} · story {story} (sha256 of a FrozenStory; see rendering)
    key_point {title, html} · law {act, section, nation, in_force, html, url} · details {summary, html}
    scenario {title, html, choices: [{key, label, html, best}]} · knowledge_check {question}
    reflection {prompt} · content_note {about, summary_html, html}
    video {src, mime, title, captions_src, transcript_html, described_src, nothing_visual, poster_src, width, height}
    audio {src, mime, title, transcript_html} · document {title, url, kind_words, text, pdf_url}
    table {caption, header, rows} · two_columns {left: {title, html, mark}, right: {…}} · next_steps {title, items_html}
    lines {label, count} · tick_list {title, items}
    activity {title, kind, package, version, version_id, sha256, intro_html, rule: {kind, score}, counts,
        words: [blocks]}

`src` values are storage names made by `frozen_files`. A question is {key, kind, outcome, lesson, principles, nations,
stem, feedback, options: [{key, text, correct, feedback}]}; it is read by the server only.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from typing import Any

from django.utils.html import escape, linebreaks
from django.utils.text import slugify
from wagtail.rich_text import expand_db_html

from .frozen_files import freeze_file, frozen_name
from .models import Figure, FrozenStory, LessonMedia, Package, Question, Story
from .rich_html import as_taught

Data = dict[str, Any]
FIGURE = re.compile(r"\{\{\s*([a-z0-9-]+)\s*\}\}")
MAX_PICTURE = "max-1200x1200"


class Freezer:
    """Freezes the bodies of one page; looks each figure up once.

    With `store=False` (preview, comparison) no file and no story row is written.
    """

    def __init__(self, *, store: bool = True) -> None:
        self.store = store
        self.figures: dict[str, Figure] = {figure.key: figure for figure in Figure.objects.all()}
        self.unknown_figures: set[str] = set()

    def body(self, stream: Any) -> list[Data]:
        """A StreamField value as a list of blocks. A draft may lack what a block needs: such a block is left out, and
        `checks` says so before it can be published."""
        return [
            {"type": child.block_type, "id": child.id or "", **getattr(self, f"_{child.block_type}")(child.value)}
            for child in stream
            if not unfinished(child)
        ]

    def words(self, text: Any) -> str:
        """Plain text with every {{ figure }} replaced by its value today."""
        return FIGURE.sub(self._figure_value, str(text or ""))

    def html(self, rich_text: Any) -> str:
        """Rich text with links to pages and documents resolved, and figures replaced."""
        source = getattr(rich_text, "source", rich_text) or ""
        return FIGURE.sub(lambda match: escape(self._figure_value(match)), as_taught(expand_db_html(source)))

    def _figure_value(self, match: re.Match[str]) -> str:
        figure = self.figures.get(match[1])
        if figure is None:
            self.unknown_figures.add(match[1])
            return match[0]
        return figure.value

    def _file(self, file: Any) -> str:
        return freeze_file(file) if self.store else frozen_name(file)

    def _text(self, value: Any) -> Data:
        return {"html": self.html(value)}

    def _heading(self, value: Any) -> Data:
        text = self.words(value["text"])
        return {"level": int(value["level"]), "text": text, "anchor": slugify(text)[:60]}

    def _image(self, value: Any) -> Data:
        image = value["image"]
        file, width, height = image.file, image.width, image.height
        if not image.is_svg() and max(width, height) > 1200:
            rendition = image.get_rendition(MAX_PICTURE)
            file, width, height = rendition.file, rendition.width, rendition.height
        return {
            "src": self._file(file),
            "width": width,
            "height": height,
            "alt": "" if value["decorative"] else self.words(value["alt"]),
            "caption": self.words(value["caption"]),
        }

    def _statistic(self, value: Any) -> Data:
        figure = value["figure"]
        return {
            "value": figure.value,
            "says": value["says"] or figure.says,
            "source": figure.source,
            "dated_words": figure.dated_words or f"{figure.dated:%B %Y}",
            "review_by": figure.review_by.isoformat(),
        }

    def _story(self, value: Story) -> Data:
        digest = hashlib.sha256(f"{value.pk}\n{value.text}\n{value.who}\n{value.consent}".encode()).hexdigest()
        if self.store:
            FrozenStory.objects.get_or_create(
                sha256=digest,
                defaults={"story": value, "text": value.text, "who": value.who, "consent": value.consent},
            )
        return {"story": digest}

    def _key_point(self, value: Any) -> Data:
        return {"title": self.words(value["title"]), "html": self.html(value["text"])}

    def _law(self, value: Any) -> Data:
        return {
            "act": value["act"],
            "section": value["section"],
            "nation": value["nation"],
            "in_force": value["in_force"].isoformat() if value["in_force"] else "",
            "html": self.html(value["text"]),
            "url": value["url"] or "",
        }

    def _details(self, value: Any) -> Data:
        return {"summary": self.words(value["summary"]), "html": self.html(value["text"])}

    def _scenario(self, value: Any) -> Data:
        return {
            "title": self.words(value["title"]),
            "html": self.html(value["situation"]),
            "choices": [
                {
                    "key": str(number),
                    "label": self.words(choice["label"]),
                    "html": self.html(choice["consequence"]),
                    "best": bool(choice["best"]),
                }
                for number, choice in enumerate(value["choices"], 1)
            ],
        }

    def _knowledge_check(self, value: Question) -> Data:
        return {"question": self.question(value)}

    def _reflection(self, value: Any) -> Data:
        return {"prompt": self.words(value["prompt"])}

    def _activity(self, value: Any) -> Data:
        package: Package = value["package"]
        version = package.current_version
        return {
            "title": self.words(value["title"]) or package.title,
            "kind": version.kind if version else "",
            "package": package.public_id,
            "version": version.number if version else 0,
            "version_id": version.pk if version else None,
            "sha256": version.sha256 if version else "",
            "intro_html": self.html(value["intro"]),
            "rule": {"kind": value["rule"], "score": value["score"] or 0},
            "counts": value["counts"],
            "words": self.body(value["words"]),
        }

    def _content_note(self, value: Any) -> Data:
        return {
            "about": self.words(value["about"]),
            "summary_html": self.html(value["summary"]),
            "html": self.html(value["text"]),
        }

    def _video(self, value: LessonMedia) -> Data:
        return {
            **self._audio(value),
            "captions_src": self._file(value.captions) if value.captions else "",
            "described_src": self._file(value.description) if value.description else "",
            "nothing_visual": value.nothing_visual,
            "poster_src": self._file(value.thumbnail) if value.thumbnail else "",
            "width": value.width or 640,
            "height": value.height or 360,
        }

    def _audio(self, value: LessonMedia) -> Data:
        return {
            "src": self._file(value.file),
            "mime": mimetypes.guess_type(value.file.name)[0] or "application/octet-stream",
            "title": value.title,
            "transcript_html": linebreaks(self.words(value.transcript), autoescape=True),
        }

    def _document(self, value: Any) -> Data:
        resource, document = value["resource"], value["document"]
        if resource:
            page = resource.specific
            url = page.url or ""
            return {
                "title": page.title,
                "url": url,
                "kind_words": page.get_kind_display(),
                "text": self.words(value["text"] or page.summary),
                "pdf_url": f"{url}pdf/",
            }
        return {
            "title": document.title,
            "url": document.url,
            "kind_words": document.file_extension.upper(),
            "text": self.words(value["text"]),
            "pdf_url": "",
        }

    def _table(self, value: Any) -> Data:
        return {
            "caption": self.words(value["caption"]),
            "header": [self.words(cell) for cell in value["header"]],
            "rows": [[self.words(cell) for cell in row] for row in value["rows"]],
        }

    def _two_columns(self, value: Any) -> Data:
        return {
            side: {
                "title": self.words(value[side]["title"]),
                "html": self.html(value[side]["text"]),
                "mark": value[side]["mark"] or "",
            }
            for side in ("left", "right")
        }

    def _next_steps(self, value: Any) -> Data:
        return {"title": self.words(value["title"]), "items_html": [self.html(item) for item in value["items"]]}

    def _lines(self, value: Any) -> Data:
        return {"label": self.words(value["label"]), "count": value["count"]}

    def _tick_list(self, value: Any) -> Data:
        return {"title": self.words(value["title"]), "items": [self.words(item) for item in value["items"]]}

    def question(self, question: Question) -> Data:
        """A question by value, with right answers: never sent to a browser before it is answered."""
        return {
            "key": question.key,
            "kind": question.kind,
            "outcome": question.outcome,
            "lesson": question.lesson,
            "principles": sorted(principle.code for principle in question.principles.all()),
            "nations": [nation.title for nation in question.nations.all()],
            "stem": self.words(question.stem),
            "feedback": self.words(question.feedback),
            "options": [
                {
                    "key": option.key,
                    "text": self.words(option.text),
                    "correct": option.correct,
                    "feedback": self.words(option.feedback),
                }
                for option in question.options.all()
            ],
        }


def unfinished(child: Any) -> bool:
    """Whether a block chooses nothing yet, or something that was deleted since."""
    value = child.value
    if child.block_type in ("story", "knowledge_check", "video", "audio"):
        return value is None
    if child.block_type == "statistic":
        return value["figure"] is None
    if child.block_type == "image":
        return value["image"] is None
    if child.block_type == "activity":
        return value["package"] is None or value["package"].current_version is None
    return child.block_type == "document" and not (value["resource"] or value["document"])
