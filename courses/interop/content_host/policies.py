"""What a browser may do with what a package's origin answers (DESIGN §5). Nothing here relies on its goodwill.

H5P plays under a strict policy: no inline script, no eval, nothing from elsewhere. Its styles may stand inline, because
the core of H5P and most content types write them. SCORM content cannot do without inline script and eval; it gets them
on its own origin only, and talks to nobody else. Neither may be framed by anybody but the site (SCORM also by itself:
the wrapper frames the parts), keep a service or other worker, send a form, or load from another address.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase

from courses.content.models import PackageKind

ALWAYS = "worker-src 'none'; form-action 'none'; manifest-src 'none'"
PAGE = {
    "h5p": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; "
        f"base-uri 'none'; frame-ancestors {{site}}; {ALWAYS}"
    ),
    "scorm": (
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob:; "
        "frame-src 'self' blob:; object-src 'self'; base-uri 'self'; "
        f"frame-ancestors 'self' {{site}}; {ALWAYS}"
    ),
}
H5P_FILE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; base-uri 'none'; "
    f"frame-ancestors 'self'; {ALWAYS}"
)
"""A file of an H5P package opened by itself: a drawing, a text. None of them is a page."""
NOTHING = f"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; {ALWAYS}"
MESSAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; base-uri 'none'; "
    f"frame-ancestors {{site}}; {ALWAYS}"
)
"""A page of ours that only says something, such as that the opening has expired."""
POWERS = ("bluetooth", "clipboard-read", "display-capture", "hid", "midi", "publickey-credentials-get", "serial")
"""Powers that no page of the site uses either; those named in the site's own policy come on top."""


def of_page(kind: str) -> str:
    """The policy of the page that plays a package, and of a page inside a SCORM package."""
    return PAGE["h5p" if kind == PackageKind.H5P else "scorm"].format(site=settings.SITE_ORIGIN)


def of_file(*, is_h5p: bool) -> str:
    """The policy of a package's file."""
    return H5P_FILE if is_h5p else of_page(PackageKind.SCORM_12)


def of_message() -> str:
    """The policy of a page of ours that plays nothing."""
    return MESSAGE.format(site=settings.SITE_ORIGIN)


def dress(response: HttpResponseBase, *, secure: bool) -> None:
    """Adds what every answer of a content host carries; a policy that the view has set stands.

    `Origin-Agent-Cluster` keeps a package from loosening its origin by `document.domain` to meet another one's.
    """
    response.headers.setdefault("Content-Security-Policy", NOTHING)
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    response["Origin-Agent-Cluster"] = "?1"
    response["X-DNS-Prefetch-Control"] = "off"
    denied = sorted({*POWERS, *settings.PERMISSIONS_POLICY})
    response["Permissions-Policy"] = ", ".join([*(f"{power}=()" for power in denied), "fullscreen=(self)"])
    response.headers.setdefault("Cache-Control", "no-store")
    if secure and settings.SECURE_HSTS_SECONDS:
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains"
    response.cookies.clear()
