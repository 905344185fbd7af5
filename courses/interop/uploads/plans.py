"""What would be stored of an uploaded package, found out without storing anything.

The same plan is made when a package is checked (for the report) and again when it is stored: between the two, libraries
may have been withdrawn, and a file may have been changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from courses.content.models import PackageKind
from courses.interop.h5p.libraries import Brought
from courses.interop.h5p.planning import plan_h5p
from courses.interop.h5p.reading import plain
from courses.interop.scorm.faults import why_no_manifest
from courses.interop.scorm.manifest import NAME as MANIFEST
from courses.interop.scorm.manifest import read_manifest

from .nesting import archive_inside, check_nested
from .parts import Parts
from .refusals import Refused
from .zips import CHUNK, H5P, SCORM, SafeZip

KINDS = dict(PackageKind.choices)


@dataclass
class Plan:
    """`members`, `written` and `stored` say where each file of the tree comes from: the zip file, ourselves (h5p.json
    and content.json as they were repaired and filtered), or the store of libraries."""

    kind: str
    title: str
    manifest: dict[str, Any]
    report: dict[str, Any]
    faults: list[str] = field(default_factory=list)
    members: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, bytes] = field(default_factory=dict)
    stored: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    libraries: list[dict[str, Any]] = field(default_factory=list)
    new_libraries: list[Brought] = field(default_factory=list)


def make_plan(package: SafeZip, progress: Callable[[], None]) -> Plan:
    """Reads the whole package. Raises Refused for what ends the reading; other faults are in the plan."""
    if "h5p.json" in package:
        if MANIFEST in package:
            raise Refused("two-kinds")
        package.narrow(H5P)
        return _from_h5p(package, progress)
    names = set(package)
    if any(name.lower() == MANIFEST for name in names):
        package.narrow(SCORM)
        return _from_scorm(package, progress)
    if nested := next((name for name in sorted(names) if name.endswith("/h5p.json")), None):
        raise Refused("h5p-in-folder", nested)
    error = why_no_manifest(names)
    raise Refused("unknown-kind") if error.code == "no-manifest" else error


def _from_h5p(package: SafeZip, progress: Callable[[], None]) -> Plan:
    parts = plan_h5p(package, progress)
    return Plan(
        kind=PackageKind.H5P,
        title=parts.title,
        manifest=parts.manifest,
        report=_report(package, parts, PackageKind.H5P),
        faults=parts.faults,
        members=parts.members,
        written=parts.written,
        stored=parts.stored,
        libraries=parts.libraries,
        new_libraries=parts.new_libraries,
    )


def _from_scorm(package: SafeZip, progress: Callable[[], None]) -> Plan:
    found = read_manifest(package)
    for name in package:
        with package.open(name) as stream:
            start = stream.read(CHUNK)
            while stream.read(CHUNK):
                pass
        if archive_inside(name, start[:16]):
            check_nested(package, name)
        progress()
    parts = Parts(
        title=plain(found.title) or "SCORM package",
        titles=[plain(each) for each in found.titles],
        languages=found.languages,
        tracked=found.tracked,
        external=found.external,
        hints=found.hints,
        repaired=found.repaired,
    )
    return Plan(
        kind=found.kind,
        title=parts.title,
        manifest=found.data,
        report=_report(package, parts, found.kind),
        members={name: name for name in package},
    )


def _report(package: SafeZip, parts: Parts, kind: str) -> dict[str, Any]:
    """What the trainer is shown, and what is kept with the version."""
    return {
        "kind": kind,
        "kind_name": str(KINDS[kind]),
        "title": parts.title,
        "items": parts.titles[:200],
        "size": sum(one.size for one in package.members.values()),
        "files": len(package.members),
        "languages": parts.languages,
        "tracked": parts.tracked,
        "libraries": parts.shown_libraries,
        "missing": parts.missing,
        "external": parts.external[:60],
        "hints": parts.hints[:60],
        "dropped": parts.dropped[:60],
        "repaired": parts.repaired[:80],
    }
