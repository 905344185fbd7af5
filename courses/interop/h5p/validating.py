"""Is this H5P package what it should be? Answered from the zip file alone, before anything is stored.

What H5P's own validator refuses is refused here, and what could do harm on our hosts. Faults are collected, so that a
trainer learns of all at once; only what makes further reading senseless ends it. Packages often leave out of h5p.json
what their content uses: that is repaired here, for it is the commonest reason for a package that opens blank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.content.frozen_files import svg_faults
from courses.interop.uploads.nesting import archive_inside, check_nested, not_what_it_says, suffix
from courses.interop.uploads.refusals import Refused
from courses.interop.uploads.zips import CHUNK, MB, SafeZip

from . import files
from .hints import addresses_in_style
from .libraries import Brought
from .reading import load_json, plain, references
from .schemas import EDITOR, checked_about, dependencies, library_faults, preloaded, semantics_faults

MOST_FAULTS = 30
DANGEROUS_DRAWING = ("it contains", "it animates")
"""Faults of an SVG that let it run; the others make it load something, which the player's policy blocks."""


@dataclass
class Contents:
    """What was found in a package, and what was found wrong with it."""

    about: dict[str, Any] = field(default_factory=dict)
    content: Any = None
    main: str = ""
    roots: list[str] = field(default_factory=list)
    brought: dict[str, Brought] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


@dataclass
class Scan:
    """What reading every byte showed. `unusable` files are left out of what is stored."""

    faults: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    speaks: bool = False
    scores: bool = False


def read_contents(package: SafeZip) -> Contents:
    """Reads and checks the texts of a package: h5p.json, content.json, and every library.json and semantics.json."""
    found = Contents()
    found.about, found.faults = checked_about(load_json(package, "h5p.json"), found.dropped)
    _divide(package, found)
    if "content/content.json" not in package:
        found.faults.append("The package has no content/content.json: there is nothing to play in it.")
    elif not found.faults:
        found.content = load_json(package, "content/content.json")
        if not isinstance(found.content, dict):
            found.faults.append("content/content.json does not hold the fields of a library.")
    if not found.faults:
        _repair(found)
    return found


def _divide(package: SafeZip, found: Contents) -> None:
    """Which file belongs where: content, a library, or nowhere."""
    folders: dict[str, dict[str, str]] = {}
    for name in package:
        top, _, rest = name.partition("/")
        if name == "h5p.json" or files.skipped(name):
            continue
        if not rest or files.left_out(name):
            found.dropped.append(plain(name, 200))
        elif top == "content":
            fault = files.content_fault(name)
            found.faults += [fault] if fault else []
            found.members[name] = name
        else:
            folders.setdefault(top, {})[rest] = name
    for folder, inside in folders.items():
        if folder.startswith(EDITOR):
            found.dropped.append(f"{plain(folder, 200)}/")
            continue
        _library(package, folder, inside, found)
    del found.faults[MOST_FAULTS:]


def _library(package: SafeZip, folder: str, inside: Mapping[str, str], found: Contents) -> None:
    if "library.json" not in inside:
        found.dropped.append(f"{plain(folder, 200)}/")
        return
    about = load_json(package, inside["library.json"])
    semantics = load_json(package, inside["semantics.json"]) if "semantics.json" in inside else []
    faults = library_faults(about, plain(folder)) + semantics_faults(semantics, plain(folder))
    if not faults and not folder.startswith(str(about["machineName"])):
        faults.append(f"The folder {plain(folder)} holds the library {plain(about['machineName'])}: names must agree.")
    if faults:
        found.faults += faults
        return
    library = Brought(
        name=str(about["machineName"]),
        major=int(about["majorVersion"]),
        minor=int(about["minorVersion"]),
        patch=int(about["patchVersion"]),
        metadata=about,
        semantics=semantics,
        files=inside,
    )
    if library.ref in found.brought:
        found.faults.append(f"The library {library.ref} is in the package twice.")
    found.brought[library.ref] = library


