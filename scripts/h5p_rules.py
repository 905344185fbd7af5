"""The structure rules of H5P for a package and its libraries, as we read them in the published specification and in
what the official PHP validator refuses (h5p.org: Library Definition, Package Definition, Semantics Definition).

Standard library alone. `faults(names_to_bytes)` takes the files of a package and returns plain sentences, none when the
package is good. The rules that only our own content types keep are in `h5p_own_rules`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from scripts.h5p_fields import LIBRARY_OPTIONAL, LIBRARY_REQUIRED, PACKAGE_OPTIONAL, PACKAGE_REQUIRED, fields

Files = Mapping[str, bytes]
CORE_API = (1, 28)
CONTENT_FILES = [
    "json", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "eot", "ttf", "woff", "woff2",
    "otf", "webm", "mp4", "ogg", "mp3", "m4a", "wav", "txt", "pdf", "rtf", "doc", "docx",
    "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "csv", "md", "textile", "vtt", "webvtt",
    "gltf", "glb",
]  # fmt: skip
LIBRARY_FILES = [*CONTENT_FILES, "js", "css", "svg", "xml"]
FIELD_TYPES = {"text", "number", "boolean", "group", "list", "select", "library", "image", "video", "audio", "file"}
LANGUAGE_FILE = re.compile(r"(?:-?[a-zA-Z]+){1,7}\.json")


def faults(files: Files) -> list[str]:
    """What is wrong with the package of these files, in plain sentences."""
    return list(_faults(files))


def _faults(files: Files) -> Iterator[str]:
    yield from _names(files)
    kept = {name: data for name, data in files.items() if not skipped(name)}
    package = _object(kept, "h5p.json")
    if package is None:
        yield "h5p.json is missing or no JSON object."
    if _object(kept, "content/content.json") is None:
        yield "content/content.json is missing or no JSON object."
    libraries = dict.fromkeys(name.split("/")[0] for name in kept if "/" in name and not name.startswith("content/"))
    for folder in libraries:
        yield from library_faults(folder, kept)
    if package is not None:
        yield from fields("h5p.json", package, PACKAGE_REQUIRED, PACKAGE_OPTIONAL)
        yield from _dependencies(package, libraries, kept)


def skipped(name: str) -> bool:
    """Hosts pass over files and folders whose names start with a dot or an underscore."""
    return re.search(r"(^|[\\/])[._]", name) is not None


def _names(files: Files) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name in files:
        if name.endswith("/") or "__MACOSX" in name:
            yield f"{name} does not belong into a package: files only."
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            yield f"{name} is no path inside the package."
        if name.casefold() in seen:
            yield f"{name} and {seen[name.casefold()]} differ by case alone."
        seen[name.casefold()] = name
        allowed = CONTENT_FILES if name.startswith("content/") else LIBRARY_FILES
        if "/" in name and not skipped(name) and name.rsplit(".", 1)[-1].lower() not in allowed:
            yield f"{name} has an extension that H5P does not allow."


def library_faults(folder: str, files: Files) -> Iterator[str]:
    """What is wrong with one library of a package."""
    library = _object(files, f"{folder}/library.json")
    if library is None:
        yield f"{folder}/library.json is missing or no JSON object."
        return
    yield from fields(f"{folder}/library.json", library, LIBRARY_REQUIRED, LIBRARY_OPTIONAL)
    if folder not in {str(library.get("machineName")), folder_of(library)}:
        yield f"{folder} does not bear the name of its library.json ({folder_of(library)})."
    core = library.get("coreApi")
    if isinstance(core, dict) and _version(core) > CORE_API:
        yield f"{folder} asks for a newer H5P core than there is."
    for key in ("preloadedJs", "preloadedCss"):
        entries = library.get(key)
        for entry in entries if isinstance(entries, list) else []:
            path = str(entry.get("path", "")).replace("\\", "/").lstrip("/") if isinstance(entry, dict) else ""
            if f"{folder}/{path}" not in files:
                yield f"{folder} names {path}, which is not there."
    yield from _semantics(folder, files)
    yield from _languages(folder, files)
    yield from _icon(folder, files)


def folder_of(library: Mapping[str, Any]) -> str:
    """The name of a library's folder in a package."""
    return f"{library.get('machineName')}-{library.get('majorVersion')}.{library.get('minorVersion')}"


