"""Filters the content of an H5P package by the semantics of its libraries, as H5P's own core does.

Why: a library prints its texts as HTML. `semantics.json` says which fields are HTML, and which tags each may hold; the
rest is plain text. So a field keeps what it may hold and nothing else, and what no field is named for is left out. The
rules are those of H5PContentValidator (h5p-php-library); two differ: tags go through nh3, a real HTML parser, and the
patterns a library gives for its texts are not run, for a stranger's pattern can run for ever.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from typing import Any

from .markup import clean_html
from .reading import LIBRARY, plain

Field = dict[str, Any]
UUID = re.compile(r"\{?[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}\}?", re.IGNORECASE)
ESCAPED_TWICE = re.compile(r"&amp;(#?\w{1,32};)")
ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
FILE_KEYS = {
    "file": (),
    "image": ("width", "height", "originalImage", "alt"),
    "video": ("width", "height", "codecs", "quality", "metadata", "aspectRatio"),
    "audio": (),
}
FILE_PATH = re.compile(r"[^\\:?#\x00-\x1f]{1,300}")
MOST_CHANGES = 60
LONGEST_TEXT = 200_000
"""Characters of one field: a book. The parser takes four times as long for twice as many escaped signs."""


class Filter:
    """One pass over the content of one package.

    `semantics_of` gives the semantics of a library by `Name a.b`; `has_file` tells whether a path below content/ is in
    the package. `changes` says afterwards what was changed, in words; `files` which files are used.
    """

    def __init__(self, semantics_of: Callable[[str], list[Field] | None], has_file: Callable[[str], bool]) -> None:
        self.semantics_of, self.has_file = semantics_of, has_file
        self.changes: list[str] = []
        self.files: set[str] = set()
        self._kinds: dict[str, Callable[[Any, Field, str], Any]] = {
            "text": self._text,
            "number": self._number,
            "boolean": self._boolean,
            "select": self._select,
            "list": self._list,
            "group": self._group,
            "library": self._library,
            **dict.fromkeys(FILE_KEYS, self._file),
        }
        self._media = {"video", "audio"}

    def content(self, value: Any, library: str) -> dict[str, Any]:
        """The parameters of the main library."""
        return self._fields(value, self.semantics_of(library) or [], "")

    def _changed(self, where: str, what: str) -> None:
        line = f"{plain(where, 120) or 'content'}: {what}"
        if len(self.changes) < MOST_CHANGES and line not in self.changes:
            self.changes.append(line)

    def _value(self, value: Any, field: Field, where: str) -> Any:
        """The value that fits the field, or None for: leave it out."""
        check = self._kinds.get(str(field.get("type")))
        return check(value, field, where) if check else None

    def _fields(self, value: Any, fields: list[Field], where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._changed(where, "left out, it does not fit")
            return {}
        by_name = {str(field.get("name")): field for field in fields}
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            place = f"{where}.{key}" if where else key
            if key not in by_name:
                self._changed(place, "left out, the library has no such field")
            elif inner is not None and (fitting := self._value(inner, by_name[key], place)) is not None:
                kept[key] = fitting
        return kept

    def _text(self, value: Any, field: Field, where: str) -> str | None:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self._changed(where, "left out, it is not text")
            return None
        if len(value) > LONGEST_TEXT:
            self._changed(where, f"left out, it is longer than {LONGEST_TEXT:,} characters")
            return None
        tags = field.get("tags")
        if isinstance(tags, list) or field.get("widget") == "html":
            names = [each for each in tags or [] if isinstance(each, str)]
            text = clean_html(value, names, field.get("font"))
            if _shape(text) != _shape(value):
                self._changed(where, "HTML that the field may not hold was taken out")
        else:
            text = escaped(value)
        longest = field.get("maxLength")
        if isinstance(longest, int) and 0 < longest < len(html.unescape(text)):
            self._changed(where, f"shortened to {longest} characters")
            text = escaped(html.unescape(text)[:longest])
        return text

    def _number(self, value: Any, field: Field, where: str) -> float | None:
        if isinstance(value, str):
            try:
                value = float(value) if "." in value else int(value)
            except ValueError:
                value = None
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            self._changed(where, "left out, it is not a number")
            return None
        least, most = field.get("min"), field.get("max")
        if isinstance(least, int | float) and value < least:
            self._changed(where, f"raised to {least}")
            return least
        if isinstance(most, int | float) and value > most:
            self._changed(where, f"lowered to {most}")
            return most
        return value

    def _boolean(self, value: Any, field: Field, where: str) -> bool:
        return value not in {"", "0", "false"} if isinstance(value, str) else bool(value)

    def _select(self, value: Any, field: Field, where: str) -> Any:
        options = [each.get("value") for each in field.get("options") or [] if isinstance(each, dict)]
        known = {str(each): each for each in options}
        if field.get("multiple") and isinstance(value, list):
            kept = [each for each in value if isinstance(each, str | int | float) and (not known or str(each) in known)]
            return [escaped(each) if isinstance(each, str) else each for each in kept]
        if isinstance(value, str | int | float) and (str(value) in known or not known):
            return escaped(value) if isinstance(value, str) else value
        if field.get("optional") or not options:
            return None
        default = field.get("default")
        chosen = default if str(default) in known else options[0]
        self._changed(where, f"“{plain(value, 40)}” cannot be chosen, set to “{plain(chosen, 40)}”")
        return chosen

    def _list(self, value: Any, field: Field, where: str) -> list[Any] | None:
        inner = field.get("field")
        if not isinstance(value, list) or not isinstance(inner, dict):
            self._changed(where, "left out, it is not a list")
            return None
        most = field.get("max")
        if isinstance(most, int) and 0 < most < len(value):
            self._changed(where, f"shortened to {most} entries")
            value = value[:most]
        kept = [self._value(each, inner, f"{where}[{number}]") for number, each in enumerate(value, 1)]
        return [each for each in kept if each is not None]

    def _group(self, value: Any, field: Field, where: str) -> Any:
        fields = [each for each in field.get("fields") or [] if isinstance(each, dict)]
        sub_content = field.get("isSubContent") is True
        if len(fields) == 1 and not sub_content:
            # The editor writes a group of one field as that field alone.
            return self._value(value, fields[0], where)
        if not isinstance(value, dict):
            self._changed(where, "left out, it does not fit")
            return None
        own = value.get("subContentId")
        kept = self._fields({key: each for key, each in value.items() if key != "subContentId"}, fields, where)
        if sub_content and isinstance(own, str) and UUID.fullmatch(own):
            kept["subContentId"] = own
        return kept

    def _library(self, value: Any, field: Field, where: str) -> dict[str, Any] | None:
        library = value.get("library") if isinstance(value, dict) else None
        if not isinstance(library, str) or not LIBRARY.match(library):
            if value not in ({}, None, ""):
                self._changed(where, "left out, it names no library")
            return None
        options = [each.get("name") if isinstance(each, dict) else each for each in field.get("options") or []]
        if options and library not in options:
            self._changed(where, f"{library} was left out: it cannot be used in this place")
            return None
        semantics = self.semantics_of(library)
        if semantics is None:
            self._changed(where, f"{library} was left out: nobody knows its fields")
            return None
        kept: dict[str, Any] = {"library": library, "params": self._fields(value.get("params") or {}, semantics, where)}
        own = value.get("subContentId")
        if isinstance(own, str) and UUID.fullmatch(own):
            kept["subContentId"] = own
        if isinstance(value.get("metadata"), dict):
            kept["metadata"] = about(value["metadata"])
        return kept

    def _file(self, value: Any, field: Field, where: str) -> Any:
        kind = str(field.get("type"))
        if kind not in self._media:
            return self._one_file(value, kind, where)
        if not isinstance(value, list):
            self._changed(where, "left out, it is not a list of files")
            return None
        kept = [self._one_file(each, kind, f"{where}[{number}]") for number, each in enumerate(value, 1)]
        return [each for each in kept if each] or None

    def _one_file(self, value: Any, kind: str, where: str) -> dict[str, Any] | None:
        path = value.get("path") if isinstance(value, dict) else None
        if not isinstance(path, str) or not path:
            if value not in ({}, None, ""):
                self._changed(where, "left out, it names no file")
            return None
        path = path.removesuffix("#tmp")
        if not ADDRESS.fullmatch(path):
            if not FILE_PATH.fullmatch(path) or path.startswith("/") or ".." in path.split("/"):
                self._changed(where, f"“{plain(path, 80)}” was left out: it is no file of the package")
                return None
            if not self.has_file(path):
                self._changed(where, f"“{plain(path, 80)}” was left out: it is not in the package")
                return None
            self.files.add(path)
        kept: dict[str, Any] = {"path": path if ADDRESS.fullmatch(path) else path.strip()}
        for key in ("mime", "copyright", *FILE_KEYS[kind]):
            inner = value.get(key)
            if isinstance(inner, dict):
                kept[key] = about(inner)
            elif isinstance(inner, str):
                kept[key] = escaped(inner)
            elif isinstance(inner, int | float):
                kept[key] = inner
        return kept


def escaped(text: str) -> str:
    """Plain text as HTML prints it; what is escaped already stays as it is: htmlspecialchars() of PHP to the letter, by
    which content types take it back."""
    return ESCAPED_TWICE.sub(r"&\1", html.escape(text).replace("&#x27;", "&#039;"))


def about(value: Any, depth: int = 0) -> Any:
    """Metadata (title, authors, licence, changes): nothing but plain text, numbers and lists of them."""
    if isinstance(value, dict) and depth < 4:
        return {plain(key, 60): about(each, depth + 1) for key, each in value.items() if each is not None}
    if isinstance(value, list) and depth < 4:
        return [about(each, depth + 1) for each in value[:200]]
    if isinstance(value, str):
        return escaped(value)
    return value if isinstance(value, int | float) else ""


def _shape(text: str) -> str:
    """What a reader sees and which tags stand there: whether cleaning took something away, or put it in order only."""
    tags = re.findall(r"<(/?[a-z0-9]+)", text.lower())
    opening = [each for each in tags if not each.startswith("/")]
    handlers = len(re.findall(r"\son[a-z]+\s*=|javascript:", text.lower()))
    return f"{' '.join(opening)}|{handlers}"
