"""What h5p.json, library.json and semantics.json must look like.

The patterns are those of H5P's own validator (h5p-php-library, class H5PValidator), so that what passes here runs on
other H5P hosts, and what they export passes here. Faults are sentences for the trainer; an optional entry that does not
fit is left out of what is stored, and said.
"""

from __future__ import annotations

import re
from typing import Any

from .reading import plain

MACHINE_NAME = re.compile(r"[\w.-]{1,255}", re.ASCII)
NUMBER = re.compile(r"\d{1,5}", re.ASCII)
TEXT = re.compile(r".{1,255}", re.DOTALL)
CORE_API = (1, 28)
"""The newest interface of H5P's core that the player has."""

LICENCES = r"CC BY|CC BY-SA|CC BY-ND|CC BY-NC|CC BY-NC-SA|CC BY-NC-ND|CC0 1\.0|GNU GPL|PD|ODC PDDL|CC PDM|U|C"
PACKAGE_REQUIRED = {
    "title": TEXT,
    "language": re.compile(r"[-a-zA-Z]{1,10}"),
    "mainLibrary": re.compile(r"[$a-z_][0-9a-z_.$-]{1,254}", re.IGNORECASE | re.ASCII),
}
PACKAGE_OPTIONAL = {
    "contentType": TEXT,
    "author": TEXT,
    "source": re.compile(r"https?://.{1,2000}"),
    "license": re.compile(LICENCES),
    "licenseVersion": re.compile(r"1\.0|2\.0|2\.5|3\.0|4\.0"),
    "licenseExtras": re.compile(r".{1,5000}", re.DOTALL),
    "yearFrom": re.compile(r"\d{1,4}"),
    "yearTo": re.compile(r"\d{1,4}"),
    "yearsFrom": re.compile(r"\d{1,4}"),
    "yearsTo": re.compile(r"\d{1,4}"),
    "authorComments": re.compile(r".{1,5000}", re.DOTALL),
    "a11yTitle": TEXT,
    "extraTitle": TEXT,
    "defaultLanguage": re.compile(r"[-a-zA-Z]{1,10}"),
    "w": NUMBER,
    "h": NUMBER,
}
LIBRARY_REQUIRED = {
    "title": TEXT,
    "majorVersion": NUMBER,
    "minorVersion": NUMBER,
    "patchVersion": NUMBER,
    "machineName": MACHINE_NAME,
    "runnable": re.compile(r"0|1"),
}
ELSEWHERE = {"embedTypes", "preloadedDependencies", "dynamicDependencies", "editorDependencies"}
FILE_PATH = re.compile(r"[\w\-. /@+]{1,300}", re.ASCII)
FIELD_NAME = re.compile(r"[\w-]{1,100}", re.ASCII)
EDITOR = "H5PEditor."


def checked_about(about: Any, dropped: list[str]) -> tuple[dict[str, Any], list[str]]:
    """h5p.json reduced to what fits, and its faults; what was left out is added to `dropped`."""
    if not isinstance(about, dict):
        return {}, ["h5p.json is not a list of entries with names."]
    clean: dict[str, Any] = {}
    faults = [f"h5p.json: {fault}" for fault in _required(about, PACKAGE_REQUIRED)]
    for key, value in about.items():
        pattern = PACKAGE_OPTIONAL.get(key)
        if key in PACKAGE_REQUIRED or (pattern and _fits(value, pattern)):
            clean[key] = value
        elif key not in ELSEWHERE and not _keep_list(key, value, clean):
            dropped.append(f"h5p.json: {plain(key, 60)}")
    embed = about.get("embedTypes")
    clean["embedTypes"] = [each for each in ("div", "iframe") if isinstance(embed, list) and each in embed] or ["div"]
    for key in ("preloadedDependencies", "dynamicDependencies"):
        wanted, more = dependencies(about, key)
        faults += [f"h5p.json: {fault}" for fault in more]
        if wanted or key == "preloadedDependencies":
            clean[key] = [_dependency(each) for each in wanted]
    return clean, faults


