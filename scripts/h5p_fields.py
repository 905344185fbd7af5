"""Which fields an h5p.json and a library.json have, and the shape of each, after the published specification and what
the official PHP validator refuses. Standard library alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

NAME = r"[\w.-]{1,255}"
NUMBER = r"[0-9]{1,5}"
FLAG = "0|1"
LINE = ".{1,255}"
LONG = "(?s:.{1,5000})"
DEPENDENCY = {"machineName": NAME, "majorVersion": NUMBER, "minorVersion": NUMBER}
EMBED = ("div", "iframe")
CONTENT_LICENCES = r"CC BY|CC BY-SA|CC BY-ND|CC BY-NC|CC BY-NC-SA|CC BY-NC-ND|CC0 1\.0|GNU GPL|PD|ODC PDDL|CC PDM|U|C"
LIBRARY_LICENCES = "cc-by|cc-by-sa|cc-by-nd|cc-by-nc|cc-by-nc-sa|cc-by-nc-nd|pd|cr|MIT|GPL1|GPL2|GPL3|MPL|MPL2"

# A pattern for one value, a tuple for a list of allowed words, a list of one table for a list of such objects.
Rule = Any
PACKAGE_REQUIRED: dict[str, Rule] = {
    "title": LINE,
    "language": "[-a-zA-Z]{1,10}",
    "preloadedDependencies": [DEPENDENCY],
    "mainLibrary": r"[$A-Za-z_][0-9A-Za-z_.$]{1,254}",
    "embedTypes": EMBED,
}
PACKAGE_OPTIONAL: dict[str, Rule] = {
    "contentType": LINE,
    "dynamicDependencies": [DEPENDENCY],
    "author": LINE,
    "authors": [{"name": LINE, "role": r"\w+"}],
    "source": "https?://.+",
    "license": CONTENT_LICENCES,
    "licenseVersion": r"1\.0|2\.0|2\.5|3\.0|4\.0",
    "licenseExtras": LONG,
    "yearFrom": "[0-9]{1,4}",
    "yearTo": "[0-9]{1,4}",
    "changes": [
        {"date": "[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{1,2}:[0-9]{2}:[0-9]{2}", "author": LINE, "log": LONG},
    ],
    "authorComments": LONG,
    "w": "[0-9]{1,4}",
    "h": "[0-9]{1,4}",
    "metaKeywords": ".+",
    "metaDescription": ".+",
}
LIBRARY_REQUIRED: dict[str, Rule] = {
    "title": LINE,
    "majorVersion": NUMBER,
    "minorVersion": NUMBER,
    "patchVersion": NUMBER,
    "machineName": NAME,
    "runnable": FLAG,
}
FILE_PATH = r"(?:[\\/]?[A-Za-z_\-\s0-9.]+)+"
LIBRARY_OPTIONAL: dict[str, Rule] = {
    "author": LINE,
    "license": LIBRARY_LICENCES,
    "description": ".+",
    "metadataSettings": {"disable": FLAG, "disableExtraTitleField": FLAG},
    "dynamicDependencies": [DEPENDENCY],
    "preloadedDependencies": [DEPENDENCY],
    "editorDependencies": [DEPENDENCY],
    "preloadedJs": [{"path": FILE_PATH + r"\.js"}],
    "preloadedCss": [{"path": FILE_PATH + r"\.css"}],
    "dropLibraryCss": [{"machineName": NAME}],
    "w": "[0-9]{1,4}",
    "h": "[0-9]{1,4}",
    "embedTypes": EMBED,
    "fullscreen": FLAG,
    "coreApi": {"majorVersion": NUMBER, "minorVersion": NUMBER},
}


def fields(where: str, found: Mapping[str, Any], required: dict[str, Rule], optional: dict[str, Rule]) -> Iterator[str]:
    """Required fields are there, and each known field has the shape that H5P asks for."""
    for key in required:
        if found.get(key) is None:
            yield f"{where} has no {key}."
    for key, rule in {**optional, **required}.items():
        if found.get(key) is not None and not fits(found[key], rule):
            yield f"{where}: {key} is not as H5P asks for it."


def fits(value: Any, rule: Rule) -> bool:
    """Whether a value has the shape of a rule."""
    if isinstance(rule, str):
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        return plain and re.fullmatch(rule, str(value)) is not None
    if isinstance(rule, tuple):
        return isinstance(value, list) and bool(value) and all(word in rule for word in value)
    if isinstance(rule, list):
        return isinstance(value, list) and all(fits(item, rule[0]) for item in value)
    return isinstance(value, dict) and all(key in value and fits(value[key], inner) for key, inner in rule.items())