def _repair(found: Contents) -> None:
    """The main library by name and version, and every library that the content uses but h5p.json does not name."""
    named = dependencies(found.about, "preloadedDependencies")[0]
    main = str(found.about["mainLibrary"])
    candidates = [ref for ref in named if ref.partition(" ")[0] == main]
    if not candidates:
        candidates = sorted(ref for ref in found.brought if ref.partition(" ")[0] == main)[-1:]
        if not candidates:
            found.faults.append(f"h5p.json does not say which version of {main} plays the package.")
            return
        found.repaired.append(f"{candidates[0]} was added to the libraries of h5p.json: it plays the package.")
    found.main = candidates[0]
    dynamic = dependencies(found.about, "dynamicDependencies")[0]
    wanted = dict.fromkeys([*named, *candidates])
    for ref in references(found.content):
        if ref not in wanted and ref not in dynamic:
            found.repaired.append(f"{ref} was added to the libraries of h5p.json: the content uses it.")
        wanted[ref] = None
    found.roots = list(dict.fromkeys([*wanted, *dynamic]))
    found.about["preloadedDependencies"] = [_entry(ref) for ref in wanted]


def _entry(ref: str) -> dict[str, Any]:
    name, _, version = ref.partition(" ")
    major, _, minor = version.partition(".")
    return {"machineName": name, "majorVersion": int(major), "minorVersion": int(minor)}


def code_faults(libraries: Iterable[Brought]) -> list[str]:
    """What is wrong with libraries that would be installed: kinds of files, and scripts that are named but absent."""
    faults: list[str] = []
    for library in libraries:
        kept = [path for path in library.files if not files.left_out(path)]
        faults += [fault for path in kept if (fault := files.library_fault(library.files[path]))]
        for key in ("preloadedJs", "preloadedCss"):
            faults += [
                f"The library {library.ref} names the file {plain(path)}, which is not in the package."
                for path in preloaded(library.metadata, key)[0]
                if path not in kept
            ]
    return faults[:MOST_FAULTS]


def scan(package: SafeZip, *, code: Mapping[str, str], progress: Callable[[], None]) -> Scan:
    """Reads every byte of the package once: counts it, looks at beginnings, drawings and styles.

    `code` says of the files of libraries that would be installed which library they belong to.
    """
    found = Scan()
    for name in package:
        _scan_one(package, name, code.get(name, ""), found)
        progress()
    found.faults = found.faults[:MOST_FAULTS]
    found.external = list(dict.fromkeys(found.external))
    return found


def _scan_one(package: SafeZip, name: str, library: str, found: Scan) -> None:
    ending = suffix(name)
    whole = library and ending in {".css", ".svg", ".js"} and package.members[name].size <= 4 * MB
    with package.open(name) as stream:
        start = stream.read(4 * MB + 1 if whole else CHUNK)
        while stream.read(CHUNK):
            pass
    if archive_inside(name, start[:16]):
        check_nested(package, name)
    if really := not_what_it_says(name, start[:512]):
        raise Refused("markup", name, really=really)
    if not whole:
        return
    text = start.decode("utf-8", "replace")
    if ending == ".js":
        found.speaks = found.speaks or "triggerXAPI" in text or "createXAPIEventTemplate" in text
        found.scores = found.scores or "triggerXAPIScored" in text or "setScoredResult" in text
    elif ending == ".css":
        found.external += addresses_in_style(text)
    else:
        _scan_drawing(name, start, found)


def _scan_drawing(name: str, content: bytes, found: Scan) -> None:
    for fault in svg_faults(content):
        if fault.startswith(DANGEROUS_DRAWING):
            found.faults.append(f"The drawing “{name}” can run program code: {fault}.")
        elif "not a readable" in fault:
            found.unusable.append(name)
        else:
            found.external.append(f"{plain(name, 200)}: {fault}")
