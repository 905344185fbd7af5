"""`/verify/pack/`: was this evidence pack made here, and is it unchanged? For anyone, without an account and without a
tool: the manifest of the pack and its signature are all that is needed. Nothing of it is kept."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.credentials import signing

from .verify import answers_strangers

LARGEST = 32 * 1024 * 1024
"""The manifest of a pack of 100,000 certificates has half of it."""
NOT_GIVEN = "Give both: the manifest (manifest.json) and its signature (manifest.sig)."
TOO_LARGE = "This file is too large to be a manifest."
NO_SIGNATURE = "The signature cannot be read: take manifest.sig, or the text in manifest.sig.txt."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@answers_strangers
def verify_pack(request: HttpRequest) -> HttpResponse:
    """The form, and the answer. Budget: 2 queries, none for a visitor. Changes nothing, so the form has no token."""
    context: dict[str, Any] = {"public_key": signing.public_key(), "fingerprint": signing.fingerprint()}
    if request.method == "POST":
        context |= answer(request)
    if "fault" in context:
        context |= at_fault(request, context["fault"])
    return render(request, "credentials/verify_pack.html", context, status=422 if "fault" in context else 200)


def answer(request: HttpRequest) -> dict[str, Any]:
    """What is to be said of what was sent."""
    uploaded, pasted = request.FILES.get("manifest"), str(request.POST.get("manifest_text", ""))
    signature, fault = _signature(request)
    if isinstance(uploaded, UploadedFile) and (uploaded.size or 0) > LARGEST:
        return {"fault": TOO_LARGE}
    manifests = [uploaded.read()] if isinstance(uploaded, UploadedFile) else _as_it_was(pasted)
    if fault or not manifests:
        return {"fault": fault or NOT_GIVEN}
    genuine = next((found for found in manifests if signing.holds(found, signature)), None)
    return {"checked": True, "said": _said(genuine) if genuine else None}


def at_fault(request: HttpRequest, fault: str) -> dict[str, Any]:
    """What was pasted, so that nobody pastes it twice, and the field in which something has to be put right."""
    pasted = {name: str(request.POST.get(f"{name}_text", "")) for name in ("manifest", "signature")}
    has_manifest = pasted["manifest"] or "manifest" in request.FILES
    lacks = "signature" if fault == NO_SIGNATURE or (fault == NOT_GIVEN and has_manifest) else "manifest"
    return {"pasted": pasted, "where": f"{lacks}_text" if any(pasted.values()) else lacks}


def _signature(request: HttpRequest) -> tuple[bytes, str]:
    """The signature that was sent, from a file of either kind or pasted; or what is wrong with it."""
    uploaded = request.FILES.get("signature")
    if isinstance(uploaded, UploadedFile):
        raw = uploaded.read(1024)
        if len(raw) == signing.SIGNATURE_BYTES:
            return raw, ""
        found = signing.from_text(raw.decode("ascii", errors="replace"))
        return found or b"", "" if found else NO_SIGNATURE
    pasted = str(request.POST.get("signature_text", "")).strip()
    found = signing.from_text(pasted)
    return found or b"", "" if found else NO_SIGNATURE if pasted else NOT_GIVEN


def _as_it_was(pasted: str) -> list[bytes]:
    """The bytes that a pasted text may have had: a browser changes the ends of lines, a hand loses the last one."""
    text = pasted.replace("\r\n", "\n").strip()
    return [f"{text}\n".encode(), text.encode()] if text else []


def _said(manifest: bytes) -> dict[str, Any]:
    """What a manifest that we signed says of its pack."""
    said: dict[str, Any] = json.loads(manifest)
    return {**said, "when": parse_datetime(said["made_at"]), "day": parse_date(said["as_at"])}
