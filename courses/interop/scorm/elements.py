"""Small questions to a manifest's XML, by local names: packages differ in prefixes and capitals."""

from __future__ import annotations

import math
from xml.etree.ElementTree import Element


def local(name: object) -> str:
    """A tag or attribute without its namespace."""
    return str(name).rsplit("}", 1)[-1]


def children(node: Element, name: str) -> list[Element]:
    """The elements of that name right inside a node."""
    return [child for child in node if local(child.tag).lower() == name.lower()]


def text(node: Element, name: str) -> str:
    """The text of the first element of that name, its spaces tidied; "" without one."""
    found = children(node, name)
    return " ".join("".join(found[0].itertext()).split()) if found else ""


def text_as_is(node: Element, name: str) -> str:
    """Launch data is the package's own: its spaces may mean something. 4,000 characters in 2004, 4,096 in 1.2."""
    found = children(node, name)
    return "".join(found[0].itertext())[:4096] if found else ""


def attribute(node: Element, name: str) -> str:
    """An attribute by its local name; packages differ in prefix and capitals (scormtype, scormType)."""
    return next((value.strip() for key, value in node.attrib.items() if local(key).lower() == name.lower()), "")


def number(given: str, least: float, most: float) -> float | None:
    """A number in its range; None when it is none."""
    try:
        found = float(given)
    except ValueError:
        return None
    return found if math.isfinite(found) and least <= found <= most else None


def base(node: Element) -> str:
    """The folder that xml:base puts before the addresses inside a node."""
    return str(node.get("{http://www.w3.org/XML/1998/namespace}base", "")).replace("\\", "/")


def namespaces(root: Element) -> str:
    """Every namespace that is used, as one text."""
    used: set[str] = set()
    for node in root.iter():
        for name in (str(node.tag), *node.attrib):
            if name.startswith("{"):
                used.add(name[1:].split("}", 1)[0])
    return " ".join(sorted(used)).lower()
