"""Pages of SCORM packages get storage that works, whatever the browser thinks of frames from elsewhere.

Where a browser blocks third-party storage (Chromium can, and workplaces switch it on), `localStorage` throws in a frame
of another site, and a package that did not expect that stops with an empty page. Its pages are served with our little
script in front, which gives them storage for as long as the opening lasts (js/player/storage.js); in every other
browser the script does nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache

from courses.content import trees

from . import player_files
from .player_files import PlayerFile

SCRIPT = "storage.js"
LARGEST = 512 * 1024
"""Bytes: a page that is larger is a file that happens to be HTML, and is sent as it is."""
HEAD = re.compile(rb"<head(?:\s[^>]*)?>", re.IGNORECASE)
BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype[^>]*>)?\s*(?:<html(?:\s[^>]*)?>)?", re.IGNORECASE)
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def version() -> str:
    """Changes with the script: part of the page's ETag."""
    return hashlib.sha256(_script()).hexdigest()[:12]


def page(sha256: str) -> PlayerFile:
    """The page of this content with the script in front."""
    return _page(sha256, version())


@lru_cache(maxsize=32)
def _page(sha256: str, version: str) -> PlayerFile:
    with trees.open_blob(sha256) as file:
        content = with_script(file.read(), _script())
    return PlayerFile(content, gzip.compress(content, 5, mtime=0))


def with_script(html: bytes, script: bytes) -> bytes:
    """The script as the first thing in the head. A page in UTF-16 stays as it is: the script is in ASCII."""
    if html.startswith(UTF16):
        return html
    found = HEAD.search(html, 0, 8192) or BEFORE.match(html)
    at = found.end() if found else 0
    return html[:at] + b"<script>" + script + b"</script>" + html[at:]


def _script() -> bytes:
    file = player_files.files().get(SCRIPT)
    return file.content if file else b""
