"""Signatures of this installation (Ed25519): that a file was made here and has not been changed since.

The key is EVIDENCE_KEY, 32 random bytes in Base64. Whoever has a file, its signature and the public key can check it
without us, by tools that every system has (the operator's guide names them).
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

SIGNATURE_BYTES = 64


def sign(data: bytes) -> bytes:
    """The signature of `data`: 64 bytes, the same each time."""
    return _key().sign(data)


def holds(data: bytes, signature: bytes) -> bool:
    """Whether `signature` was made here of exactly these bytes."""
    try:
        _public().verify(signature, data)
    except InvalidSignature:
        return False
    return True


def from_text(text: str) -> bytes | None:
    """A signature as it is written in a text, line breaks and all; None for what is none."""
    try:
        found = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == SIGNATURE_BYTES else None


def as_text(signature: bytes) -> str:
    return base64.b64encode(signature).decode()


def public_key() -> str:
    """The public key as every tool reads it (PEM)."""
    return _public().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint() -> str:
    """SHA-256 of the public key, in groups of four, to be read out on the telephone."""
    digest = hashlib.sha256(_public().public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(settings.EVIDENCE_KEY))


def _public() -> Ed25519PublicKey:
    return _key().public_key()
