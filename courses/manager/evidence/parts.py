"""A pack in the making: its parts, each a ZIP in the storage that one step wrote.

Why parts: a worker may die at any moment and another machine go on. What a finished step wrote lies in the storage
under the name that the job's cursor says; what a dead one left half-written is named nowhere, and is swept away.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

NOTES = "_notes.json"
"""What a step says of itself, inside its part; it does not go into the pack."""
WHEN = (2000, 1, 1, 0, 0, 0)
"""The time of every file in a pack: the same content gives the same bytes."""


def folder_of(public_id: object) -> str:
    return f"packs/making/{public_id}"


class Part:
    """One step's files, on their way into the storage."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.gaps: list[str] = []
        self.notes: dict[str, Any] = {}

    def add(self, name: str, content: bytes | str) -> None:
        """A small file. What is packed already is not packed again."""
        how = zipfile.ZIP_STORED if name.endswith((".pdf", ".png", ".jpg", ".jpeg", ".webp")) else zipfile.ZIP_DEFLATED
        self.zip.writestr(zipfile.ZipInfo(name, WHEN), content, how)

    def add_file(self, name: str, file: IO[bytes]) -> None:
        """A file of any size, from its beginning."""
        file.seek(0)
        info = zipfile.ZipInfo(name, WHEN)
        info.compress_type = zipfile.ZIP_DEFLATED
        with self.zip.open(info, "w", force_zip64=True) as into:
            while chunk := file.read(1 << 20):
                into.write(chunk)

    def add_page(self, name: str, template: str, **context: Any) -> None:
        self.add(name, page(name, template, **context))

    def missing(self, words: str) -> None:
        """Something that ought to be here and could not be put in; the first page of the pack says so."""
        self.gaps.append(words)


def page(name: str, template: str, **context: Any) -> str:
    """A page of the pack; `up` leads from it to the pack's first page."""
    return render_to_string(f"manager/evidence/pack/{template}", {"up": "../" * name.count("/"), **context})


@contextmanager
def writing(public_id: object, made: list[str]) -> Iterator[Part]:
    """A part: written to a file of its own, kept in the storage when it is whole, its name added to `made`."""
    with tempfile.TemporaryFile() as file:
        part = Part(file)
        yield part
        part.add(NOTES, json.dumps({"gaps": part.gaps, **part.notes}))
        part.zip.close()
        file.seek(0)
        name = f"{folder_of(public_id)}/{len(made):05}-{secrets.token_hex(4)}.zip"
        made.append(default_storage.save(name, File(file)))


@contextmanager
def reading(name: str) -> Iterator[zipfile.ZipFile]:
    """A kept ZIP, opened where it lies."""
    with default_storage.open(name, "rb") as file, zipfile.ZipFile(cast("IO[bytes]", file)) as found:
        yield found


def notes_of(name: str) -> dict[str, Any]:
    with reading(name) as part:
        found: dict[str, Any] = json.loads(part.read(NOTES))
        return found


def sweep(folder: str, keep: str = "") -> None:
    """Takes away what lies in a folder, but for one file."""
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" != keep:
            default_storage.delete(f"{folder}/{name}")
