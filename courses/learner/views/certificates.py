"""`/certificates/<number>/`: her certificate, for its holder alone, as a page and as a PDF."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.credentials import pdf, queries, services
from courses.credentials.rules import State


def _mine(request: HttpRequest, number: str) -> queries.Held:
    """Anyone but the holder is told that there is no such page: whether a number exists is not theirs to know."""
    held = queries.held_by(request.user.person, number) if request.user.is_authenticated else None
    if held is None:
        raise Http404
    return held


@require_safe
@never_cache
@login_required
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate, how to check it, and for a private module whether others may. Budget: 4 queries."""
    held = _mine(request, number)
    found = held.certificate
    if found.number != number:
        return redirect("certificate", found.number)
    context = {
        "certificate": found,
        "document": pdf.in_words(found),
        "state": queries.state_of(found, timezone.localdate()),
        "private": held.private,
        "public": held.public,
        "crumbs": [("My learning", "/my-learning/")],
    }
    return render(request, "credentials/certificate.html", context)


@require_safe
@never_cache
@login_required
def certificate_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a tagged PDF. A withdrawn certificate is printed no more. Budget: 4 queries."""
    held = _mine(request, number)
    found = held.certificate
    if queries.state_of(found, timezone.localdate()) is State.REVOKED:
        return redirect("certificate", found.number)
    response = HttpResponse(pdf.render(found, public=held.public), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="certificate-{found.number}.pdf"'
    return response


@require_POST
@login_required
def certificate_sharing(request: HttpRequest, number: str) -> HttpResponse:
    """Allows or stops the check of a private module's certificate by others. Budget: 5 queries."""
    found = _mine(request, number).certificate
    public = request.POST.get("public") == "yes"
    services.set_public(certificate=found, public=public)
    messages.success(
        request,
        "Others can now check this certificate." if public else "Others can no longer check this certificate.",
    )
    return redirect("certificate", found.number)
