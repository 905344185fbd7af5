"""Reads imsmanifest.xml: which pages of a SCORM package are to be opened, in which order, and by which rules.

Sources: ADL, SCORM 1.2 Content Aggregation Model §2.3 (manifest, `adlcp` namespace of version 1.2); SCORM 2004 4th
Edition CAM §3.4 and §5 (the 3rd edition is the same in what is read here). The schemas are not enforced: those of
SCORM 1.2 are not valid themselves, and what a manifest has beyond our needs does nobody harm. What to open follows
organization → item → resource, never "the first file".
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from courses.interop.uploads.refusals import Refused
from courses.interop.uploads.zips import SafeZip

from . import sequencing
from .elements import attribute, base, children, local, namespaces, number, text, text_as_is
from .faults import refused, why_no_manifest
from .launch_pages import PAGES, look

NAME, VERSION = "imsmanifest.xml", "schemaversion"
LARGEST = 4 * 1024 * 1024
MOST_ITEMS, DEEPEST = 500, 20
TRACKED = {
    "sco": "Completion, result, score, time spent, where the learner was, and answers where the package reports them",
    "asset": "That it was opened",
}


@dataclass(frozen=True)
class ScormManifest:
    """What a package says of itself. `data` is what `PackageVersion.manifest` keeps; the rest is for the report."""

    kind: str
    title: str
    data: dict[str, Any]
    titles: list[str]
    languages: list[str]
    tracked: list[str]
    external: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)


def read_manifest(package: SafeZip) -> ScormManifest:
    """What the package says. Raises Refused when it cannot be played."""
    names = set(package)
    here = next((name for name in names if name.lower() == NAME), None)
    if here is None:
        raise why_no_manifest(names)
    root = _parsed(package, here)
    edition = _edition(root)
    organization = _organization(root)
    reader = _Reader(package, root, edition)
    title = text(organization, "title") or text(root, "title") or "SCORM package"
    items = [reader.item(each, 1) for each in children(organization, "item")]
    opened = [one for one in leaves(items) if one["href"]]
    if not opened:
        raise refused("nothing-to-open")
    pages = look(package, [one["file"] for one in opened], names)
    for one in opened:
        del one["file"]
    kind = "scorm-1.2" if edition == "1.2" else "scorm-2004"
    return ScormManifest(
        kind=kind,
        title=title[:255],
        data={"edition": edition, "title": title[:255], "items": items},
        titles=[one["title"] for one in opened],
        languages=sorted({*pages.languages, *_languages(root)}),
        tracked=[TRACKED[kind] for kind in ("sco", "asset") if any(one["type"] == kind for one in opened)],
        external=pages.external,
        hints=[*reader.hints, *_hints(names, edition, opened, root), *pages.hints],
        repaired=reader.repaired,
    )


def leaves(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every item without further items, in order."""
    for one in items:
        if one["items"]:
            yield from leaves(one["items"])
        if one["href"] or not one["items"]:
            yield one


def _parsed(package: SafeZip, name: str) -> Element:
    """The manifest as a tree. No document type, no entity, nothing from elsewhere: a manifest of 6 kB can expand to a
    million characters."""
    try:
        content = package.read(name, limit=LARGEST)
    except Refused as error:
        raise refused("manifest-too-large") if error.code == "text-too-large" else error from error
    try:
        root: Element = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise refused("xml-tricks") from error
    except (ParseError, LookupError, ValueError) as error:
        raise refused("bad-xml") from error
    if local(root.tag) != "manifest":
        raise refused("bad-xml")
    return root


def _edition(root: Element) -> str:
    """1.2, 2004 3rd or 2004 4th. The namespace says 1.2 or 2004, the schema version which of 2004; where there is no
    namespace of ADL's, the schema version alone is believed."""
    used = namespaces(root)
    said = next(
        (" ".join("".join(one.itertext()).split()) for one in root.iter() if local(one.tag) == "schemaversion"), ""
    )
    if "imsccv1p" in used or "common cartridge" in said.lower():
        raise refused("common-cartridge")
    if "adlcp_v1p3" not in used and "adlcp_rootv1p2" not in used and not said:
        said = "1.2" if any(attribute(one, "scormtype") for one in root.iter()) else ""
    newer = "2004" in said or "CAM 1.3" in said.upper()
    if "adlcp_v1p3" in used or (newer and "adlcp_rootv1p2" not in used):
        return "2004 4th" if "4th" in said else "2004 3rd"
    if "adlcp_rootv1p2" in used or said == "1.2":
        return "1.2"
    raise refused("not-scorm")


def _schema_version(root: Element) -> str:
    """What the package calls itself."""
    return next((" ".join("".join(one.itertext()).split()) for one in root.iter() if local(one.tag) == VERSION), "")


def _organization(root: Element) -> Element:
    """The default organization, or the first where none is named."""
    found = [one for group in children(root, "organizations") for one in children(group, "organization")]
    if not found:
        raise refused("no-organization")
    default = attribute(children(root, "organizations")[0], "default")
    return next((one for one in found if attribute(one, "identifier") == default), found[0])


