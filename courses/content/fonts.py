"""Which of the bundled typefaces a text needs, so that a name in any script prints.

`scripts/build_fonts.py` makes them, one family a slice, with the index that is read here.
"""

from __future__ import annotations

import bisect
import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)

TEXT, DISPLAY = "Atkinson Hyperlegible Next", "Fraunces"
REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class Slice:
    """A family that holds some characters, as sorted ranges."""

    family: str
    group: str
    starts: list[int]
    ends: list[int]

    def has(self, character: str) -> bool:
        code = ord(character)
        place = bisect.bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


def folder() -> Path:
    """Where the built typefaces are."""
    return Path(settings.PDF_FONTS)


@cache
def index() -> list[Slice]:
    """All slices, in order of preference."""
    try:
        rows = json.loads((folder() / "index.json").read_text())
    except FileNotFoundError as error:
        raise ImproperlyConfigured("The typefaces for PDF are missing: run `make setup`.") from error
    return [
        Slice(row["family"], row["group"], [low for low, _ in row["ranges"]], [high for _, high in row["ranges"]])
        for row in rows
    ]


def _languages(text: str) -> tuple[str, ...]:
    """Whose shapes of the shared Han characters fit: kana speak for Japanese, hangul for Korean, else Chinese."""
    if any("\u3040" <= character <= "\u30ff" for character in text):
        return ("jp", "sc", "kr")
    if any("\uac00" <= character <= "\ud7a3" for character in text):
        return ("kr", "sc", "jp")
    return ("sc", "jp", "kr")


@cache
def _ordered(first: str, languages: tuple[str, ...]) -> list[Slice]:
    order = (first, "text", "world", *languages, "last")
    return [one for group in dict.fromkeys(order) for one in index() if one.group == group]


def families(text: str, *, display: bool = False) -> list[str]:
    """The families that together hold every character of `text`; the look's own typeface leads."""
    chosen: dict[str, Slice] = {}
    ordered = _ordered("display" if display else "text", _languages(text))
    chosen[ordered[0].family] = ordered[0]
    for character in dict.fromkeys(text):
        if not any(one.has(character) for one in chosen.values()):
            found = next((one for one in ordered if one.has(character)), None)
            if found:
                chosen[found.family] = found
    return [one.family for one in sorted(chosen.values(), key=ordered.index)]


def printable(text: str) -> str:
    """`text` with what no typeface holds (rare signs beyond the basic plane) shown as the replacement character.

    A tagged PDF may not hold a character without a shape, and a document with one odd sign is better than none.
    """
    missing = {
        character
        for character in set(text)
        if not character.isspace() and not any(one.has(character) for one in _ordered("text", ("sc", "jp", "kr")))
    }
    if missing:
        logger.warning("No typeface holds %s", ", ".join(f"U+{ord(character):04X}" for character in sorted(missing)))
    return "".join(REPLACEMENT if character in missing else character for character in text)
