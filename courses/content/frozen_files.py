"""Files kept by the SHA-256 of their content, so that a version keeps the picture it was taught with.

Why: an editor can replace the file behind an image under the same id (DESIGN §3). A frozen file is written once and
never overwritten; its name says what is in it, so that it may be cached for ever.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath

from defusedxml import DefusedXmlException, ElementTree
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage

FOLDER = "frozen"
PICTURE_INSIDE = re.compile(r"data:image/(png|jpeg|gif|webp)[;,]", re.IGNORECASE)
OUTSIDE_IN_CSS = re.compile(r"@import|url\(\s*[\"']?\s*(?!#|data:image/(png|jpeg|gif|webp)[;,])", re.IGNORECASE)


def frozen_name(file: File[bytes]) -> str:
    """The name `file` has or would have when frozen, "frozen/<sha256>.<ext>".

    Kept for an hour by the file's own name: Wagtail never writes a new file under an old one.
    """
    key = f"frozen-name:{file.name}"
    name: str | None = cache.get(key)
    if name is None:
        digest = hashlib.sha256()
        with file.open("rb") as source:
            for chunk in source.chunks():
                digest.update(chunk)
        name = f"{FOLDER}/{digest.hexdigest()}{PurePosixPath(file.name or '').suffix.lower()}"
        cache.set(key, name, 3600)
    return name


def freeze_file(file: File[bytes]) -> str:
    """Stores a copy of `file` under its hash and returns the storage name. Idempotent."""
    cache.delete(f"frozen-name:{file.name}")
    name = frozen_name(file)
    if not default_storage.exists(name):
        with file.open("rb") as source:
            default_storage.save(name, source)
    return name


def svg_faults(content: bytes) -> list[str]:
    """Why an SVG must not be published, in words: scripts, handlers and addresses elsewhere. Empty when it is fine."""
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        return ["it is not a readable SVG file"]
    faults = ["it names a style sheet elsewhere"] if b"<?xml-stylesheet" in content else []
    for element in root.iter():
        tag = str(element.tag).rsplit("}", 1)[-1].lower()
        if tag in {"script", "foreignobject", "iframe", "embed", "object"}:
            faults.append(f"it contains <{tag}>")
        faults += _moved_faults(element.get("attributeName", "")) if tag in {"animate", "set"} else []
        if OUTSIDE_IN_CSS.search(" ".join([element.text or "" if tag == "style" else "", *element.attrib.values()])):
            faults.append("it refers to something outside itself")
        for name, value in element.attrib.items():
            plain = name.rsplit("}", 1)[-1].lower()
            if plain.startswith("on"):
                faults.append(f"it contains the handler {plain}")
            if plain == "href" and not (value.startswith("#") or PICTURE_INSIDE.match(value)):
                faults.append("it refers to something outside itself")
    return sorted(set(faults))


def _moved_faults(attribute: str) -> list[str]:
    """What an animation changes: never where a link leads, nor what happens on a click."""
    plain = attribute.rsplit(":", 1)[-1].lower()
    return ["it animates an address or a handler"] if plain == "href" or plain.startswith("on") else []
