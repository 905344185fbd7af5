"""An H5P package as it would be stored: content filtered, libraries found, h5p.json repaired."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from courses.content import trees
from courses.content.models import Library
from courses.interop.uploads.parts import Parts
from courses.interop.uploads.zips import MB, SafeZip

from . import files, hints, libraries
from .libraries import Brought, Resolution
from .reading import plain
from .schemas import EDITOR, preloaded
from .semantics import Filter
from .validating import Contents, Scan, code_faults, read_contents, scan

NOT_SHOWN = {"preloadedDependencies", "dynamicDependencies", "embedTypes", "mainLibrary", "w", "h"}


def plan_h5p(package: SafeZip, progress: Callable[[], None]) -> Parts:
    """Reads the whole package; nothing is stored. Faults are in the answer, except those that end the reading."""
    found = read_contents(package)
    resolved = libraries.resolve(found.roots, found.brought)
    faults = [*found.faults, *_library_faults(resolved)]
    faults += code_faults(resolved.new.values())
    code = {name: ref for ref, one in resolved.new.items() for name in one.files.values()}
    seen = scan(package, code=code, progress=progress)
    faults += seen.faults
    parts = Parts(title=plain(found.about.get("title") or "H5P package"), faults=list(dict.fromkeys(faults)))
    parts.dropped = [*found.dropped, *(plain(name, 200) for name in seen.unusable)]
    parts.shown_libraries = _shown(resolved)
    parts.missing = sorted(resolved.missing)
    parts.languages = sorted({str(found.about.get(key) or "") for key in ("language", "defaultLanguage")} - {"", "und"})
    if parts.faults or not found.main:
        return parts
    _fill(parts, found, resolved, seen)
    return parts


def _fill(parts: Parts, found: Contents, resolved: Resolution, seen: Scan) -> None:
    """Everything that needs a sound package: its content filtered, its files counted out."""
    sieve = Filter(resolved.semantics, lambda path: f"content/{path}" in found.members)
    content = sieve.content(found.content, found.main)
    used = {ref.partition(" ")[0] for ref in (*resolved.installed, *resolved.new)}
    speaks, scores = _sends(resolved)
    parts.titles = [parts.title]
    parts.tracked = hints.tracked(
        found.main.partition(" ")[0], used, speaks=speaks or seen.speaks, scores=scores or seen.scores
    )
    parts.external = list(dict.fromkeys([*hints.external_addresses(content), *seen.external]))
    parts.hints = hints.accessibility_hints(content)
    parts.repaired = [*found.repaired, *_own_copies(found, resolved), *sieve.changes]
    parts.manifest = {
        "main_library": found.main,
        "title": parts.title,
        "language": str(found.about["language"]),
        **{key: value for key, value in found.about.items() if key not in NOT_SHOWN | {"title", "language"}},
    }
    unusable = set(seen.unusable)
    parts.written = {"h5p.json": _bytes(found.about), "content/content.json": _bytes(content)}
    parts.members = {path: name for path, name in found.members.items() if path not in parts.written} | {
        f"{one.name}-{one.major}.{one.minor}/{path}": name
        for one in resolved.new.values()
        for path, name in kept_files(one).items()
        if name not in unusable
    }
    parts.stored = {
        path: entry for one in resolved.installed.values() for path, entry in libraries.files_of(one).items()
    }
    parts.new_libraries = list(resolved.new.values())
    parts.libraries = [_noted(one) for one in resolved.installed.values()]


def kept_files(library: Brought) -> dict[str, str]:
    """The files of a library that are kept, by their path in its folder."""
    return {path: name for path, name in library.files.items() if not files.left_out(path)}


def _noted(library: Library) -> dict[str, Any]:
    version = f"{library.major}.{library.minor}.{library.patch}"
    return {"name": library.name, "version": version, "sha256": library.sha256}


def _library_faults(resolved: Resolution) -> list[str]:
    faults = [
        f"The library {one} was withdrawn by this site's curators. Ask them why, or use a newer version of it."
        for one in resolved.withdrawn
    ]
    faults += [
        f"{ref} is a part of the H5P editor and must not be played. Export the package from the editor again."
        for ref in libraries.editor_parts(resolved)
    ]
    gone = {name.rpartition(".")[0] for name in resolved.withdrawn}
    for ref, by in sorted(resolved.missing.items()):
        if ref in gone or ref.startswith(EDITOR):
            continue
        others = ", ".join(libraries.neighbours(ref))
        faults.append(
            f"The library {ref} is missing: {by} needs it, and neither the package nor this site has it."
            + (f" This site has {others}." if others else "")
            + " Export the package together with its libraries, or ask a curator to install it."
        )
    return faults


def _shown(resolved: Resolution) -> list[dict[str, str]]:
    shown = [
        {"name": one.name, "version": f"{one.major}.{one.minor}.{one.patch}", "status": "installed"}
        for one in resolved.installed.values()
    ]
    shown += [{"name": one.name, "version": one.version, "status": "new"} for one in resolved.new.values()]
    for ref in resolved.missing:
        name, _, version = ref.partition(" ")
        shown.append({"name": name, "version": version, "status": "missing"})
    return sorted(shown, key=lambda one: (one["name"], one["version"]))


def _own_copies(found: Contents, resolved: Resolution) -> list[str]:
    """Libraries that the package brings and this site plays with its own copy."""
    return [
        f"{ref}: this site's copy ({one.major}.{one.minor}.{one.patch}) is played instead of the package's "
        f"({found.brought[ref].version})."
        for ref, one in resolved.installed.items()
        if ref in found.brought and found.brought[ref].patch != one.patch
    ]


def _sends(resolved: Resolution) -> tuple[bool, bool]:
    """Whether scripts of installed libraries send statements, and results with them."""
    speaks = scores = False
    for one in resolved.installed.values():
        for path in preloaded(one.metadata, "preloadedJs")[0]:
            try:
                text = trees.read_file(one.sha256, path, limit=4 * MB)
            except (KeyError, ValueError, OSError):
                continue
            speaks = speaks or b"triggerXAPI" in text or b"createXAPIEventTemplate" in text
            scores = scores or b"triggerXAPIScored" in text or b"setScoredResult" in text
    return speaks, scores


def _bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
