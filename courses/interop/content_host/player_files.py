"""The browser programs that play packages, ours and others', as `scripts/build_assets.py` has put them together.

They are few and small, so each process keeps them in memory, gzipped. Their address holds a hash of them all: it
changes when any of them changes, so that an answer may be kept for ever, and two of them never come from different
builds.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

PACKABLE = frozenset({".js", ".css", ".svg", ".txt"})


@dataclass(frozen=True)
class PlayerFile:
    content: bytes
    packed: bytes
    """Gzipped; empty where that saves nothing."""


def folder() -> Path:
    """Where the build put them."""
    return Path(settings.PLAYER_FILES)


def files() -> Mapping[str, PlayerFile]:
    """Every file by its path. Read again only when one has changed on the disk."""
    return _read(_stamp())


def digest() -> str:
    """The hash of all of them, names and contents."""
    return _digest(_stamp())


Stamp = tuple[tuple[str, int, int], ...]


def _stamp() -> Stamp:
    root = folder()
    found = ((path, path.stat()) for path in sorted(root.rglob("*")) if path.is_file() and path.name[0] != ".")
    return tuple((path.relative_to(root).as_posix(), stat.st_mtime_ns, stat.st_size) for path, stat in found)


@lru_cache(maxsize=2)
def _read(stamp: Stamp) -> Mapping[str, PlayerFile]:
    return {name: _file(folder() / name) for name, _, _ in stamp}


def _file(path: Path) -> PlayerFile:
    content = path.read_bytes()
    packed = gzip.compress(content, 6, mtime=0) if path.suffix in PACKABLE else b""
    return PlayerFile(content, packed if len(packed) < len(content) else b"")


@lru_cache(maxsize=2)
def _digest(stamp: Stamp) -> str:
    total = hashlib.sha256()
    for name, file in _read(stamp).items():
        total.update(f"{name}\0{len(file.content)}\0".encode() + file.content)
    return total.hexdigest()
