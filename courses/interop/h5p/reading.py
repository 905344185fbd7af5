"""JSON and words out of packages, brought to a form that can be walked, stored and shown.

JSON is capped before it is parsed: a few megabytes of brackets become hundreds of megabytes of Python. Its depth is
bounded, so that everything after may be recursive; NUL and half characters, which PostgreSQL refuses, are taken out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from courses.interop.uploads.refusals import Refused
from courses.interop.uploads.zips import MB, SafeZip

LONGEST, MOST_PARTS, DEEPEST = 8 * MB, 400_000, 80
MOST_BYTES = 16 * MB
"""Of all the JSON of one package: a hundred libraries, each within its limits, must not fill the memory either."""
HALVES = re.compile("[\x00\ud800-\udfff]")
LIBRARY = re.compile(r"^([\w.-]{1,255}) (\d{1,5})\.(\d{1,5})\Z", re.ASCII)
"""How content names a library: `H5P.MultiChoice 1.16`."""


def load_json(package: SafeZip, name: str) -> Any:
    """The JSON file `name` of a package. Raises Refused when it is not sound, or when all of them are too much."""
    content = package.read(name, limit=LONGEST)
    package.text_bytes += len(content)
    package.text_parts += _parts(content)
    if package.text_bytes > MOST_BYTES or package.text_parts > 2 * MOST_PARTS:
        raise Refused("json-too-large", name)
    return parse_json(content, name)


def parse_json(content: bytes, name: str) -> Any:
    """`content` parsed. Raises Refused when it is not sound."""
    if _parts(content) > MOST_PARTS:
        raise Refused("json-too-large", name)
    try:
        text = content.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError as error:
        raise Refused("json-too-large", name) from error
    except ValueError as error:
        raise Refused("json", name) from error
    if _deeper(value, DEEPEST):
        raise Refused("json-too-large", name)
    return _washed(value) if "\\u" in text or "\0" in text else value


def references(value: Any) -> Iterator[str]:
    """Every library that content uses, as `Name a.b`, at whatever depth; the same one as often as it is used."""
    if isinstance(value, dict):
        library = value.get("library")
        if isinstance(library, str) and LIBRARY.match(library):
            yield library
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def plain(text: object, longest: int = 255) -> str:
    """Something out of a package as one short line to show: no control characters, no markup taken away."""
    line = "".join(each if each.isprintable() else " " for each in str(text)[: longest * 2])
    return " ".join(HALVES.sub("", line).split())[:longest]


def _parts(content: bytes) -> int:
    """At least as many objects as parsing will make; commas in texts are counted too."""
    return sum(content.count(each) for each in (b"[", b"{", b","))


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits} is no number that can be written again")
    return number


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def _deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, dict | list)]
    return [each for each in value if isinstance(each, dict | list)] if isinstance(value, list) else []


def _washed(value: Any) -> Any:
    if isinstance(value, str):
        return HALVES.sub("", value)
    if isinstance(value, list):
        return [_washed(each) for each in value]
    if isinstance(value, dict):
        return {HALVES.sub("", key): _washed(each) for key, each in value.items()}
    return value
