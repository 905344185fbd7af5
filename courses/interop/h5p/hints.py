"""What a trainer should know of an H5P package before it is kept: what it loads from elsewhere, who is left out by it,
and what will be recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .reading import plain
from .semantics import ADDRESS

MOST = 40
NOT_LOADED = {"source", "copyright", "license", "licenseExtras", "authors", "changes", "metadata", "authorComments"}
"""Entries whose addresses are read by people, not loaded."""
LINK = re.compile(r'\shref="[^"]*"')
ORNAMENT = re.compile(r"background|poster|splash|logo|icon|thumb|decor", re.IGNORECASE)
DESCRIBED = re.compile(r"alt|decorative|description", re.IGNORECASE)
CAPTIONED = re.compile(r"texttracks|a11y|captions|subtitles", re.IGNORECASE)

CONTAINERS = {
    *("H5P.QuestionSet", "H5P.CoursePresentation", "H5P.InteractiveVideo", "H5P.InteractiveBook", "H5P.Column"),
    *("H5P.BranchingScenario", "H5P.SingleChoiceSet", "H5P.Summary", "H5P.Flashcards", "H5P.Dialogcards"),
}
SILENT = {
    *("H5P.Image", "H5P.Text", "H5P.AdvancedText", "H5P.Table", "H5P.Link", "H5P.Video", "H5P.Audio", "H5P.Chart"),
    *("H5P.Collage", "H5P.ImageHotspots", "H5P.Timeline", "H5P.Agamotto"),
}


def external_addresses(content: Any) -> list[str]:
    """Addresses that the content would load from elsewhere; the player's policy blocks them. Links are left out."""
    found: dict[str, None] = {}
    for key, text in _texts(content):
        if key in NOT_LOADED or "//" not in text:
            continue
        for match in ADDRESS.finditer(LINK.sub("", text)):
            found[plain(match[0], 300)] = None
    return list(found)[:MOST]


def addresses_in_style(text: str) -> list[str]:
    """Addresses elsewhere that a style sheet loads."""
    loaded = re.findall(r"(?:@import|url\()\s*[\"']?((?:https?:)?//[^\s\"')]+)", text, re.IGNORECASE)
    return [plain(each, 300) for each in loaded]


def accessibility_hints(content: Any) -> list[str]:
    """Pictures without a description, films without captions, sounds without a transcript."""
    counts: dict[str, list[str]] = {}
    for fault, path in _gaps(content):
        counts.setdefault(fault, []).append(path)
    return [
        (SENTENCES[fault][0] if len(paths) == 1 else SENTENCES[fault][1]).format(
            count=len(paths), names=", ".join(plain(each.rsplit("/", 1)[-1], 80) for each in paths[:3])
        )
        for fault, paths in counts.items()
    ]


def tracked(main_library: str, used: set[str], *, speaks: bool, scores: bool) -> list[str]:
    """What will be recorded, in words. `speaks` and `scores`: whether scripts of the package's libraries send
    statements, and results with them; the installed ones of H5P are known by name."""
    if main_library in SILENT and not used - SILENT:
        return ["That it was opened. This content sends no results."]
    if not speaks:
        return ["That it was opened. No library in it sends results."]
    words = ["That it was opened, and how far the learner got (where the content remembers it)."]
    if scores:
        words.append("The score of each try, and whether it was passed.")
    if main_library in CONTAINERS:
        words.append("The answers to the single questions in it.")
    elif scores:
        words.append("The answer that was given.")
    return words


SENTENCES = {
    "image": ("A picture has no description for people who cannot see it: {names}.",
              "{count} pictures have no description for people who cannot see them: {names} …"),
    "video": ("A film has no captions for people who cannot hear it: {names}.",
              "{count} films have no captions for people who cannot hear them: {names} …"),
    "audio": ("A sound has no transcript for people who cannot hear it: {names}.",
              "{count} sounds have no transcript for people who cannot hear them: {names} …"),
}  # fmt: skip


def _gaps(value: Any, key: str = "", above: tuple[dict[str, Any], ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in value:
            yield from _gaps(each, key, above)
        return
    if not isinstance(value, dict):
        return
    kind = _kind(value)
    if kind and not ORNAMENT.search(key) and not _made_good(kind, value, above):
        yield kind, str(value.get("path", ""))
    if kind:
        return
    seen_media: set[str] = set()
    for name, inner in value.items():
        for fault in _gaps(inner, name, (value, *above[:2])):
            if fault[0] == "image" or name not in seen_media:
                seen_media.add(name)
                yield fault


def _kind(value: dict[str, Any]) -> str:
    mime = value.get("mime")
    if not isinstance(value.get("path"), str) or not isinstance(mime, str):
        return ""
    kind = mime.partition("/")[0].lower()
    return kind if kind in SENTENCES else ""


def _made_good(kind: str, file: dict[str, Any], above: tuple[dict[str, Any], ...]) -> bool:
    """Whether something near the file describes it: an alternative text beside it, captions up to three levels up."""
    near = above[:1] if kind == "image" else above
    wanted = {"image": DESCRIBED, "video": CAPTIONED}.get(kind, re.compile("transcript", re.IGNORECASE))
    beside = [(name, inner) for one in (file, *near) for name, inner in one.items() if wanted.search(name)]
    if kind == "video":
        return any(_names_file(inner) for _, inner in beside)
    return any(inner not in ("", None, False, [], {}) for _, inner in beside)


def _names_file(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(isinstance(value.get("path"), str) and value["path"]) or any(map(_names_file, value.values()))
    return isinstance(value, list) and any(map(_names_file, value))


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in NOT_LOADED:
                yield from _texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
