"""Writing an H5P package without its files at hand: which content types have forms, what is in a version, a new file.

What is made here is a file like any that is uploaded: it is looked at, filtered and stored by the same road
(`interop.uploads.importing`). It holds no libraries; the store completes it.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from courses.content import trees
from courses.content.models import Library, PackageVersion
from courses.people.models import User

from . import service

Data = dict[str, Any]
Fields = list[Data]
logger = logging.getLogger(__name__)
SIMPLE = {"text", "number", "boolean", "select", "group", "list"}
"""Kinds of fields that a form can show; what needs a file is uploaded, or edited in the H5P editor."""


def content_types() -> list[Library]:
    """The installed content types that forms can write, the newest of each. 1 query."""
    newest: dict[str, Library] = {}
    for library in Library.objects.filter(runnable=True, withdrawn_at=None).order_by("name", "major", "minor", "patch"):
        if library.semantics and has_form(library.semantics):
            newest[library.name] = library
    return sorted(newest.values(), key=lambda library: library.title)


def has_form(semantics: Fields) -> bool:
    """Whether every field is of a kind that a form can show."""
    inner = [*semantics]
    for field in inner:
        if field.get("type") not in SIMPLE:
            return False
        inner += field.get("fields", [])
        inner += [field["field"]] if isinstance(field.get("field"), dict) else []
    return True


def library_of(version: PackageVersion) -> Library | None:
    """The installed content type that a stored version plays; None when it has no form. 1 query."""
    name, _, number = str(version.manifest.get("main_library", "")).rpartition(" ")
    major, _, minor = number.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        return None
    found = Library.objects.filter(name=name, major=int(major), minor=int(minor)).order_by("-patch").first()
    return found if found and has_form(found.semantics) else None


def params_of(version: PackageVersion) -> Data:
    """What was written into a stored version."""
    found: Data = json.loads(trees.read_file(version.sha256, "content/content.json"))
    return found


def blank(semantics: Fields) -> Data:
    """What a form begins with: the defaults of the content type, and as many rows of a list as it asks for."""
    made: Data = {}
    for field in semantics:
        value = _blank_value(field)
        if value is not None:
            made[field["name"]] = value
    return made


def _blank_value(field: Data) -> Any:
    if field["type"] == "group":
        return blank(field.get("fields", []))
    if field["type"] == "list":
        rows = int(field.get("defaultNum") or field.get("min") or 0)
        return [_blank_value(field["field"]) for _ in range(rows)]
    return field.get("default", "" if field["type"] == "text" else None)


@contextlib.contextmanager
def written_package(
    *, user: User, library: Library, title: str, language: str, params: Mapping[str, Any]
) -> Iterator[tuple[BinaryIO, str]]:
    """The file, and what to tell the trainer ("" when nothing). It goes through the authoring service where there is
    one, which filters it once more and packs it as H5P does; without it, or when that fails, it is packed here."""
    told = ""
    with contextlib.ExitStack() as stack:
        file: BinaryIO = stack.enter_context(io.BytesIO())
        if service.is_set_up():
            try:
                _through_service(service.client_for(user), library, title, language, params, file)
            except service.H5PServiceError as error:
                logger.info("H5P service left out: %s", error)
                told = "The H5P editor did not answer, so this was saved without it. Nothing is missing."
                file = stack.enter_context(io.BytesIO())
                _packed_here(library, title, language, params, file)
        else:
            _packed_here(library, title, language, params, file)
        file.seek(0)
        yield file, told


def _through_service(
    client: service.H5PServiceClient,
    library: Library,
    title: str,
    language: str,
    params: Mapping[str, Any],
    into: BinaryIO,
) -> None:
    ref = f"{library.name} {library.major}.{library.minor}"
    made = client.create(library=ref, params=params, metadata={"title": title, "defaultLanguage": language})
    try:
        client.export(made.id, into=into)
    finally:
        with contextlib.suppress(service.H5PServiceError):
            client.delete(made.id)


def _packed_here(library: Library, title: str, language: str, params: Mapping[str, Any], into: BinaryIO) -> None:
    about = {
        "title": title,
        "language": language,
        "mainLibrary": library.name,
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": library.name, "majorVersion": library.major, "minorVersion": library.minor}
        ],
    }
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (("h5p.json", about), ("content/content.json", params)):
            archive.writestr(zipfile.ZipInfo(name), json.dumps(data, ensure_ascii=False))


def loose_ends(library: Library, params: Data) -> dict[str, str]:
    """For our branching conversation: choices that lead nowhere and steps nobody comes to, by the path of the field."""
    if library.name != "Alongside.Conversation":
        return {}
    steps, endings = params.get("steps") or [], params.get("endings") or []
    names = [str(one.get("id", "")) for one in [*steps, *endings]]
    found: dict[str, str] = {}
    led_to = {names[0]} if names else set()
    for number, step in enumerate(steps):
        for place, choice in enumerate(step.get("choices") or []):
            led_to.add(str(choice.get("next", "")))
            if choice.get("next") and choice["next"] not in names:
                found[f"steps.{number}.choices.{place}.next"] = "No step and no ending has this name."
    for kind, rows in (("steps", steps), ("endings", endings)):
        for number, row in enumerate(rows):
            name = str(row.get("id", ""))
            if name and names.count(name) > 1:
                found[f"{kind}.{number}.id"] = "Another step or ending has this name too."
            elif name and name not in led_to:
                found[f"{kind}.{number}.id"] = "No choice leads here."
    return found
