"""Files kept by the SHA-256 of their content, so that a version keeps the picture it was taught with.

Why: an editor can replace the file behind an image under the same id (DESIGN §3). A frozen file is written once and
never overwritten; its name says what is in it, so that it may be cached for ever.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from defusedxml import ElementTree
from django.core.files.base import File
from django.core.files.storage import default_storage

FOLDER = "frozen"


def freeze_file(file: File) -> str:
    """Stores a copy of `file` under its hash and returns the storage name, "frozen/<sha256>.<ext>". Idempotent."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        for chunk in source.chunks():
            digest.update(chunk)
    name = f"{FOLDER}/{digest.hexdigest()}{PurePosixPath(file.name or '').suffix.lower()}"
    if not default_storage.exists(name):
        with file.open("rb") as source:
            default_storage.save(name, source)
    return name


def svg_faults(content: bytes) -> list[str]:
    """Why an SVG must not be published, in words: scripts, handlers and addresses elsewhere. Empty when it is fine."""
    try:
        root = ElementTree.fromstring(content)
    except Exception:
        return ["it is not a readable SVG file"]
    faults = []
    for element in root.iter():
        tag = str(element.tag).rsplit("}", 1)[-1].lower()
        if tag in {"script", "foreignobject", "iframe", "embed", "object"}:
            faults.append(f"it contains <{tag}>")
        for name, value in element.attrib.items():
            plain = name.rsplit("}", 1)[-1].lower()
            if plain.startswith("on"):
                faults.append(f"it contains the handler {plain}")
            if plain == "href" and not value.startswith(("#", "data:image/")):
                faults.append("it refers to something outside itself")
    return sorted(set(faults))