def library_faults(about: Any, folder: str) -> list[str]:
    """What is wrong with a library.json."""
    if not isinstance(about, dict):
        return [f"{folder}/library.json is not a list of entries with names."]
    faults = _required(about, LIBRARY_REQUIRED)
    for key in ("preloadedDependencies", "dynamicDependencies"):
        faults += dependencies(about, key)[1]
    for key, ending in (("preloadedJs", ".js"), ("preloadedCss", ".css")):
        paths, wrong = preloaded(about, key)
        if wrong or any(not each.lower().endswith(ending) for each in paths):
            faults.append(f"{key} has to list paths of {ending} files.")
    core = about.get("coreApi")
    if core is not None and not (
        isinstance(core, dict) and all(_fits(core.get(key), NUMBER) for key in ("majorVersion", "minorVersion"))
    ):
        faults.append("coreApi has no version.")
    elif core and (int(core["majorVersion"]), int(core["minorVersion"])) > CORE_API:
        needs = f"{core['majorVersion']}.{core['minorVersion']}"
        faults.append(f"it needs a newer H5P player (core API {needs}; this site has {CORE_API[0]}.{CORE_API[1]}).")
    return [f"{folder}/library.json: {fault}" for fault in faults]


def semantics_faults(semantics: Any, folder: str) -> list[str]:
    """What is wrong with a semantics.json: a list of fields, groups with fields, lists with a field."""
    where = f"{folder}/semantics.json"
    if not isinstance(semantics, list):
        return [f"{where} is not a list of fields."]
    return [f"{where}: {fault}" for field in semantics for fault in _field_faults(field, named=True)][:5]


def dependencies(about: dict[str, Any], key: str) -> tuple[list[str], list[str]]:
    """Libraries that a library.json or h5p.json asks for, as `Name a.b`, and faults."""
    given = about.get(key)
    if given is None:
        return [], []
    if not isinstance(given, list):
        return [], [f"{key} is not a list."]
    found, faults = [], []
    for each in given:
        if isinstance(each, dict) and not _required(each, DEPENDENCY):
            found.append(f"{each['machineName']} {int(each['majorVersion'])}.{int(each['minorVersion'])}")
        else:
            faults.append(f"{key} has an entry without name and version.")
    return found, faults


def preloaded(about: dict[str, Any], key: str) -> tuple[list[str], bool]:
    """Paths of the scripts or styles of a library, and whether the list is not one."""
    given = about.get(key) or []
    if not isinstance(given, list):
        return [], True
    paths = [each.get("path") if isinstance(each, dict) else None for each in given]
    good = [each for each in paths if isinstance(each, str) and FILE_PATH.fullmatch(each) and ".." not in each]
    return [each.removeprefix("./").strip() for each in good], len(good) < len(paths)


DEPENDENCY = {"machineName": MACHINE_NAME, "majorVersion": NUMBER, "minorVersion": NUMBER}
LISTS = {"authors": ("name", "role"), "changes": ("date", "author", "log")}


def _dependency(library: str) -> dict[str, Any]:
    name, _, version = library.partition(" ")
    major, _, minor = version.partition(".")
    return {"machineName": name, "majorVersion": int(major), "minorVersion": int(minor)}


def _keep_list(key: str, value: Any, clean: dict[str, Any]) -> bool:
    """Authors and changes: lists of entries with short texts."""
    if key not in LISTS or not isinstance(value, list):
        return False
    clean[key] = [
        {name: plain(each[name], 5000) for name in LISTS[key] if isinstance(each.get(name), str)}
        for each in value[:200]
        if isinstance(each, dict)
    ]
    return True


def _required(about: dict[str, Any], wanted: dict[str, re.Pattern[str]]) -> list[str]:
    wrong = [key for key, pattern in wanted.items() if not _fits(about.get(key), pattern)]
    return [f"{key} is missing or not as it should be." for key in wrong]


def _fits(value: Any, pattern: re.Pattern[str]) -> bool:
    if isinstance(value, bool):
        value = int(value)
    return isinstance(value, str | int) and pattern.fullmatch(str(value)) is not None


def _field_faults(field: Any, *, named: bool) -> list[str]:
    if not isinstance(field, dict):
        return ["a field is not a list of entries with names."]
    name, kind = field.get("name"), field.get("type")
    if named and not _fits(name, FIELD_NAME):
        return ["a field has no name."]
    if not isinstance(kind, str):
        return [f"the field {plain(name, 60)} has no type."]
    if kind == "group":
        inner = field.get("fields")
        if not isinstance(inner, list):
            return [f"the group {plain(name, 60)} has no fields."]
        return [fault for each in inner for fault in _field_faults(each, named=True)]
    return _field_faults(field.get("field"), named=False) if kind == "list" else []
