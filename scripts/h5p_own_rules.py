"""What we ask of our own content types beyond the rules of H5P: our namespace, MIT, no eval and no markup written by
scripts, no remote address, translations that fit, words in the script equal to those in semantics.json, and content
that fits its semantics. Standard library alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Files = Mapping[str, bytes]
# Names of things in statements, not places that anything is loaded from.
IDENTIFIERS = ("http://adlnet.gov/expapi/", "http://h5p.org/x-api/", "http://www.w3.org/2000/svg")
FORBIDDEN_IN_SCRIPTS = {
    r"\beval\s*\(|new\s+Function\b|set(?:Timeout|Interval)\s*\(\s*['\"]": "runs text as a program",
    r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment": "writes markup",
    r"setAttribute\(\s*['\"]on|\son[a-z]+\s*=\s*['\"]": "has an inline handler",
    r"\bfetch\s*\(|XMLHttpRequest|sendBeacon|WebSocket|importScripts|localStorage|sessionStorage|document\.cookie": (
        "speaks to somebody else than H5P"
    ),
}
TRANSLATED = ("label", "description", "entity", "default")
WORDS = re.compile(r"const WORDS = (\{.*?\n  \});", re.DOTALL)


def own_faults(files: Files) -> list[str]:
    """What is wrong with the libraries of `files` as content types of ours, and with the content they play."""
    found: list[str] = []
    folders = sorted({name.split("/")[0] for name in files if "/" in name and not name.startswith("content/")})
    for folder in folders:
        found.extend(_library(folder, files))
    if "h5p.json" in files:
        main = json.loads(files["h5p.json"])["mainLibrary"]
        semantics = next(
            (name for name in files if re.fullmatch(rf"{re.escape(main)}-[\d.]+/semantics\.json", name)), None
        )
        if semantics is not None:
            content = json.loads(files["content/content.json"])
            found.extend(misfits("content.json", content, {"type": "group", "fields": json.loads(files[semantics])}))
    return found


def _library(folder: str, files: Files) -> Iterator[str]:
    library = json.loads(files[f"{folder}/library.json"])
    if not library["machineName"].startswith("Alongside."):
        yield f"{folder} is not in our namespace."
    if library.get("license") != "MIT":
        yield f"{folder} is not under the MIT licence."
    if (library["majorVersion"], library["minorVersion"]) < (1, 1):
        yield f"{folder} has a version below 1.1, which players write wrongly."
    if library["runnable"] and f"{folder}/icon.svg" not in files:
        yield f"{folder} has no icon."
    for name, data in files.items():
        if name.startswith(f"{folder}/"):
            yield from _file(name, data)
    if f"{folder}/semantics.json" in files:
        yield from _words(folder, files)
        yield from _translations(folder, files)


def _file(name: str, data: bytes) -> Iterator[str]:
    """Nothing in a script, style or drawing runs text, writes markup or comes from elsewhere."""
    if not name.endswith((".js", ".css", ".svg")):
        return
    text = data.decode("utf-8")
    for address in re.findall(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s'\")]*", text):
        if not address.startswith(IDENTIFIERS):
            yield f"{name} has a remote address: {address}"
    if name.endswith(".js"):
        for pattern, why in FORBIDDEN_IN_SCRIPTS.items():
            if re.search(pattern, text):
                yield f"{name} {why}."
    if name.endswith(".css") and re.search(r"@import|@font-face|url\(", text):
        yield f"{name} loads something."
    if name.endswith(".svg") and re.search(r"<script|<foreignObject|\son[a-z]+=|href=", text):
        yield f"{name} is more than a drawing."


def _words(folder: str, files: Files) -> Iterator[str]:
    """The words that a script falls back on are those of semantics.json, all of them."""
    semantics = json.loads(files[f"{folder}/semantics.json"])
    l10n: dict[str, Any] = next((field for field in semantics if field["name"] == "l10n"), {"fields": []})
    defaults = {field["name"]: field["default"] for field in l10n["fields"]}
    scripts = [data.decode("utf-8") for name, data in files.items() if name.startswith(f"{folder}/js/")]
    written = [json.loads(match[1]) for text in scripts if (match := WORDS.search(text))]
    if written != [defaults]:
        yield f"{folder}: the words in the script are not those of semantics.json."


def _translations(folder: str, files: Files) -> Iterator[str]:
    semantics = json.loads(files[f"{folder}/semantics.json"])
    translations = [name for name in files if name.startswith(f"{folder}/language/")]
    if not translations:
        yield f"{folder} is translated into no language."
    for name in translations:
        yield from _translation(name, semantics, json.loads(files[name])["semantics"])


def _translation(where: str, ours: Any, theirs: Any) -> Iterator[str]:
    """A translation follows semantics.json field by field, says everything that it says, and keeps its placeholders."""
    if not isinstance(theirs, list) or len(theirs) != len(ours):
        yield f"{where} has other fields than semantics.json."
        return
    for field, other in zip(ours, theirs, strict=True):
        here = f"{where}, {field.get('name', field.get('value', ''))}"
        for key in TRANSLATED:
            text = field.get(key)
            if key == "default" and field.get("type") != "text":
                continue
            if isinstance(text, str) and not str(other.get(key, "")).strip():
                yield f"{here}: no {key}."
            elif isinstance(text, str) and set(re.findall(r"@\w+", text)) != set(re.findall(r"@\w+", other[key])):
                yield f"{here}: other placeholders in {key}."
        for key in ("fields", "options"):
            if key in field:
                yield from _translation(here, field[key], other.get(key))
        if "field" in field:
            yield from _translation(here, [field["field"]], [other.get("field", {})])


def misfits(where: str, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
    """Where content does not fit its semantics: what is missing, unknown, of another type or out of bounds."""
    kind = field["type"]
    if kind == "group":
        yield from _group_misfits(where, value, field)
    elif kind == "list":
        if not isinstance(value, list) or not field.get("min", 0) <= len(value) <= field.get("max", 10_000):
            yield f"{where}: not the number of items there may be."
            return
        for number, item in enumerate(value, 1):
            yield from misfits(f"{where} {number}", item, field["field"])
    elif kind == "text":
        yield from _text_misfits(where, value, field)
    elif kind == "select":
        if value not in [option["value"] for option in field["options"]]:
            yield f"{where}: not one of the options."
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield f"{where}: neither true nor false."
    elif kind == "number" and (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not field.get("min", value) <= value <= field.get("max", value)
    ):
        yield f"{where}: no number within its bounds."


def _group_misfits(where: str, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: no group of fields."
        return
    known = {inner["name"]: inner for inner in field["fields"]}
    for name in value.keys() - known.keys():
        yield f"{where}: {name} is not in semantics.json."
    for name, inner in known.items():
        if name in value:
            yield from misfits(f"{where}, {name}", value[name], inner)
        elif not inner.get("optional") and not inner.get("common") and "default" not in inner:
            yield f"{where}: {name} is missing."


def _text_misfits(where: str, value: Any, field: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, str) or not (value.strip() or field.get("optional")):
        yield f"{where}: says nothing."
        return
    if len(value) > field.get("maxLength", len(value)):
        yield f"{where}: longer than it may be."
    if "regexp" in field and not re.search(field["regexp"]["pattern"], value):
        yield f"{where}: not written as it has to be."
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z0-9]+)", value)}
    allowed = {"div", "span", "p", "br", *field["tags"]} if "tags" in field else set()
    if tags - allowed:
        yield f"{where}: tags that are not allowed ({', '.join(sorted(tags - allowed))})."
