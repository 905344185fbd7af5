"""One HTTP call to the H5P authoring service, with everything that can go wrong turned into an error of
`service_answers`: nothing listening, no answer, half an answer, an endless one, HTML, a redirect.

Only GET is tried again: asking twice changes nothing, importing twice would make two copies. What took too long is not
tried again either, because somebody is waiting.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

import requests
import urllib3

from .service_answers import H5PServiceError, ServiceAbsent, ServiceSlow, WrongAnswer, refusal
from .service_breaker import Breaker

MEGABYTE = 1024 * 1024
LONGEST_JSON = 16 * MEGABYTE
PIECE = 64 * 1024
T = TypeVar("T")
log = logging.getLogger(__name__)
CHANCE = secrets.SystemRandom()


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the next piece of an answer, and for the whole of a call."""

    connect: float = 2.0
    read: float = 15.0
    whole: float = 60.0
    pauses: tuple[float, ...] = (0.1, 0.4)
    """Before the second and the third try of a GET."""


@dataclass(frozen=True)
class Call:
    """What to ask. `body` is JSON to be, `file` a package to send as it is; `seconds` where the service has to work
    before it answers, and gets this long for it; `again` whether a GET may be tried again."""

    method: str
    path: str
    token: str
    body: Mapping[str, Any] | None = None
    file: BinaryIO | None = None
    seconds: float | None = None
    again: bool = True


