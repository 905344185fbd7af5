"""What answers on a package's own origin: its page, its files, the programs that play it, and the door for its calls.

None of the site's middleware runs here: no session, no cookie, no sign-in, no page of the site. A request is known by
what its address carries (a launch token, a capability) and by nothing else.
"""

from __future__ import annotations

import logging
import re

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.urls import resolve

from courses.interop import content_policies, launches

URLS = "courses.interop.content_urls"
PUBLIC_ID = re.compile(r"[a-z][a-z0-9]{15}")
logger = logging.getLogger(__name__)


class PackageRequest(HttpRequest):
    """A request to a package's origin; `package` is the package's public id, by the host that was asked."""

    package: str


def answer(request: HttpRequest, label: str) -> HttpResponseBase:
    """The answer of the content host whose first label is `label`."""
    response = _answer(request, label)
    content_policies.dress(response, secure=request.is_secure())
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the address, token and all
    return response


def _answer(request: HttpRequest, label: str) -> HttpResponseBase:
    if not PUBLIC_ID.fullmatch(label):
        return _text(404, "Nothing here.")
    if request.headers.get("Service-Worker"):
        # Whoever controls a service worker controls the origin for good, beyond the launch and the version.
        return _text(403, "No service workers here.")
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return HttpResponsePermanentRedirect(launches.origin(label) + request.get_full_path())
    request.COOKIES = {}
    request.META.pop("HTTP_COOKIE", None)
    request.package = label  # type: ignore[attr-defined]
    return _viewed(request)


def _viewed(request: HttpRequest) -> HttpResponseBase:
    """What the view of this address answers. Its exceptions never reach Django's own pages: those are the site's."""
    try:
        match = resolve(request.path_info, URLS)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return _text(404, "Nothing here.")
    except RequestDataTooBig:
        return _text(413, "Too much at once.")
    except (SuspiciousOperation, BadRequest):
        return _text(400, "This cannot be understood.")
    except Exception:
        got_request_exception.send(sender=None, request=request)
        logger.exception("A content host could not answer /%s", request.path.split("/")[1])
        return _text(500, "Something went wrong with us.")
    return response


def _text(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
