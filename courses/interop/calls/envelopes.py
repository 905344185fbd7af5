"""The body of a request with calls, as both doors take it: the site's, and the last-gasp door of a package's origin.

{"token", "client", "person", "attempt", "calls": [{"seq", "kind", "part", "body", "age_ms"}]}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.http import HttpRequest

from courses.interop import launches
from courses.interop.launches import Launch

from . import Call
from .json_values import NOT_TEXT

MOST_BYTES = 512 * 1024
MOST_CALLS = 100
LARGEST = 2**53


class EnvelopeError(Exception):
    """The request cannot be read: nothing of it was taken. `status` is the answer's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


UNREADABLE = "That could not be read, so nothing was saved."


@dataclass(frozen=True)
class Envelope:
    """What was sent. `person` and `attempt` are what the page believes; the token is what counts."""

    token: str
    client: str
    person: str
    attempt: str
    calls: list[Call]

    def launch(self) -> Launch:
        """What the token says. Raises launches.ExpiredError, and ForgedError also for the calls of another opening."""
        found = launches.read(self.token)
        if self.client not in ("", found.client):
            raise launches.ForgedError
        return found


def body_of(request: HttpRequest) -> bytes:
    """The bytes of a request. Raises EnvelopeError before any are read, when there are too many or their number is
    none."""
    said = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (said.isascii() and said.isdigit()):
        raise EnvelopeError(400, UNREADABLE)
    _bearable(int(said))
    return request.body


def read(body: bytes) -> Envelope:
    """The envelope. Raises EnvelopeError for anything else, or too much of it."""
    data = read_json(body)
    calls = data.get("calls")
    if not isinstance(calls, list):
        raise EnvelopeError(400, UNREADABLE)
    if len(calls) > MOST_CALLS:
        raise EnvelopeError(413, f"At most {MOST_CALLS} calls at once.")
    words = {name: data.get(name, "") for name in ("token", "client", "person")}
    if not all(isinstance(word, str) for word in words.values()):
        raise EnvelopeError(400, UNREADABLE)
    attempt = data.get("attempt", "")
    if not isinstance(attempt, str) and not _is_count(attempt):
        raise EnvelopeError(400, UNREADABLE)
    return Envelope(**words, attempt=str(attempt), calls=[_call(one) for one in calls])


def read_json(body: bytes) -> dict[str, Any]:
    """A request's JSON object, of a bearable size."""
    _bearable(len(body))
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise EnvelopeError(400, UNREADABLE) from error
    if not isinstance(data, dict):
        raise EnvelopeError(400, UNREADABLE)
    return data


def _bearable(length: int) -> None:
    if length > MOST_BYTES:
        raise EnvelopeError(413, "That is too long to be saved at once.")


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON, whatever Python thinks."""
    raise ValueError(name)


def _call(value: Any) -> Call:
    if not isinstance(value, dict):
        raise EnvelopeError(400, UNREADABLE)
    seq, kind, part = value.get("seq"), value.get("kind"), value.get("part", "")
    if not (_is_count(seq) and seq > 0 and isinstance(kind, str) and isinstance(part, str)):
        raise EnvelopeError(400, UNREADABLE)
    kind, part = NOT_TEXT.sub("", kind), NOT_TEXT.sub("", part)
    if len(kind) > 20 or len(part) > 255:
        raise EnvelopeError(400, UNREADABLE)
    return Call(seq=seq, kind=kind, part=part, body=value.get("body"), age_ms=_age(value.get("age_ms")))


def _age(value: object) -> int:
    """A clock that was put right meanwhile must not stop the outbox: whatever is no age is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= LARGEST:
        return 0
    return int(value)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