class Line:
    """The way to the service at `url`."""

    def __init__(
        self,
        url: str,
        *,
        patience: Patience | None = None,
        breaker: Breaker | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.patience = patience or Patience()
        self.breaker = breaker or Breaker(self.url)
        self.sleep = sleep

    def json(self, call: Call) -> dict[str, Any]:
        """The JSON object that answers `call`."""

        def read(response: requests.Response, deadline: float) -> dict[str, Any]:
            return _object(response, deadline)

        return self._ask(call, read)

    def download(self, call: Call, into: BinaryIO, limit: int) -> tuple[int, str]:
        """Writes the file that answers `call` into an empty, seekable file; its size and SHA-256, which are those the
        service named."""

        def read(response: requests.Response, deadline: float) -> tuple[int, str]:
            into.seek(0)
            into.truncate()
            return _file(response, deadline, into, limit)

        return self._ask(call, read)

    def _ask(self, call: Call, read: Callable[[requests.Response, float], T]) -> T:
        if not self.breaker.allows():
            raise ServiceAbsent(detail="resting after failures")
        try:
            answer = self._tries(call, read)
        except (ServiceAbsent, ServiceSlow, WrongAnswer) as error:
            self.breaker.failed()
            log.warning("H5P service: %s %s: %s", call.method, call.path, error.detail or error)
            raise
        except H5PServiceError:
            self.breaker.worked()  # a refusal is an answer
            raise
        self.breaker.worked()
        return answer

    def _tries(self, call: Call, read: Callable[[requests.Response, float], T]) -> T:
        """The call, and for a GET the same again after a short pause (a little longer or shorter for each, so that a
        service that comes back is not asked by all at once)."""
        deadline = time.monotonic() + (call.seconds or self.patience.whole)
        pauses = iter(self.patience.pauses if call.method == "GET" and call.again else ())
        while True:
            try:
                return self._once(call, read, deadline)
            except H5PServiceError as error:
                pause = next(pauses, None)
                if not error.again or pause is None or time.monotonic() + pause > deadline:
                    raise
                self.sleep(pause * CHANCE.uniform(0.5, 1.5))

    def _once(self, call: Call, read: Callable[[requests.Response, float], T], deadline: float) -> T:
        with _faults_named(), requests.Session() as session:
            session.trust_env = (
                False  # no proxy and no password of the environment: the token goes there and nowhere else
            )
            headers = {"Authorization": f"Bearer {call.token}", "Accept-Encoding": "identity"}
            if call.file is not None:
                call.file.seek(0)
                headers["Content-Type"] = "application/zip"
            response = session.request(
                call.method,
                self.url + call.path,
                json=call.body,
                data=call.file,
                headers=headers,
                timeout=(self.patience.connect, call.seconds or self.patience.read),
                allow_redirects=False,
                stream=True,
            )
            with response:
                if 300 <= response.status_code < 400:
                    raise WrongAnswer(detail=f"{response.status_code}: sent elsewhere")
                if response.status_code >= 400:
                    raise _refused(response, deadline)
                return read(response, deadline)


def _refused(response: requests.Response, deadline: float) -> H5PServiceError:
    """What an answer of 400 and more means. A proxy before the service answers 502 to 504 with a page of its own."""
    try:
        return refusal(response.status_code, _object(response, deadline))
    except WrongAnswer as error:
        if response.status_code in {502, 503, 504}:
            return ServiceAbsent(detail=f"{response.status_code} from a proxy", again=True)
        return WrongAnswer(detail=f"{response.status_code}: {error.detail}")


def _object(response: requests.Response, deadline: float) -> dict[str, Any]:
    kind = _kind(response)
    if kind != "application/json":
        raise WrongAnswer(detail=f"{kind or 'no type'} instead of JSON")
    body = b"".join(_pieces(response, deadline, LONGEST_JSON))
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WrongAnswer(detail=f"not JSON: {type(error).__name__}") from error
    if not isinstance(answer, dict):
        raise WrongAnswer(detail="JSON, but no object")
    return answer


def _file(response: requests.Response, deadline: float, into: BinaryIO, limit: int) -> tuple[int, str]:
    if _kind(response) != "application/zip":
        raise WrongAnswer(detail=f"{_kind(response) or 'no type'} instead of a package")
    size, sha256 = 0, hashlib.sha256()
    for piece in _pieces(response, deadline, limit):
        size += len(piece)
        sha256.update(piece)
        into.write(piece)
    # RFC 9530. A connection that ends early without a length looks like the end of the file; the hash tells.
    if response.headers.get("Content-Digest") != f"sha-256=:{base64.b64encode(sha256.digest()).decode()}:":
        raise WrongAnswer(detail=f"{size} bytes with another hash than named", again=True)
    into.seek(0)
    return size, sha256.hexdigest()


def _kind(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").split(";")[0].strip().lower()


def _pieces(response: requests.Response, deadline: float, limit: int) -> Iterator[bytes]:
    """The body as it comes: never more than `limit`, never beyond the deadline, however slowly it drips."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongAnswer(detail="packed, which was not asked for")
    size = 0
    while piece := response.raw.read1(PIECE):
        size += len(piece)
        if size > limit:
            raise WrongAnswer(detail=f"more than {limit} bytes")
        if time.monotonic() > deadline:
            raise ServiceSlow(detail="the answer did not end in time")
        yield piece


@contextmanager
def _faults_named() -> Iterator[None]:
    """Whatever requests, urllib3 or the socket raise, as an error of ours."""
    try:
        yield
    except requests.Timeout as error:
        if isinstance(error, requests.ConnectTimeout):
            raise ServiceAbsent(detail="no connection in time") from error
        raise ServiceSlow(detail="no answer in time") from error
    except (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        raise _named(error) from error


def _named(error: BaseException) -> H5PServiceError:
    causes = list(_causes(error))
    if any(isinstance(cause, (TimeoutError, urllib3.exceptions.ReadTimeoutError)) for cause in causes):
        return ServiceSlow(detail="stopped in the middle")
    half = (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead)
    if any(isinstance(cause, half) for cause in causes):
        return WrongAnswer(detail="the answer ended half-way", again=True)
    if any(isinstance(cause, ConnectionError) for cause in causes):  # refused, reset, closed without a word
        return ServiceAbsent(detail=type(causes[-1]).__name__, again=True)
    if any(isinstance(cause, (http.client.HTTPException, urllib3.exceptions.InvalidChunkLength)) for cause in causes):
        return WrongAnswer(detail=f"not HTTP: {type(causes[-1]).__name__}")
    return ServiceAbsent(detail=f"{type(error).__name__}: {error}"[:300], again=True)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and those wrapped in it: requests and urllib3 keep them in `args` and `reason`."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting and len(seen) < 20:
        found = waiting.pop(0)
        if any(found is other for other in seen):
            continue
        seen.append(found)
        yield found
        inner = [*found.args, getattr(found, "reason", None), found.__cause__, found.__context__]
        waiting += [one for one in inner if isinstance(one, BaseException)]
