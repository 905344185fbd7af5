"""Values that came as JSON from a stranger: made fit to be kept, or refused."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from . import RefusedCallError

DEEPEST = 40
LARGEST = 2**53
"""Beyond it JavaScript itself cannot count."""
NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, which PostgreSQL refuses also inside JSON, and halves of characters, which no encoding can write."""


def clean(value: Any, depth: int = 0) -> Any:
    """The same without characters that no database keeps. Refuses numbers that are none, and bottomless nesting."""
    if depth > DEEPEST:
        raise RefusedCallError("It is nested too deeply.")
    if isinstance(value, str):
        return NOT_TEXT.sub("", value) if not value.isascii() or "\x00" in value else value
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        if not (math.isfinite(value) if isinstance(value, float) else abs(value) <= LARGEST):
            raise RefusedCallError("It has a number that cannot be read.")
        return value
    if isinstance(value, list):
        return [clean(one, depth + 1) for one in value]
    return {clean(str(key)): clean(one, depth + 1) for key, one in value.items()}


def size(value: Any) -> int:
    """Bytes of a clean value as JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
