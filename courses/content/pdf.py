"""Tagged PDF from plain data (PDF/UA-1: read aloud in order, with language, title and text alternatives).

Text of people and authors reaches the typesetter as JSON only and is never read as markup. A compiler is kept a thread:
starting one costs more than a page.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings

from . import fonts

_local = threading.local()

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><path d="M6 36V19a8 8 0 0 1 16 0v17z" fill="#43275c"/>'
    '<circle cx="14" cy="7" r="5" fill="#43275c"/><path d="M20 36V24a7 7 0 0 1 14 0v12z" fill="#d9482b" opacity=".92"/>'
    '<circle cx="27" cy="13" r="4.4" fill="#d9482b"/></svg>'
)
MARK_ALT = "The mark of Alongside: two people side by side"


@cache
def _typefaces() -> Any:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts.folder())])


def _compiler() -> Any:
    if not hasattr(_local, "compiler"):
        _local.compiler = typst.Compiler(font_paths=_typefaces())
    return _local.compiler


@cache
def _layouts() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(Path(settings.PDF_TEMPLATES).glob("*.typ"))}


@cache
def layouts_mark() -> str:
    """Changes when a layout changes: part of the key of every PDF that is kept."""
    return hashlib.sha256(b"".join(_layouts().values())).hexdigest()


def is_rtl(text: str) -> bool:
    """Whether a text begins from the right: its first letter with a direction decides (Unicode's rule P2)."""
    strong = (unicodedata.bidirectional(character) for character in text)
    return next((kind in {"R", "AL"} for kind in strong if kind in {"L", "R", "AL"}), False)


def _clean(value: Any) -> Any:
    """Composed letters, one space for any run of blanks, nothing a typeface lacks: in every string of `value`."""
    if isinstance(value, str):
        return fonts.printable(" ".join(unicodedata.normalize("NFC", value).split(" ")))
    if isinstance(value, Mapping):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value


def _strings(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "".join(_strings(part) for part in value.values())
    return "".join(_strings(part) for part in value) if isinstance(value, list | tuple) else ""


def render(
    layout: str,
    data: Mapping[str, Any],
    *,
    display: str,
    at: datetime.datetime,
    drawings: Mapping[str, str] | None = None,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The PDF of `templates/pdf/<layout>.typ` over `data`, whose `title` and `lang` are the document's.

    `display` is the text set in the headings' typeface; `drawings` are SVG sources (in `data` by their name), `files`
    pictures that the layout opens by name. The same input gives the same bytes: `at` is the only time in them.
    """
    clean = _clean(data)
    everything = {
        "site_name": settings.SITE_NAME,
        "author": settings.SITE_NAME,
        "region": "gb",
        "mark_alt": MARK_ALT,
        **clean,
        "fonts": {"text": fonts.families(_strings(clean)), "display": fonts.families(_clean(display), display=True)},
        "mark": MARK,
        **(drawings or {}),
    }
    # A folder of its own: whatever a picture refers to, the typesetter finds these files there and nothing else.
    with tempfile.TemporaryDirectory(prefix="alongside-pdf-") as root:
        for name, content in (files or {}).items():
            Path(root, name).write_bytes(content)
        result: bytes = _compiler().compile(
            input={**_layouts(), "main.typ": _layouts()[f"{layout}.typ"]},
            root=root,
            format="pdf",
            sys_inputs={"data": json.dumps(everything, ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=int(at.timestamp()),
        )
    return result
