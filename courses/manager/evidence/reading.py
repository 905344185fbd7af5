"""`/shared/`: a pack, read by an auditor. Nothing here leads to any other screen, and nothing can be changed.

Somebody outside opens the link from her mail and a code that is sent to her; an auditor of the organisation signs in.
Each page that is read and each file that is taken stands in the audit log under the share. What is not open answers
alike, whether it ended, was withdrawn or never existed.
"""

from __future__ import annotations

import mimetypes
import smtplib
import time
import zipfile
from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.credentials.limits import seconds_to_wait
from courses.manager.models import EvidenceShare
from courses.people.models import Action, Person, Role, User
from courses.people.permissions import has_role

from . import sharing
from .forms import CodeForm
from .parts import reading
from .views import opened_file

A_MINUTE = 20
"""Requests for and tries of codes from one address in a minute."""
KEY = "evidence-shares"
HOURS = 2
"""How long a code opens a pack for in this browser."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SHOWN = {".html", ".css", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".pdf"}
"""What is shown; everything else is taken away."""
MAIN = '<main class="pack" id="main">'
"""Where a page of a pack begins (`evidence/pack/base.html`)."""
BESIDE = {".css", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif"}
"""Parts of a page, not noted beside it."""
mimetypes.add_type("image/avif", ".avif")


@require_safe
@never_cache
@login_required
def shared(request: HttpRequest) -> HttpResponse:
    """What was shared with the auditors of her organisation. At most 5 queries, and 4 for each pack."""
    if not has_role(request.user, Role.AUDITOR):
        raise PermissionDenied
    found = sharing.for_auditor(_person(request)).order_by("-created_at", "-pk")[:50]
    return render(request, "manager/evidence/shared/list.html", {"shares": [s for s in found if sharing.is_open(s)]})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def shared_open(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: sends a code to the address of the share, and takes it. Says nothing about people."""
    if request.method == "POST" and (wait := seconds_to_wait(request, name="evidence", most=A_MINUTE)):
        response = render(request, "manager/evidence/shared/wait.html", {"seconds": wait}, status=429)
        response["Retry-After"] = str(wait)
        return response
    found = sharing.by_token(token)
    if found is None or not sharing.is_open(found):
        return _closed(request)
    form, told, status = CodeForm(), "", 200
    if request.method == "POST" and request.POST.get("do") == "send":
        told = _sent(found)
    elif request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid() and sharing.uses_code(found, form.cleaned_data["code"]):
            _let_in(request, found)
            return redirect("shared-home", found.public_id)
        if not form.errors:
            form.add_error("code", "This is not the code, or its time is over. Send yourself a new one.")
        status = 422
    context = {"form": form, "told": told, "address": masked(found.email), "share": found}
    return _quiet(render(request, "manager/evidence/shared/open.html", context, status=status))


def _sent(found: EvidenceShare) -> str:
    try:
        sent = sharing.send_code(found)
    except (smtplib.SMTPException, OSError):
        return "The mail could not be sent. Try again in a while."
    if not sent:
        return "Five codes were sent in the last hour. Wait an hour before you ask for another."
    return f"A code is on its way to {masked(found.email)}. It is good for {sharing.CODE_MINUTES} minutes."


@require_safe
@never_cache
def shared_home(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What the pack is, and where to begin."""
    found = _open_to(request, public_id)
    if found is None:
        return _closed(request)
    return _quiet(render(request, "manager/evidence/shared/home.html", {"share": found, "pack": found.pack}))


@require_safe
@never_cache
def shared_file(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The whole pack, to take away."""
    found = _open_to(request, public_id)
    response = opened_file(found.pack) if found else None
    if found is None or response is None:
        return _closed(request)
    if request.method == "GET":
        sharing.noted(found, action=Action.DOWNLOADED, by=_reader(request), file="pack")
    return response


@require_safe
@never_cache
def shared_page(request: HttpRequest, public_id: UUID, name: str) -> HttpResponseBase:
    """One file of the pack, out of the kept ZIP, under a policy that lets nothing run. A page gets a link back to where
    the pack can be taken away; the file itself, whose hash is in the manifest, has none."""
    found = _open_to(request, public_id)
    if found is None:
        return _closed(request)
    try:
        with reading(str(found.pack.file.name)) as pack:
            content = pack.read(name)
    except (KeyError, FileNotFoundError, zipfile.BadZipFile):
        return _closed(request)
    ending = f".{name.rpartition('.')[2]}"
    if ending not in BESIDE and request.method == "GET":
        action = Action.SAW if ending in SHOWN else Action.DOWNLOADED
        sharing.noted(found, action=action, by=_reader(request), file=name[:200])
    if ending == ".html":
        home = reverse("shared-home", args=[public_id])
        back = format_html('<p class="pack__up"><a href="{}">About this pack, and its download</a></p>', home)
        content = content.replace(MAIN.encode(), f"{MAIN}{back}".encode(), 1)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = HttpResponse(content, content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    if ending not in SHOWN:
        response["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return _quiet(response)


def _open_to(request: HttpRequest, public_id: UUID) -> EvidenceShare | None:
    """The share, if it is open, and open to this browser: by a code that was typed here, or by her role."""
    found = EvidenceShare.objects.filter(public_id=public_id).select_related("pack__organisation", "pack__unit", "by")
    share = found.first()
    if share is None:
        return None
    by_code = request.session.get(KEY, {}).get(str(public_id), 0) > time.time()
    by_role = isinstance(request.user, User) and sharing.for_auditor(request.user.person).filter(pk=share.pk).exists()
    return share if (by_code or by_role) and sharing.is_open(share) else None


def _let_in(request: HttpRequest, found: EvidenceShare) -> None:
    now = time.time()
    kept = {key: until for key, until in request.session.get(KEY, {}).items() if until > now}
    request.session.cycle_key()  # whoever had set this session in her browser has no part in it
    request.session[KEY] = {**kept, str(found.public_id): now + HOURS * 3600}


def _closed(request: HttpRequest) -> HttpResponse:
    return _quiet(render(request, "manager/evidence/shared/closed.html", status=404))


def _quiet(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response


def masked(email: str) -> str:
    """Enough of an address to know which of one's own it is."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def _reader(request: HttpRequest) -> Person | None:
    """Who reads, where that is somebody with an account here."""
    return request.user.person if isinstance(request.user, User) else None


def _person(request: HttpRequest) -> Person:
    return cast("User", request.user).person
