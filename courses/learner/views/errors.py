"""Pages that help when something went wrong: 400, 403, 404, 429, 500 and a form that came too late."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

WAIT_SECONDS = 300
"""What 429.html says in words: as long as the longest of the sign-in limits."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django could not read what was sent, so the request may lack its session, its person, even its host."""
    return HttpResponse(render_to_string("400.html"), status=400)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth's limits on signing in and up (`handler429`)."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(WAIT_SECONDS)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Rendered without a request, so that what broke the page (the database, say) cannot break this one too."""
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection token is missing or old: nothing was changed; say how to go on."""
    return render(request, "403_csrf.html", status=403)
