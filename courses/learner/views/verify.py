"""`/verify/`: is this certificate real? For anyone, without signing in, with the least that answers the question."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from courses.content.public import KEPT_SECONDS
from courses.credentials import queries, rules
from courses.credentials.limits import seconds_to_wait
from courses.learner.visitors import is_plain_visit, look

A_MINUTE = 30
"""Checks from one address in a minute: enough for a pile of certificates, too few to try numbers."""
LONGEST_NUMBER, LONGEST_NAME = 40, 200

View = Callable[..., HttpResponse]


def answers_strangers(view: View) -> View:
    """Not kept by anything on the way, not listed by search engines, and not faster than people ask."""

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: str) -> HttpResponse:
        wait = seconds_to_wait(request, name="verify", most=A_MINUTE)
        if wait:
            response = render(request, "credentials/verify_wait.html", {"seconds": wait}, status=429)
            response["Retry-After"] = str(wait)
        else:
            response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


@require_safe
@answers_strangers
def verify(request: HttpRequest) -> HttpResponse:
    """The form: a number, as people type it. Budget: 2 queries, none for a visitor."""
    typed = request.GET.get("number", "").strip()[:LONGEST_NUMBER]
    address = rules.parse_number(typed) or "".join(filter(str.isalnum, typed))
    if address:
        return redirect("verify_number", address)
    return render(request, "credentials/verify.html", {"nothing_typed": "number" in request.GET})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@answers_strangers
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Valid, expired, revoked or unknown; by POST also whether a surname matches. Budget: 4 queries, 1 when the page is
    kept.

    A number that does not exist, that is none, and that its holder keeps to herself get the same answer. Comparing a
    surname changes nothing, so the form carries no token and the page is the same for every visitor.
    """
    return _kept(request, number) if is_plain_visit(request) else _asked(request, number)


def _kept(request: HttpRequest, number: str) -> HttpResponse:
    """The page for a visitor, drawn again only when something it says has changed: a revocation shows at once."""
    standing = queries.standing(number)
    if standing is None:
        return _unknown(request)
    said = repr((request.path, timezone.localdate(), standing))
    key = f"verify:{look()}:{hashlib.sha256(said.encode()).hexdigest()}"
    kept: bytes | None = cache.get(key)
    if kept is not None:
        return HttpResponse(kept)
    response = _asked(request, number)
    if response.status_code == 200 and queries.standing(number) == standing:
        cache.set(key, response.content, KEPT_SECONDS)
    return response


def _asked(request: HttpRequest, number: str) -> HttpResponse:
    surname = request.POST.get("surname", "")[:LONGEST_NAME]
    checked = queries.check(number, today=timezone.localdate(), surname=surname)
    if checked is None:
        return _unknown(request)
    return render(request, "credentials/verify_number.html", {"checked": checked, "surname": surname})


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "credentials/verify_unknown.html", status=404)
