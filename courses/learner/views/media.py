"""Serves uploads from the local disk: in the demo and in small installations. With S3 storage the bucket serves them.

Names of frozen files hold their hash, and Wagtail never writes a new file under an old name, so answers may be cached
for long. A byte range is honoured, because a browser that cannot seek in a video does not play it. Scripts inside an
SVG are switched off by a policy of its own.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils._os import safe_join
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from courses.content import byte_ranges

ONE_MONTH = 60 * 60 * 24 * 30
SHOWN = {
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml", "image/avif", "audio/mpeg", "audio/ogg",
    "audio/mp4", "audio/wav", "audio/x-wav", "video/mp4", "video/webm", "video/ogg", "text/vtt",
}  # fmt: skip
"""Types a browser may show from our origin; everything else is a download."""

FOLDERS = {"captions", "frozen", "images", "media", "media_thumbnails", "original_images"}
"""What may be served without asking who wants it. Wagtail's documents have a view that checks; exports have another."""

mimetypes.add_type("text/vtt", ".vtt")


@require_safe
def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """One uploaded file, or the range of it that was asked for."""
    path = _existing(name)
    stat = path.stat()
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and int(stat.st_mtime) <= since:
        return _dressed(HttpResponse(status=304), stat.st_mtime)
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    response = byte_ranges.respond(
        request,
        opened=lambda: path.open("rb"),
        size=stat.st_size,
        kind=kind,
        name=path.name,
        validator=http_date(stat.st_mtime),
    )
    if kind not in SHOWN:
        response["Content-Disposition"] = "attachment"
    return _dressed(response, stat.st_mtime)


def _existing(name: str) -> Path:
    parts = Path(name).parts
    if not parts or parts[0] not in FOLDERS or any(part.startswith(".") for part in parts):
        raise Http404
    try:
        path = Path(safe_join(settings.MEDIA_ROOT, name))
        found = path.is_file()
    except (ValueError, SuspiciousFileOperation, OSError) as error:  # OSError: a name longer than the disk allows
        raise Http404 from error
    if not found:
        raise Http404
    return path


def _dressed(response: HttpResponseBase, modified: float) -> HttpResponseBase:
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = f"public, max-age={ONE_MONTH}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
