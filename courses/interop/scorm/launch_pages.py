"""Looks at the pages that a SCORM package opens first, for what a trainer wants to know before learners do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from courses.interop.uploads.zips import SafeZip

from .faults import refused

PAGES = {"html", "htm", "xhtml"}
FILMS, CAPTIONS = {"mp4", "webm", "m4v", "mov"}, {"vtt", "srt", "ttml"}
MOST_PAGES, LONGEST = 50, 512 * 1024
# A stranger wrote these pages, and may have written them for our patterns: each of these runs once over a text, without
# going back (possessive quantifiers, tags one after another). `src=` and 20,000 spaces took half a minute before.
ADDRESS = re.compile(
    r"""(?:src|href|data|action|poster)\s*+=\s*+["']?+\s*+((?:https?:)?//[^\s"'<>]++)""", re.IGNORECASE
)
SCRIPT_ADDRESS = re.compile(r"""["'](https?://[^\s"'<>\\]++)["']""")
HARMLESS = re.compile(r"^https?://(www\.w3\.org|schema\.org|www\.adlnet\.org|www\.imsglobal\.org|purl\.org)/")
TAG = re.compile(r"<(body|html|img|video|track)\b([^>]*+)", re.IGNORECASE)
ON_LOAD = re.compile(r"""\bonload\s*+=\s*+("[^"]*+|'[^']*+)""", re.IGNORECASE)
OPENS = re.compile(r"window\.open\s*+\(")
LANGUAGE = re.compile(r"""\blang\s*+=\s*+["']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]++)*+)""", re.IGNORECASE)
ALTERNATIVE = re.compile(r"\balt\s*+=", re.IGNORECASE)


@dataclass(frozen=True)
class Seen:
    """What the pages tell: addresses elsewhere (they are blocked), languages, and hints in words."""

    external: list[str]
    languages: set[str]
    hints: list[str]


def look(package: SafeZip, files: list[str], names: set[str]) -> Seen:
    """Reads the beginning of each page that is opened. Raises Refused when one needs a window of its own."""
    external: dict[str, None] = {}
    languages: set[str] = set()
    hints: dict[str, None] = dict.fromkeys(_of_all_files(names))
    for name in dict.fromkeys(files[:MOST_PAGES]):
        with package.open(name) as stream:
            text = stream.read(LONGEST).decode("utf-8", "replace")
        tags = _tags(text)
        if any(OPENS.search(code) for about in tags["body"] for code in ON_LOAD.findall(about)):
            raise refused("needs-popup", name[:200])
        spoken = {found.lower() for about in tags["html"] for found in LANGUAGE.findall(about)}
        external |= dict.fromkeys(_external(text))
        languages |= spoken
        hints |= dict.fromkeys(_of_page(name, text, tags, speaks=bool(spoken)))
    return Seen(list(external)[:50], languages, list(hints))


def _external(text: str) -> Iterator[str]:
    for found in [*ADDRESS.findall(text), *SCRIPT_ADDRESS.findall(text)]:
        address = f"https:{found}" if found.startswith("//") else found
        try:
            host = urlsplit(address).hostname
        except ValueError:
            continue
        if host and not HARMLESS.match(address):
            yield address[:300]


def _tags(text: str) -> dict[str, list[str]]:
    """By the name of each tag that is looked at: what stands in it, every time it is there."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, about in TAG.findall(text):
        found[name.lower()].append(about)
    return found


def _of_page(name: str, text: str, tags: dict[str, list[str]], *, speaks: bool) -> Iterator[str]:
    if not speaks:
        yield f"“{name}” does not say which language it is in, so screen readers may read it in the wrong voice."
    if not all(ALTERNATIVE.search(about) for about in tags["img"]):
        yield f"“{name}” has a picture without a text for people who cannot see it."
    if tags["video"] and not tags["track"]:
        yield f"“{name}” has a film without captions."
    if OPENS.search(text):
        yield f"“{name}” may open a second window. Windows are blocked: try as a learner whether it plays without."


def _of_all_files(names: set[str]) -> Iterator[str]:
    endings = {name.rsplit(".", 1)[-1].lower() for name in names}
    if FILMS & endings and not CAPTIONS & endings:
        yield "The package holds films and no file of captions. Learners who cannot hear them need the same in words."
    if "swf" in endings:
        yield "The package holds Flash, which no browser plays any more. Parts of it may stay blank."
