"""`/verify/`: is this certificate real? For anyone, without signing in, with the least that answers the question."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.credentials import queries, rules
from courses.credentials.limits import seconds_to_wait

A_MINUTE = 30
"""Checks from one address in a minute: enough for a pile of certificates, too few to try numbers."""
LONGEST_NUMBER, LONGEST_NAME = 40, 200

View = Callable[..., HttpResponse]


def _answers_strangers(view: View) -> View:
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
@_answers_strangers
def verify(request: HttpRequest) -> HttpResponse:
    """The form: a number, as people type it. Budget: 2 queries, none for a visitor."""
    typed = request.GET.get("number", "").strip()[:LONGEST_NUMBER]
    address = rules.parse_number(typed) or "".join(filter(str.isalnum, typed))
    if address:
        return redirect("verify_number", address)
    return render(request, "credentials/verify.html", {"nothing_typed": "number" in request.GET})


@require_http_methods(["GET", "HEAD", "POST"])
@_answers_strangers
def verify_number(request: HttpRequest, number: str) -> HttpResponse:
    """Valid, expired, revoked or unknown; by POST also whether a surname matches. Budget: 4 queries.

    A number that does not exist, that is none, and that its holder keeps to herself get the same answer.
    """
    surname = request.POST.get("surname", "")[:LONGEST_NAME]
    checked = queries.check(number, today=timezone.localdate(), surname=surname)
    if checked is None:
        return render(request, "credentials/verify_unknown.html", status=404)
    return render(request, "credentials/verify_number.html", {"checked": checked, "surname": surname})