class _Reader:
    """Reads the items of one organization."""

    def __init__(self, package: SafeZip, root: Element, edition: str) -> None:
        self.edition = edition
        self.names = {name.lower(): name for name in package}
        self.exact = set(package)
        self.resources: dict[str, tuple[Element, str]] = {}
        self.collection = {
            attribute(one, "id"): one
            for group in children(root, "sequencingCollection")
            for one in children(group, "sequencing")
        }
        self.seen: set[str] = set()
        self.hints: list[str] = []
        self.repaired: list[str] = []
        for group in children(root, "resources"):
            above = base(root) + base(group)
            for one in children(group, "resource"):
                self.resources.setdefault(attribute(one, "identifier"), (one, above + base(one)))

    def item(self, node: Element, depth: int) -> dict[str, Any]:
        """One item with the items in it, in the shape that is kept."""
        identifier = attribute(node, "identifier") or f"item-{len(self.seen) + 1}"
        if identifier in self.seen:
            raise refused("same-item-twice", identifier[:100])
        self.seen.add(identifier)
        if len(self.seen) > MOST_ITEMS:
            raise refused("too-many-items", limit=MOST_ITEMS)
        if depth > DEEPEST:
            raise refused("items-too-deep", limit=DEEPEST)
        title = text(node, "title") or identifier
        found: dict[str, Any] = {"id": identifier[:255], "title": title[:255], "href": "", "type": ""}
        found |= self.settings(node)
        if reference := attribute(node, "identifierref"):
            found |= self.launch(reference, attribute(node, "parameters"), title)
        found["items"] = [self.item(each, depth + 1) for each in children(node, "item")]
        return found

    def settings(self, node: Element) -> dict[str, Any]:
        """By what the item is judged and what it is given at its start."""
        found: dict[str, Any] = {
            "mastery": number(text(node, "masteryscore"), 0, 100),
            "max_time": text(node, "maxtimeallowed"),
            "time_limit_action": text(node, "timelimitaction").lower(),
            "launch_data": text_as_is(node, "datafromlms"),
            "prerequisites": text(node, "prerequisites"),
            "threshold": None,
            "min_measure": None,
        }
        if found["prerequisites"]:
            self.hints.append(
                "The package asks for an order of its parts. Learners are shown it, and may open any part."
            )
        if self.edition == "1.2":
            return found
        found["threshold"] = _threshold(node)
        rules = sequencing.read(node, self.collection)
        self.hints.extend(hint for hint in rules.hints if hint not in self.hints)
        return found | {
            "min_measure": rules.min_measure,
            "objectives": rules.objectives,
            "set_by_content": rules.set_by_content,
            "max_time": rules.max_time,
        }

    def launch(self, reference: str, parameters: str, title: str) -> dict[str, Any]:
        """What an item opens."""
        if reference not in self.resources:
            raise refused("missing-resource", title[:100])
        resource, above = self.resources[reference]
        href = attribute(resource, "href")
        if not href:
            return {}
        kind = attribute(resource, "scormtype").lower()
        path, rest = self.file(above + href.replace("\\", "/"), title)
        launch = {"type": "sco" if kind == "sco" else "asset", "file": path}
        return launch | {"href": with_parameters(quote(path, safe="/!$'()*+,;:@=~-._") + rest, parameters)}

    def file(self, address: str, title: str) -> tuple[str, str]:
        """The path of a launch address in the package, and what follows it (?…, #…)."""
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise refused("launch-outside", address[:100]) from error
        if parts.scheme or parts.netloc:
            raise refused("launch-elsewhere", title[:100])
        path = posixpath.normpath(unquote(parts.path))
        if path.startswith(("/", "..")) or path in {".", ""}:
            raise refused("launch-outside", address[:100])
        if path not in self.exact:
            if path.lower() not in self.names:
                raise refused("missing-launch", path[:200])
            path = self.names[path.lower()]
            self.repaired.append(f"The manifest writes “{path}” in other capitals than the file has.")
        ending = path.rsplit(".", 1)[-1].lower()
        if ending not in PAGES:
            raise refused("launch-flash" if ending in {"swf", "dcr"} else "launch-not-a-page", path[:200])
        rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
        return path, rest


def with_parameters(href: str, parameters: str) -> str:
    """A launch address with the item's parameters, by the algorithm of CAM 1.2 §2.3.2.1 (2004: CAM §3.4.1.10)."""
    parameters = parameters.strip().lstrip("?&")
    if not parameters:
        return href
    if parameters.startswith("#"):
        return href if "#" in href else href + parameters
    address, mark, fragment = href.partition("#")
    return address + ("&" if "?" in address else "?") + parameters + mark + fragment


def _threshold(node: Element) -> float | None:
    """completionThreshold: an attribute minProgressMeasure in the 4th edition (default 1.0 when completedByMeasure), a
    number as text in the 3rd."""
    found = children(node, "completionThreshold")
    if not found:
        return None
    if attribute(found[0], "completedByMeasure"):
        if attribute(found[0], "completedByMeasure") not in {"true", "1"}:
            return None
        return number(attribute(found[0], "minProgressMeasure") or "1.0", 0, 1)
    return number(attribute(found[0], "minProgressMeasure") or "".join(found[0].itertext()), 0, 1)


def _languages(root: Element) -> set[str]:
    """The languages that its metadata names."""
    metadata = children(root, "metadata")
    found = {
        "".join(one.itertext()).strip() for each in metadata for one in each.iter() if local(one.tag) == "language"
    }
    return {one.lower() for one in found if one and len(one) <= 12 and one.lower() != "none"}


def _hints(names: set[str], edition: str, opened: list[dict[str, Any]], root: Element) -> Iterator[str]:
    """What the trainer should know before a learner finds out."""
    said = text(root, "schemaversion") or next((text(one, "schemaversion") for one in children(root, "metadata")), "")
    if "CAM 1.3" in said.upper():
        yield "The package is written for an early edition of SCORM 2004. It is played by the rules of the 3rd edition."
    if edition == "1.2" and "2004" in said:
        yield "The package calls itself SCORM 2004 and is written as SCORM 1.2. It is played as SCORM 1.2."
    if {"tincan.xml", "cmi5.xml"} & {name.lower() for name in names}:
        yield "The package can also be played by xAPI. Here it is played as SCORM."
    if all(one["type"] == "asset" for one in opened):
        yield "The package reports nothing about the learner: it can count as opened, and not as passed or scored."
