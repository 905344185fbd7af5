"""Whether a key is one that evidence packs can be signed with: pure, so that it can be asked before Django starts."""

from __future__ import annotations

import base64
import binascii


def key_fault(text: str) -> str:
    """What is wrong with it, in words; empty when it is fine. Few different bytes are no random key."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "is not Base64"
    if len(key) != 32:
        return f"must be 32 bytes in Base64; this is {len(key)}"
    return "is too weak: use 32 random bytes" if len(set(key)) < 12 or b"test-only" in key else ""
