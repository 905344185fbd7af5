"""An H5P authoring service that is none: what it might answer, and a client that does not wait long for it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from courses.interop.h5p.service import H5PServiceClient
from courses.interop.h5p.service_breaker import Breaker
from courses.interop.h5p.service_calls import Line, Patience
from tests.support.odd_server import http

SECRET = "s" * 40
QUICK = Patience(connect=1, read=0.2, whole=1, pauses=(0.001, 0.001))
SUMMARY = {"id": "12", "title": "A first talk", "library": "Alongside.Choice 1.1", "language": "en"}
CONTENT = {**SUMMARY, "params": {"question": "Who cares?"}, "metadata": {"title": "A first talk"}}
HEALTH = {"status": "ok", "version": "1", "core_api": "1.28", "editor": False, "libraries": 3}
MISSING = {"error": "install-missing-libraries", "message": "Not there", "libraries": ["H5P.Accordion-1.0"]}


def client(url: str, **breaker: Any) -> H5PServiceClient:
    line = Line(url, patience=QUICK, breaker=Breaker(url, **{"failures": 1000, **breaker}), sleep=lambda _: None)
    return H5PServiceClient(who="9a1c", url=url, secret=SECRET, line=line)


def package(body: bytes, **changed: Any) -> bytes:
    """The answer to an export."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    told = f"application/zip\r\nContent-Digest: sha-256=:{digest}:"
    return http(body, kind=told, **changed)
