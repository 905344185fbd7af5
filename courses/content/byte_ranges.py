"""Answers a request for a file with the whole of it or with the range that was asked for (RFC 9110, 13 and 14).

A browser that cannot seek in a video does not play it. One range is honoured, as browsers ask; of several the whole
file is given, which the standard allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

CHUNK = 64 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})\Z")
Span = tuple[int, int]


def respond(
    request: HttpRequest, *, opened: Callable[[], BinaryIO], size: int, kind: str, name: str = "", validator: str = ""
) -> HttpResponseBase:
    """The file that `opened` opens, which has `size` bytes. `validator` is its strong ETag or its Last-Modified: an
    `If-Range` that says something else means that the browser holds a part of another file, so it gets the whole."""
    asked = request.headers.get("If-Range")
    wanted = span(request.headers.get("Range", ""), size) if asked in {None, validator} else None
    if wanted is not None and wanted[0] > wanted[1]:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = wanted or (0, size - 1)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(last - first + 1)}
    if wanted:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=kind, headers=headers)
    file = opened()
    remote = getattr(file, "obj", None)
    if remote is None and not wanted:
        return FileResponse(file, content_type=kind, filename=name, headers=headers)
    if remote is None:
        file.seek(first)
    elif size:
        # S3 storage would fetch the whole object before its first byte can be read: a part of a film is asked for from
        # the bucket as the part that it is, and passed on as it comes.
        file = remote.get(Range=f"bytes={first}-{last}")["Body"]
    return StreamingHttpResponse(_chunks(file, last - first + 1), status=status, content_type=kind, headers=headers)


def span(header: str, size: int) -> Span | None:
    """First and last byte asked for; None for the whole file. First after last: cannot be satisfied."""
    match = RANGE.match(header)
    if not match or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _chunks(file: BinaryIO, left: int) -> Iterator[bytes]:
    with closing(file):
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
