"""CSV and XLSX that spreadsheets open well and never run, written line by line in constant memory.

CSV is UTF-8 with a byte order mark, because without it Excel shows "Zoë" as "ZoÃ«"; every other reader skips the mark.
A cell that would be taken for a formula gets an apostrophe in front: titles, names and notes are typed by people
(OWASP, "CSV Injection"). XLSX says of each cell that it is text, so no apostrophe is needed. Dates are ISO, so that
they sort and no country's order is guessed; in XLSX they are dates that look so.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter
from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 1_048_576
"""What a worksheet holds at most (the limit of Excel and of the format)."""
MEASURED = 200
"""The widths of columns follow the first so many lines."""
NARROWEST, WIDEST = 9, 60

Value = str | int | datetime.date | None
Line = Sequence[Value]


class TooManyRows(Exception):
    """More lines than a worksheet holds."""


def safe(value: object) -> str:
    """A value that no spreadsheet will run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def csv_response(lines: Iterable[Iterable[object]], name: str) -> StreamingHttpResponse:
    """The lines as a download `name`.csv, written as they come."""
    response = StreamingHttpResponse(csv_lines(lines), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_lines(lines: Iterable[Iterable[object]], *, mark: bool = True) -> Iterator[str]:
    """The text of the file, line by line. `mark`: with a byte order mark; programs that import want none."""
    writer: Any = csv.writer(_Echo())
    if mark:
        yield BYTE_ORDER_MARK
    for line in lines:
        yield writer.writerow([safe(value) for value in line])


def write_csv(file: IO[bytes], lines: Iterable[Iterable[object]], *, mark: bool = True) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    for line in csv_lines(lines, mark=mark):
        text.write(line)
    text.flush()
    text.detach()


def write_xlsx(file: IO[bytes], lines: Iterable[Line], title: str) -> None:
    """One worksheet: the first line is its head, which stays in sight. Rows go to disk as they come."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False})
    sheet = book.add_worksheet(sheet_name(title))
    strong = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#F3EDE3"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    coming = iter(lines)
    first = list(islice(coming, MEASURED))
    for column, width in enumerate(_widths(first)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 1)
    row = -1
    for row, line in enumerate(chain(first, coming)):
        if row >= MOST_ROWS:
            raise TooManyRows
        for column, value in enumerate(line):
            if not row:
                sheet.write_string(row, column, str(value), strong)
            elif isinstance(value, datetime.date):
                sheet.write_datetime(row, column, value, day)
            elif isinstance(value, int):
                sheet.write_number(row, column, value)
            elif value:
                sheet.write_string(row, column, value)
    if row > 0:
        sheet.autofilter(0, 0, row, len(first[0]) - 1)
    book.close()


def sheet_name(title: str) -> str:
    """What a worksheet may be called: 31 characters, none of []:*?/\\, no apostrophe at an end."""
    kept = "".join(" " if character in "[]:*?/\\" else character for character in title if character.isprintable())
    return " ".join(kept.split())[:31].strip("' ") or "Sheet"


def _widths(lines: Sequence[Line]) -> list[float]:
    """How wide each column is, in characters; the head may break, so half of it is enough."""
    head = [max(len(str(value)) / 2, *(len(word) for word in str(value).split() or [""])) for value in lines[0]]
    for line in lines[1:]:
        for column, value in enumerate(line):
            longest = max((len(part) for part in str(value or "").splitlines()), default=0)
            head[column] = max(head[column], longest)
    return [min(max(width + 2, NARROWEST), WIDEST) for width in head]


class _Echo:
    """What csv.writer writes to: gives the line back instead of keeping it."""

    def write(self, value: str) -> str:
        return value
