"""The least that Django can do for an answer: the same middleware, the session, the user, one row, the same bytes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from courses.content.models import ModuleVersion

answer = b""
"""What the measured page answered; set before the floor is measured."""


def floor(request: HttpRequest) -> HttpResponse:
    """Reads what every page has to read, and no more."""
    request.session.get("nothing")
    if request.user.is_authenticated:
        _ = request.user.person
    ModuleVersion.objects.order_by("pk").values("pk", "title").first()
    return HttpResponse(answer)
