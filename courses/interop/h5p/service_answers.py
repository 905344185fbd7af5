"""What the H5P authoring service may answer, and what may go wrong. Nothing of what it says is believed unread: it is a
process apart, and a wrong answer must end in one of these errors, never in an exception that nobody expects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
CONTENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class H5PServiceError(Exception):
    """Something went wrong with the authoring service. `message` is for the trainer; `detail` for the log alone."""

    default = "The H5P editor did not work. Nothing of yours is lost; everything but editing works as before."

    def __init__(self, message: str = "", *, detail: str = "", again: bool = False) -> None:
        super().__init__(detail or message or self.default)
        self.message = message or self.default
        self.detail = detail
        self.again = again
        """Whether the same question, asked again at once, may be answered."""


class ServiceAbsent(H5PServiceError):
    """Not set up, not running, died, or resting after it failed too often."""

    default = "The H5P editor is not running at the moment. Nothing of yours is lost; forms and uploads still work."


class ServiceSlow(H5PServiceError):
    """It took longer than we wait."""

    default = "The H5P editor took too long to answer. Nothing of yours is lost. Try again in a minute."


class ServiceRefused(H5PServiceError):
    """It understood and said no; `code` names the reason and `message` says it in words."""

    default = "The H5P editor refused this."

    def __init__(self, message: str = "", *, code: str = "", detail: str = "") -> None:
        super().__init__(message, detail=detail or f"{code}: {message}")
        self.code = code


class LibrariesMissing(ServiceRefused):
    """The package needs H5P libraries that are not installed; a curator has to install them."""

    default = "This package needs H5P libraries that are not installed. Ask a platform administrator to approve them."

    def __init__(self, libraries: tuple[str, ...] = (), *, detail: str = "") -> None:
        named = f"{self.default} Missing: {', '.join(libraries)}." if libraries else ""
        super().__init__(named, code="install-missing-libraries", detail=detail)
        self.libraries = libraries


class NotFound(H5PServiceError):
    """It has no such content: it was deleted, or the service began anew. The stored version is still ours."""

    default = "The H5P editor has no working copy of this any more. Open it again from the stored version."


class WrongAnswer(H5PServiceError):
    """It answered what it should not: HTML, broken JSON, half a file, a redirect, no end."""

    default = "The H5P editor gave an answer that makes no sense. Nothing of yours is lost; nothing was changed."


@dataclass(frozen=True)
class Health:
    """How the service is. `editor`: the operator has supplied H5P's own core and editor files, so pages at
    `editor_address` work; without them, forms and uploads do."""

    version: str
    core_api: str
    editor: bool
    libraries: int


@dataclass(frozen=True)
class ContentSummary:
    """One working copy in the service. `library` is written like "H5P.MultiChoice 1.16"."""

    id: str
    title: str
    library: str
    language: str


@dataclass(frozen=True)
class Content:
    """A working copy with what is in it: `params` is content.json, `metadata` what h5p.json says about it."""

    id: str
    title: str
    library: str
    language: str
    params: Mapping[str, Any]
    metadata: Mapping[str, Any]


@dataclass(frozen=True)
class Imported:
    """What came of importing a package: its working copy, and the libraries that were installed with it."""

    id: str
    title: str
    library: str
    installed: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """A package that was written: its bytes and their hash, which the service named and we counted."""

    size: int
    sha256: str


def check_id(content_id: str) -> str:
    """An id becomes a part of an address, so that anything else than an id is refused before it is sent."""
    if not CONTENT_ID.fullmatch(content_id):
        raise NotFound(detail=f"not an id: {content_id[:80]!r}")
    return content_id


def health(answer: Mapping[str, Any]) -> Health:
    return Health(
        version=_text(answer, "version", 40),
        core_api=_text(answer, "core_api", 20),
        editor=_kind(answer, "editor", bool),
        libraries=_kind(answer, "libraries", int),
    )


def summary(answer: Mapping[str, Any]) -> ContentSummary:
    return ContentSummary(_id(answer), _text(answer, "title"), _text(answer, "library"), _text(answer, "language", 20))


def summaries(answer: Mapping[str, Any]) -> list[ContentSummary]:
    return [summary(_mapping(entry, "contents")) for entry in _kind(answer, "contents", list)]


def content(answer: Mapping[str, Any], asked: str) -> Content:
    """The working copy that was asked for, and no other."""
    found = summary(answer)
    if found.id != asked:
        raise WrongAnswer(detail=f"asked for {asked}, got {found.id}")
    params, metadata = _mapping(answer.get("params"), "params"), _mapping(answer.get("metadata"), "metadata")
    return Content(found.id, found.title, found.library, found.language, params, metadata)


def imported(answer: Mapping[str, Any]) -> Imported:
    installed = tuple(_words(name) for name in _kind(answer, "installed", list))
    return Imported(_id(answer), _text(answer, "title"), _text(answer, "library"), installed)


def refusal(status: int, answer: Mapping[str, Any]) -> H5PServiceError:
    """The error that an answer with a status of 400 or more means."""
    code, message = _text(answer, "error", 80), _text(answer, "message", 1000)
    if status == 404:
        return NotFound(detail=message)
    if code == "install-missing-libraries":
        names = answer.get("libraries")
        libraries = tuple(_words(name) for name in names[:50]) if isinstance(names, list) else ()
        return LibrariesMissing(libraries, detail=message)
    if status in {502, 503, 504}:
        return ServiceAbsent(detail=f"{status} {code}: {message}", again=True)
    if status >= 500 and status != 501:
        return WrongAnswer(detail=f"{status} {code}: {message}")
    return ServiceRefused(message, code=code)


def _id(answer: Mapping[str, Any]) -> str:
    found = _text(answer, "id", 64)
    if not CONTENT_ID.fullmatch(found):
        raise WrongAnswer(detail=f"not an id: {found!r}")
    return found


def _text(answer: Mapping[str, Any], name: str, longest: int = 400) -> str:
    """A text, without the control characters, cut where it is absurdly long."""
    return _words(answer.get(name), longest)


def _words(value: object, longest: int = 400) -> str:
    if not isinstance(value, str):
        raise WrongAnswer(detail=f"a text was expected, not {str(value)[:80]!r}")
    return CONTROL.sub(" ", value)[:longest]


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WrongAnswer(detail=f"{name}: an object was expected")
    return value


def _kind(answer: Mapping[str, Any], name: str, kind: type[T]) -> T:
    value = answer.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise WrongAnswer(detail=f"{name}: {kind.__name__} was expected")
    return value
