"""The token that each call to the H5P authoring service carries: who asks, as what, about which content, until when.

The service knows no accounts; it trusts what this site has signed with the shared secret. Its own reading of this is
`services/h5p/lib/tokens.js`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Literal

ServiceRole = Literal["trainer", "curator"]
EVERYTHING = "*"


@dataclass(frozen=True)
class Claims:
    """`content` is the id of one working copy, or EVERYTHING; `expires` counts seconds since 1970."""

    who: str
    role: ServiceRole
    content: str
    expires: int


def make(claims: Claims, secret: str) -> str:
    """The claims, signed."""
    told = _text(json.dumps(asdict(claims), separators=(",", ":")).encode())
    signature = hmac.new(secret.encode(), f"alongside.h5p.{told}".encode(), hashlib.sha256).digest()
    return f"{told}.{_text(signature)}"


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
