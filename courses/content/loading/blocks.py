"""Blocks of the material in the raw form that a StreamField stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.images import get_image_model

from courses.content import models
from courses.content.blocks import TEXT
from courses.content.material import Data, MaterialError, to_html
from courses.content.rich_html import as_edited
from courses.content.typography import curly

FindPackage = Callable[[str], models.Package]
"""The interactive package with a name, as `activity` blocks name it."""
NOT_PROSE = {"section", "nation", "in_force", "url", "level", "mark", "rule", "counts", "type", "id"}
"""Fields whose characters are taken as they stand."""


def _rich(markdown: str) -> str:
    """Rich text as the editor would save it, so that opening a loaded page does not change it."""
    return as_edited(to_html(markdown), TEXT)


def typeset(raw: Any, name: str = "") -> Any:
    """Raw values with typographic quotation marks in plain text; rich text has them already, from `to_html`."""
    if isinstance(raw, dict):
        return {key: typeset(value, key) for key, value in raw.items()}
    if isinstance(raw, list):
        return [typeset(value, name) for value in raw]
    if isinstance(raw, str) and name not in NOT_PROSE and not raw.startswith("<"):
        return curly(raw)
    return raw


def stored_package(name: str) -> models.Package:
    """The package that was imported from a file of this name. Raises MaterialError when there is none yet."""
    files = [f"{name}.h5p", f"{name}.zip"]
    found = models.Package.objects.filter(current_version__source_name__in=files).order_by("pk").first()
    if found is None:
        raise MaterialError(
            f"The package {name} is not here yet. Build ours with: make setup. Then, for each file in build/h5p and "
            f"build/scorm: manage.py import_package <file> --approve-libraries"
        )
    return found


class BlockMaker:
    """The blocks of one file, in the raw form StreamField stores. One method a block of `material/README.md`."""

    def __init__(
        self, resources: Mapping[str, models.ResourcePage], folder: Path, packages: FindPackage, ids: Callable[..., str]
    ) -> None:
        self.resources = resources
        self.folder = folder
        self.packages = packages
        self.ids = ids

    def text(self, block: Data) -> str:
        return _rich(block["text"])

    def heading(self, block: Data) -> Data:
        return {"text": block["text"], "level": str(block["level"])}

    def image(self, block: Data) -> Data:
        return {
            "image": self._image(self.folder / "images" / block["file"]).pk,
            "alt": str(block.get("alt") or "").strip(),
            "decorative": bool(block.get("decorative")),
            "caption": block.get("caption", ""),
        }

    def statistic(self, block: Data) -> Data:
        return {"figure": models.Figure.objects.get(key=block["figure"]).pk, "says": block["says"]}

    def story(self, block: Data) -> int:
        story, _ = models.Story.objects.get_or_create(
            text=curly(block["text"].strip()), who=curly(block["who"]), defaults={"consent": block["consent"]}
        )
        return int(story.pk)

    def key_point(self, block: Data) -> Data:
        return {"title": block["title"], "text": _rich(block["text"])}

    def law(self, block: Data) -> Data:
        return {
            **{name: str(block[name]) for name in ("act", "section", "nation", "in_force")},
            "text": _rich(block["text"]),
            "url": block.get("url", ""),
        }

    def details(self, block: Data) -> Data:
        return {"summary": block["summary"], "text": _rich(block["text"])}

    def scenario(self, block: Data) -> Data:
        return {
            "title": block["title"],
            "situation": _rich(block["situation"]),
            "choices": [
                {
                    "label": choice["label"].strip(),
                    "consequence": _rich(choice["consequence"]),
                    "best": bool(choice.get("best")),
                }
                for choice in block["choices"]
            ],
        }

    def knowledge_check(self, block: Data) -> int:
        return int(models.Question.objects.get(key=block["question"]).pk)

    def reflection(self, block: Data) -> Data:
        return {"prompt": block["prompt"].strip()}

    def activity(self, block: Data) -> Data:
        words: list[Data] = [{"type": "text", "value": self.text({"text": block["words"]})}]
        words += [
            {"type": "knowledge_check", "value": self.knowledge_check({"question": key})}
            for key in block.get("checks", [])
        ]
        return {
            "package": self.packages(block["package"]).pk,
            "title": block.get("title", ""),
            "intro": _rich(block.get("intro", "")),
            "rule": block["rule"],
            "score": block.get("score"),
            "counts": block.get("counts", "best"),
            "words": [{**word, "id": self.ids(block["package"], place)} for place, word in enumerate(words)],
        }

    def content_note(self, block: Data) -> Data:
        return {"about": block["about"], "summary": _rich(block["summary"]), "text": _rich(block["text"])}

    def video(self, block: Data) -> int:
        return self._media(block, "video")

    def audio(self, block: Data) -> int:
        return self._media(block, "audio")

    def document(self, block: Data) -> Data:
        return {
            "resource": self.resources[block["resource"]].pk,
            "document": None,
            "text": block.get("text", ""),
        }

    def table(self, block: Data) -> Data:
        return {
            "caption": block["caption"],
            "header": [str(cell) for cell in block["header"]],
            "rows": [[str(cell) for cell in row] for row in block["rows"]],
        }

    def two_columns(self, block: Data) -> Data:
        return {
            side: {
                "title": block[side]["title"],
                "text": _rich(block[side]["text"]),
                "mark": {True: "yes", False: "no"}.get(block[side].get("mark"), block[side].get("mark") or ""),
            }
            for side in ("left", "right")
        }

    def next_steps(self, block: Data) -> Data:
        return {
            "title": block["title"],
            "items": [_rich(item["text"] if isinstance(item, dict) else item) for item in block["items"]],
        }

    def lines(self, block: Data) -> Data:
        return {"label": block["label"], "count": block["count"]}

    def tick_list(self, block: Data) -> Data:
        return {"title": block.get("title", ""), "items": [str(item) for item in block["items"]]}

    def _image(self, path: Path) -> Any:
        model = get_image_model()
        title = f"{path.parent.parent.name}/{path.name}"
        content = path.read_bytes()
        image = model.objects.filter(title=title).first()
        if image and image.file.open("rb").read() == content:
            return image
        image = image or model(title=title)
        image.file = ImageFile(ContentFile(content), name=path.name)
        image.file_size, image.file_hash = len(content), ""
        image.save()
        return image

    def _media(self, block: Data, kind: str) -> int:
        path = self.folder / "media" / block["file"]
        title = curly(block["title"])
        media = models.LessonMedia.objects.filter(title=title, type=kind).first()
        if media is None:
            media = models.LessonMedia(
                title=title, type=kind, duration=float(block.get("duration", 0)), width=640, height=360
            )
        media.transcript = curly(block["transcript"].strip())
        media.nothing_visual = bool(block.get("nothing_visual"))
        for field, name in (
            ("file", "file"),
            ("captions", "captions"),
            ("description", "description"),
            ("thumbnail", "poster"),
        ):
            if block.get(name):
                source = path.parent / block[name]
                getattr(media, field).save(source.name, ContentFile(source.read_bytes()), save=False)
        media.save()
        return int(media.pk)
