"""What a browser sent, from a plain form or from the saving script, in one shape; anything else is refused.

The script sends the same fields as the form, with the words that put saves in order (`records.saving`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from django.http import HttpRequest, QueryDict

MAX_BODY = 64 * 1024
MAX_NUMBER = 2**53
CLIENT = re.compile(r"[A-Za-z0-9-]{0,40}")
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL refuses, and halves of characters, which no encoding can write."""


class Refused(Exception):
    """What was asked cannot be done; nothing was changed. `status` is the answer's, `code` is for the script."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(frozen=True)
class Given:
    """What was sent."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    age_ms: int = 0
    client: str = ""
    counter: int = 0

    def one(self, name: str) -> str:
        """The last value of a field; "" without one."""
        values = self.fields.get(name)
        return values[-1] if values else ""

    def many(self, name: str) -> list[str]:
        """All values of a field, each once."""
        return list(dict.fromkeys(self.fields.get(name, [])))

    def number(self, name: str) -> int | None:
        """A field as a small whole number; None when it is none."""
        text = self.one(name)
        return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def is_script(request: HttpRequest) -> bool:
    """Whether the saving script asks, and so wants JSON."""
    return request.content_type == "application/json"


def from_form(data: QueryDict) -> Given:
    """A plain form."""
    return Given(fields=clean({name: [str(value) for value in values] for name, values in data.lists()}))


def from_script(request: HttpRequest) -> Given:
    """The script's JSON. Refuses what has the wrong shape or is too long."""
    if len(request.body) > MAX_BODY:
        raise Refused(413, "That is too long to be saved. Shorten it and try again.")
    try:
        data = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "That could not be read, so nothing was saved.") from error
    fields: Any = data.get("fields") if isinstance(data, dict) else None
    if not _is_fields(fields):
        raise Refused(400, "That could not be read, so nothing was saved.")
    age_ms, counter, client = data.get("age_ms", 0), data.get("counter", 0), data.get("client", "")
    if not (_is_count(age_ms) and _is_count(counter) and isinstance(client, str) and CLIENT.fullmatch(client)):
        raise Refused(400, "That could not be read, so nothing was saved.")
    return Given(fields=clean(fields), age_ms=age_ms, client=client, counter=counter)


def clean(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without characters that no database keeps, and with plain ends of lines."""
    return {
        name: [NOT_TEXT.sub("", value).replace("\r\n", "\n").replace("\r", "\n") for value in values]
        for name, values in fields.items()
    }


def _is_fields(data: object) -> TypeGuard[dict[str, list[str]]]:
    return isinstance(data, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in data.values()
    )


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER
