"""Whole pages kept for visitors who are not signed in: everyone of them sees the same bytes.

Only a request that carries no session and no message is answered from what is kept, so nothing personal can be kept or
shown. A page that set a cookie, asked for a form token or is private is never kept. Costs 1 query (`public_mark`).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.template.response import SimpleTemplateResponse
from django.templatetags.static import static
from django.utils.cache import patch_vary_headers

from courses.content.public import KEPT_SECONDS, public_mark

View = Callable[..., HttpResponseBase]


def kept_for_visitors(view: View) -> View:
    """Decorator of a view whose page is the same for every visitor."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_plain_visit(request):
            return view(request, *args, **kwargs)
        where = hashlib.sha256(f"{request.get_host()}{request.path}".encode()).hexdigest()[:32]
        key = f"page:{look()}:{public_mark()}:{where}"
        kept: tuple[bytes, str, str] | None = cache.get(key)
        if kept is None:
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response = response.render()
            if not isinstance(response, HttpResponse) or not may_be_kept(request, response):
                return response
            kept = (
                response.content,
                response["Content-Type"],
                f'"{hashlib.sha256(response.content).hexdigest()[:32]}"',
            )
            cache.set(key, kept, KEPT_SECONDS)
        return fresh(request, *kept)

    return answer


@functools.cache
def look() -> str:
    """Changes with every build of the site's look, which kept pages link to; processes of two releases may share a
    cache while one takes over from the other."""
    return hashlib.sha256(static("css/site.css").encode()).hexdigest()[:12]


def is_plain_visit(request: HttpRequest) -> bool:
    """A GET without a query, from somebody without a session or a waiting message."""
    cookies = request.COOKIES
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in cookies
        and "messages" not in cookies
    )


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether `response` holds nothing of one visitor's."""
    private = any(word in response.get("Cache-Control", "") for word in ("private", "no-store", "no-cache"))
    asked_for_token = request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
    return response.status_code == 200 and not response.cookies and not private and not asked_for_token


def fresh(request: HttpRequest, content: bytes, content_type: str, etag: str) -> HttpResponse:
    """The kept page, or "not modified" to a browser that has it."""
    unchanged = request.headers.get("If-None-Match", "") in {etag, f"W/{etag}"}
    response: HttpResponse = (
        HttpResponseNotModified() if unchanged else HttpResponse(content, content_type=content_type)
    )
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response
