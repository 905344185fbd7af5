"""Which host is asked, who may keep the answer, and which content policy goes with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from csp.constants import SELF
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBadRequest, HttpResponseBase
from django.http.request import split_domain_port
from django.utils.cache import add_never_cache_headers

from courses.interop.content_host.answering import answer

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class HostMiddleware:
    """Keeps the site and the packages' origins apart (DESIGN §5), by the host that was asked.

    What lies under the domain of `CONTENT_ORIGIN` goes to `interop.content_host` and never reaches the rest of the
    site: not its middleware, not its static files, not its addresses. Everything else goes to the site, whose own check
    of the host follows. It must be the first in the list.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        label = content_label(request.META.get("HTTP_HOST", ""))
        return self.get_response(request) if label is None else answer(request, label)


def content_label(host: str) -> str | None:
    """What stands before the domain of the packages in a Host header; None for a host of another domain.

    The port has no say: it is the proxy's business. A host that ends in a dot is another origin to a browser, as are
    two labels instead of one; both come out as what no package is called.
    """
    domain = urlsplit(settings.CONTENT_ORIGIN.replace("{package}", "package")).hostname or ""
    suffix = domain.removeprefix("package")
    name = split_domain_port(host)[0]
    if not suffix or not name.rstrip(".").endswith(suffix):
        return None
    return name.removesuffix(suffix) + "." * _ends_in_dot(host)


def _ends_in_dot(host: str) -> bool:
    """`split_domain_port` takes one dot off the end."""
    return host.rpartition(":")[0].endswith(".") if ":" in host else host.endswith(".")


class UnusableMiddleware:
    """Takes out what no browser sends and Django fails over.

    A body that says it is in another encoding than UTF-8 is refused: Django takes the name of any of Python's codecs,
    "hex" among them, for an encoding. A session key with a NUL in it (a quoted cookie may hold one) is nobody's, and
    PostgreSQL would refuse to look it up.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        said = (request.content_params or {}).get("charset", "utf-8")
        if said.lower().replace("_", "-") not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest("Send it in UTF-8.", content_type="text/plain; charset=utf-8")
        if "\x00" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return self.get_response(request)


class PrivatePagesMiddleware:
    """What somebody is shown who has a session, and what sets a cookie, is kept by nothing on the way and by no shared
    computer after she has signed out. What a view says itself about keeping (a picture, a document) stands."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        hers = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies
        if hers and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy everywhere; the Wagtail editor needs inline script and style, under /cms/ only."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if getattr(request, "is_dummy", False) and not report_only:
            # A preview: Wagtail asks for the page inside a request of the editor's and shows it in a frame there.
            parts.replace = {"frame-ancestors": [SELF], **(parts.replace or {})}
        elif request.path.startswith("/cms/") and not report_only:
            parts.replace = {**_cms_policy(), **(parts.replace or {})}
        return parts


def _cms_policy() -> dict[str, Any]:
    """The CMS's policy. A trainer's button that leads on to the H5P service counts as a form sent there (CSP 3, 6.3.1:
    browsers look at where a form's redirects go)."""
    policy: dict[str, Any] = dict(settings.CMS_CONTENT_SECURITY_POLICY)
    if settings.H5P_SERVICE_URL:
        address = urlsplit(settings.H5P_SERVICE_URL)
        policy["form-action"] = [*policy["form-action"], f"{address.scheme}://{address.netloc}"]
    return policy
