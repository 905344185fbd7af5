"""The H5P authoring service, as the site sees it: an optional process (`services/h5p/`) that keeps working copies of
H5P content while a trainer edits them. It is never the record: what learners use are package versions, and what comes
out of here becomes one only through `courses.interop.uploads.importing`, like any other upload.

How a trainer's edit goes:

    client = client_for(request.user)               # whoever edits; checks nothing: the view has asked permissions
    copy = client.import_package(file)              # the stored version's package -> copy.id, copy.title, copy.library
    content = client.read(copy.id)                  # content.params (content.json), content.metadata (h5p.json)
    client.save(copy.id, params=…, metadata=…)      # from our forms; or the visual editor in a window of its own:
    client.editor_address(copy.id)                  #   only where client.health().editor
    with tempfile.TemporaryFile() as file:
        client.export(copy.id, into=file)           # then check and store it as an upload
    client.delete(copy.id)                          # copies that nobody touched for 30 days go by themselves

Every call raises an `H5PServiceError` and nothing else. Its `message` is for the trainer:

    ServiceAbsent       not set up, not running, or resting after failures      everything but editing works
    ServiceSlow         took too long                                           the same
    WrongAnswer         answered nonsense                                       the same
    NotFound            has no such copy any more                               import the stored version again
    LibrariesMissing    `libraries` have to be installed by a curator first     (is a ServiceRefused)
    ServiceRefused      said no; `code` and `message` say why                   show the message

`health()` is cheap but a network call; `is_set_up()` asks settings alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.conf import settings

from courses.people.models import User
from courses.people.permissions import curates_libraries

from . import service_answers as answers
from .service_answers import (
    Content,
    ContentSummary,
    Exported,
    H5PServiceError,
    Health,
    Imported,
    LibrariesMissing,
    NotFound,
    ServiceAbsent,
    ServiceRefused,
    ServiceSlow,
    WrongAnswer,
)
from .service_calls import MEGABYTE, Call, Line
from .service_tokens import EVERYTHING, Claims, ServiceRole, make

__all__ = [
    "Content",
    "ContentSummary",
    "Exported",
    "H5PServiceClient",
    "H5PServiceError",
    "Health",
    "Imported",
    "LibrariesMissing",
    "NotFound",
    "ServiceAbsent",
    "ServiceRefused",
    "ServiceSlow",
    "WrongAnswer",
    "client_for",
    "is_set_up",
]

LARGEST_PACKAGE = 256 * MEGABYTE
CALL_SECONDS = 300
EDITING_SECONDS = 4 * 60 * 60
PACKAGE_SECONDS = 240.0
HEALTH_SECONDS = 3.0


def is_set_up() -> bool:
    """Whether the operator has given this site an authoring service. Whether it answers is `health`'s to say."""
    return bool(settings.H5P_SERVICE_URL and settings.H5P_SERVICE_TOKEN)


def client_for(user: User) -> H5PServiceClient:
    """The service as `user` may use it: who curates libraries installs those that a package brings."""
    role: ServiceRole = "curator" if curates_libraries(user) else "trainer"
    return H5PServiceClient(who=str(user.person.public_id), role=role)


class H5PServiceClient:
    """Calls on behalf of one person. Each carries a token for that call alone."""

    def __init__(
        self, *, who: str, role: ServiceRole = "trainer", url: str = "", secret: str = "", line: Line | None = None
    ) -> None:
        self.who = who
        self.role = role
        self.url = (url or settings.H5P_SERVICE_URL).rstrip("/")
        self.secret = secret or settings.H5P_SERVICE_TOKEN
        self._line = line or Line(self.url)

    def health(self) -> Health:
        """How the service is, and whether it has the visual editor. Asked once and briefly: a page waits for it."""
        call = Call("GET", "/health", self._token(EVERYTHING), seconds=HEALTH_SECONDS, again=False)
        return answers.health(self._there().json(call))

    def import_package(self, file: BinaryIO) -> Imported:
        """Makes a working copy of an .h5p file. Raises LibrariesMissing when the package needs libraries that are not
        installed there and this person may not install them."""
        file.seek(0, 2)
        if file.tell() > LARGEST_PACKAGE:
            raise ServiceRefused(f"The file is larger than {LARGEST_PACKAGE // MEGABYTE} MB.", code="too-large")
        return answers.imported(self._json("POST", "/api/packages", file=file, seconds=PACKAGE_SECONDS))

    def list(self) -> list[ContentSummary]:
        """Every working copy, whoever made it."""
        return answers.summaries(self._json("GET", "/api/contents"))

    def create(self, *, library: str, params: Mapping[str, Any], metadata: Mapping[str, Any]) -> ContentSummary:
        """A new working copy of an installed content type, such as "Alongside.Choice 1.1"; `metadata` needs a title."""
        body = {"library": library, "params": params, "metadata": metadata}
        return answers.summary(self._json("POST", "/api/contents", body=body))

    def read(self, content_id: str) -> Content:
        """A working copy with what is in it."""
        found = self._json("GET", f"/api/contents/{answers.check_id(content_id)}", content_id)
        return answers.content(found, content_id)

    def save(self, content_id: str, *, params: Mapping[str, Any], metadata: Mapping[str, Any]) -> ContentSummary:
        """Puts `params` in the place of what the copy holds, and `metadata` over what it has. HTML that the content
        type's semantics do not allow is taken out there."""
        body = {"params": params, "metadata": metadata}
        found = self._json("PUT", f"/api/contents/{answers.check_id(content_id)}", content_id, body=body)
        return answers.summary(found)

    def export(self, content_id: str, *, into: BinaryIO, limit: int = LARGEST_PACKAGE) -> Exported:
        """Writes the copy as an .h5p file into `into` (seekable; what it held is gone; left at its beginning). Complete
        and unchanged on the way, or a WrongAnswer; it may still be anything: validate it like an upload."""
        call = Call(
            "GET",
            f"/api/contents/{answers.check_id(content_id)}/export",
            self._token(content_id),
            seconds=PACKAGE_SECONDS,
        )
        return Exported(*self._there().download(call, into, limit))

    def delete(self, content_id: str) -> None:
        """Removes a working copy."""
        self._json("DELETE", f"/api/contents/{answers.check_id(content_id)}", content_id)

    def editor_address(self, content_id: str) -> str:
        """Where a browser opens H5P's own editor on this copy, good for some hours. Give it a window of its own: the
        service lets nobody frame it. It answers 501 where the operator has supplied no editor: see `health`."""
        self._there()
        token = self._token(answers.check_id(content_id), EDITING_SECONDS)
        return f"{self.url}/edit/{content_id}?token={token}"

    def _json(
        self,
        method: str,
        path: str,
        content_id: str = EVERYTHING,
        *,
        body: Mapping[str, Any] | None = None,
        file: BinaryIO | None = None,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        call = Call(method, path, self._token(content_id), body, file, seconds)
        return self._there().json(call)

    def _there(self) -> Line:
        if not (self.url and self.secret):
            raise ServiceAbsent(
                "This site has no H5P editor.", detail="H5P_SERVICE_URL or H5P_SERVICE_TOKEN is not set"
            )
        return self._line

    def _token(self, content_id: str, seconds: int = CALL_SECONDS) -> str:
        return make(Claims(self.who, self.role, content_id, int(time.time()) + seconds), self.secret)
