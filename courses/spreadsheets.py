"""CSV that spreadsheets open well and never run.

UTF-8 with a byte order mark, because without it Excel shows "Zoë" as "ZoÃ«"; every other reader skips the mark. A cell
that would be taken for a formula gets an apostrophe in front: titles, names and notes are typed by people (OWASP, "CSV
Injection").
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def safe(value: object) -> str:
    """A value that no spreadsheet will run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def csv_response(lines: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """The lines as a download `name`.csv, written as they come."""
    response = StreamingHttpResponse(_encoded(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Echo:
    """What csv.writer writes to: gives the line back instead of keeping it."""

    def write(self, value: str) -> str:
        return value


def _encoded(lines: Iterable[Iterable[object]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    for line in lines:
        yield writer.writerow([safe(value) for value in line])
