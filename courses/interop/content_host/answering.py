"""What answers on a package's own origin: its page, its files, the programs that play it, and the door for its calls.

None of the site's middleware runs here: no session, no cookie, no sign-in, no page of the site. A request is known by
what its address carries (a launch token, a capability) and by nothing else.
"""

from __future__ import annotations

import logging
import re
from typing import cast

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import resolve
from django.utils.log import log_response

from courses.interop import launches

from . import policies

URLS = "courses.interop.content_host.urls"
PUBLIC_ID = re.compile(r"[a-z][a-z0-9]{15}")
logger = logging.getLogger(__name__)


def answer(request: HttpRequest, label: str) -> HttpResponseBase:
    """The answer of the content host whose first label is `label`: the public id of a package."""
    response = _answer(request, label)
    policies.dress(response, secure=request.is_secure())
    if response.status_code >= 400:
        # Before Django does, which would write down the whole address, token and all.
        refused = cast("HttpResponse", response)  # it may be streamed, which the logging has no interest in
        level = "warning" if refused.status_code < 500 else "info"  # a fault of ours stands there already
        log_response("%s on a content host", refused.reason_phrase, response=refused, logger=logger, level=level)
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
    return _viewed(request, label)


def _viewed(request: HttpRequest, package: str) -> HttpResponseBase:
    """What the view of this address answers. Its exceptions never reach Django's own pages: those are the site's."""
    try:
        match = resolve(request.path_info, URLS)
        response: HttpResponseBase = match.func(request, package, **match.kwargs)
    except Http404:
        return _text(404, "Nothing here.")
    except RequestDataTooBig:
        return _text(413, "Too much at once.")
    except (SuspiciousOperation, BadRequest):
        return _text(400, "This cannot be understood.")
    except Exception:
        # Without Django's signal: who listens to it writes down the whole address, token and all.
        logger.exception("A content host could not answer /%s", request.path.split("/")[1])
        return _text(500, "Something went wrong with us.")
    return response


def _text(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