def _dependencies(package: dict[str, Any], libraries: Iterable[str], files: Files) -> Iterator[str]:
    """Everything that is asked for is there, and the main library is among what the package asks for and can run."""
    there = {}
    for folder in libraries:
        if (library := _object(files, f"{folder}/library.json")) is not None:
            there[folder_of(library)] = library
    for where, asking in [("h5p.json", package), *((name, library) for name, library in there.items())]:
        for key in ("preloadedDependencies", "dynamicDependencies", "editorDependencies"):
            asked = asking.get(key)
            for one in asked if isinstance(asked, list) else []:
                if isinstance(one, dict) and folder_of(one) not in there:
                    yield f"{where} asks for {folder_of(one)}, which is not in the package."
    asked = package.get("preloadedDependencies")
    main = [
        one for one in (asked if isinstance(asked, list) else [])
        if isinstance(one, dict) and one.get("machineName") == package.get("mainLibrary")
    ]  # fmt: skip
    if not main:
        yield "h5p.json does not name its main library among the preloaded dependencies."
    elif str(there.get(folder_of(main[0]), {}).get("runnable", 1)) != "1":
        yield f"{folder_of(main[0])} is no library that runs."


def _semantics(folder: str, files: Files) -> Iterator[str]:
    data = files.get(f"{folder}/semantics.json")
    if data is None:
        return
    semantics = _json(data)
    if not isinstance(semantics, list):
        yield f"{folder}/semantics.json is no list of fields."
        return
    for field in semantics:
        yield from _field(f"{folder}/semantics.json", field)


def _field(where: str, field: Any, named: bool = True) -> Iterator[str]:
    """One field of semantics.json: a type that H5P knows, a name, and what its type asks for."""
    if not isinstance(field, dict) or field.get("type") not in FIELD_TYPES:
        yield f"{where}: a field without a type that H5P knows."
        return
    here = f"{where}, {field.get('name', field['type'])}"
    if named and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", str(field.get("name", ""))):
        yield f"{here}: a field has to have a name."
    if field["type"] == "group":
        yield from _fields(here, field.get("fields"))
    elif field["type"] == "list":
        yield from (
            _field(here, field["field"], named=False)
            if "field" in field
            else [f"{here}: it does not say what its items are."]
        )
    elif field["type"] in {"select", "library"}:
        yield from _options(here, field)
    if isinstance(field.get("regexp"), dict) and not _compiles(str(field["regexp"].get("pattern", ""))):
        yield f"{here}: the regular expression is none."


def _fields(where: str, inner: Any) -> Iterator[str]:
    inner = inner if isinstance(inner, list) else []
    names = [one.get("name") for one in inner if isinstance(one, dict)]
    if not names or len(names) != len(set(names)):
        yield f"{where}: a group has fields, each with a name of its own."
    for one in inner:
        yield from _field(where, one)


def _options(where: str, field: dict[str, Any]) -> Iterator[str]:
    options = field.get("options")
    if not isinstance(options, list) or not options:
        yield f"{where}: there is nothing to choose from."
    elif field["type"] == "library":
        return
    elif not all(isinstance(one, dict) and {"value", "label"} <= set(one) for one in options):
        yield f"{where}: an option has a value and a label."
    elif field.get("default") not in {None, *(one["value"] for one in options)}:
        yield f"{where}: the default is none of the options."


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _languages(folder: str, files: Files) -> Iterator[str]:
    for name, data in files.items():
        if not name.startswith(f"{folder}/language/"):
            continue
        if not LANGUAGE_FILE.fullmatch(name.rsplit("/", 1)[1]):
            yield f"{name} is not named after a language."
        found = _json(data)
        if not isinstance(found, dict) or not isinstance(found.get("semantics", []), list):
            yield f"{name} is no translation: an object with a list `semantics`."


def _icon(folder: str, files: Files) -> Iterator[str]:
    data = files.get(f"{folder}/icon.svg")
    if data is None:
        return
    try:
        drawing = ET.fromstring(data)
    except ET.ParseError:
        yield f"{folder}/icon.svg is no SVG."
        return
    if drawing.tag != "{http://www.w3.org/2000/svg}svg" or drawing.get("viewBox") is None:
        yield f"{folder}/icon.svg is no SVG with a viewBox."


def _version(core: dict[str, Any]) -> tuple[int, int]:
    try:
        return int(core.get("majorVersion", 0)), int(core.get("minorVersion", 0))
    except (TypeError, ValueError):
        return (0, 0)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return None


def _object(files: Files, name: str) -> dict[str, Any] | None:
    found = _json(files[name]) if name in files else None
    return found if isinstance(found, dict) else None
