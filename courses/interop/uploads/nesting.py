"""Looks at what every file of a package begins with: archives inside it, and files that are not what they are called.

A zip file inside a package (documents of an office program are such) is never unpacked by us, but it would be by the
learner who opens it; so it is counted like the package itself, and may hold no further archive.
"""

from __future__ import annotations

import tempfile
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from .refusals import Refused
from .zips import CHUNK, HEADER, MB, Limits, SafeZip

NESTED = Limits(members=5_000, member_bytes=64 * MB, total_bytes=128 * MB)
MOST_NESTED = 512 * MB
"""Of all archives in one package, unpacked."""
OFFICE = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub"}
ARCHIVES = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf\x27\x1c", b"\xfd7zXZ\x00", b"Rar!\x1a\x07", b"\x28\xb5\x2f\xfd", HEADER)
TEXTS = {".css", ".csv", ".htm", ".html", ".js", ".json", ".md", ".svg", ".txt", ".vtt", ".webvtt", ".xml", ".xsd"}
MARKUP = (b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"<iframe", b"<img")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
BINARY = {
    *(
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".bmp",
        ".tif",
        ".tiff",
        ".webp",
        ".mp4",
        ".webm",
        ".ogg",
        ".mp3",
        ".m4a",
        ".wav",
    ),
    *(".eot", ".ttf", ".woff", ".woff2", ".otf", ".pdf", ".glb"),
}


def archive_inside(name: str, start: bytes) -> bool:
    """Whether a file that begins with `start` is an archive."""
    return suffix(name) not in TEXTS and start.startswith(ARCHIVES)


def not_what_it_says(name: str, start: bytes) -> str:
    """What a picture, film, sound, font or PDF really is, in words, or "" when it may be what its name says."""
    if suffix(name) not in BINARY:
        return ""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(MARKUP):
        return "a web page or a drawing with program code"
    return "a program" if start.startswith(PROGRAMS) else ""


def check_nested(package: SafeZip, name: str) -> None:
    """Reads the archive `name` inside `package` to its end and counts. Raises Refused."""
    with tempfile.SpooledTemporaryFile(max_size=CHUNK) as spool:
        with package.open(name) as stream:
            if not (start := stream.read(CHUNK)).startswith(HEADER):
                raise Refused("nested-archive", name)
            spool.write(start)
            while piece := stream.read(CHUNK):
                spool.write(piece)
        try:
            package.nested_bytes += _read_all(cast("BinaryIO", spool))
        except Refused as error:
            raise Refused("nested-bomb" if error.code in BOMBS else "nested-archive", name) from error
    if package.nested_bytes > MOST_NESTED:
        raise Refused("nested-bomb", name)


BOMBS = {
    "bomb",
    "too-large",
    "file-too-large",
    "too-many-files",
    "overlapping",
    "nested-archive",
    "list-too-long",
}


def _read_all(file: BinaryIO) -> int:
    inside = SafeZip(file, limits=NESTED)
    for name in inside:
        with inside.open(name) as stream:
            first = True
            while piece := stream.read(CHUNK):
                if first and archive_inside(name, piece[:16]) and suffix(name) not in OFFICE:
                    raise Refused("nested-archive", name)
                first = False
    return inside.total_read


def suffix(name: str) -> str:
    """The ending of a file's name in small letters, with its dot."""
    return PurePosixPath(name).suffix.lower()
