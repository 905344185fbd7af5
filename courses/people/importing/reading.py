"""A file of somebody's spreadsheet program as headings and rows of text, a row at a time, whatever its size.

Nothing in the file is believed or run: a formula gives the value that was saved with it, a zip file is measured before
it is opened, a row has as many cells as the heading and no more.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

import openpyxl

from courses.people.jobs import Fault

from .rules import tidy

MB = 1024 * 1024
MOST_BYTES = 50 * MB
MOST_ROWS = 250_000
MOST_COLUMNS = 200
MOST_UNPACKED = 400 * MB
MOST_STRINGS = 60 * MB
"""The words of an XLSX lie in one part that is read as a whole."""
MOST_PARTS = 1_000
LONGEST_CELL = 1_000
EMPTY_ROWS_AT_THE_END = 5_000
SAMPLE = 64 * 1024
_SMALL_PARTS = {"xl/workbook.xml": MB, "xl/styles.xml": 8 * MB, "xl/sharedStrings.xml": MOST_STRINGS}


@dataclass
class Table:
    """A file that is open: its headings, made distinct, and how it was read."""

    headings: list[str]
    facts: dict[str, str]
    _records: Iterator[tuple[int, list[str]]]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that say something, with the number that the spreadsheet shows; as many cells as there are headings."""
        width, empty, said = len(self.headings), 0, 0
        for number, cells in self._records:
            row = [cell[:LONGEST_CELL] for cell in cells[:width]]
            if not any(cell.strip() for cell in row):
                empty += 1
                if empty > EMPTY_ROWS_AT_THE_END:
                    return
                continue
            empty, said = 0, said + 1
            if said > MOST_ROWS:
                raise Fault(f"The file has more than {MOST_ROWS:,} rows. Import it in parts.")
            yield number, row + [""] * (width - len(row))


def open_table(file: IO[bytes], size: int) -> Table:
    """Reads the headings. Raises Fault, in words, when the file is none that we can read."""
    if size > MOST_BYTES:
        raise Fault(
            f"The file is larger than {MOST_BYTES // MB} MB. Leave out columns that are not needed, or split it."
        )
    if not size:
        raise Fault("The file is empty.")
    file.seek(0)
    start = file.read(SAMPLE)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        return _excel(file)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Fault("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password.")
    return _text(file, start)


# ---------------------------------------------------------------- CSV


def _text(file: IO[bytes], start: bytes) -> Table:
    encoding, name = _encoding(file, start)
    file.seek(0)
    sample = start.decode(encoding, errors="ignore")
    if "\0" in sample or sum(c < " " and c not in "\t\r\n\x0b\x0c" for c in sample) > len(sample) / 50:
        raise Fault("This is no table. Save it as CSV or as an Excel file (.xlsx), and choose that one.")
    first_line = sample.lstrip("\ufeff").split("\n", 1)[0].strip().strip('"').lower()
    said = first_line.startswith("sep=") and len(first_line) == 5
    delimiter = first_line[4] if said else _delimiter(sample)
    stream = io.TextIOWrapper(cast("BinaryIO", _Borrowed(file)), encoding=encoding, errors="replace", newline="")
    records = _csv(stream, delimiter, skip=1 if said else 0)
    headings = _headings(records)
    words = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright strokes"}.get(delimiter, f"“{delimiter}”")
    return Table(headings, {"kind": "CSV", "letters": name, "separator": words}, records)


class _Borrowed(io.BufferedIOBase):
    """Somebody else's file: whoever reads it as text does not close it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self.file.read(-1 if size is None else size)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(size)


def _csv(stream: Iterable[str], delimiter: str, skip: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(stream, delimiter=delimiter)
    number = 0
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Fault(
                f"After row {number} the file cannot be read: a quotation mark is probably not closed. Mend it there."
            ) from error
        number += 1
        if number > skip:
            yield number, [cell.replace("\0", "") for cell in record]


def _encoding(file: IO[bytes], start: bytes) -> tuple[str, str]:
    """By its mark, else UTF-8 where every byte of it is, else what Windows writes in western Europe."""
    if start.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", "UTF-8"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "UTF-16"
    nulls = start[:2000].count(0)
    if nulls > len(start[:2000]) / 4:
        return ("utf-16-le" if start[1:2000:2].count(0) > nulls / 2 else "utf-16-be"), "UTF-16"
    return ("utf-8", "UTF-8") if _is_utf8(file) else ("cp1252", "Windows (CP1252)")


def _is_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while block := file.read(MB):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(sample: str) -> str:
    """The sign that cuts the first lines into the most columns of which the lines have equally many."""
    lines = sample.lstrip("\ufeff").splitlines()[:-1][:25] or sample.splitlines()
    best, most = ",", 0.0
    for sign in ",;\t|":
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = widths[0] * sum(width == widths[0] for width in widths) / len(widths)
        if score > most:
            best, most = sign, score
    return best


# ---------------------------------------------------------------- XLSX


def _excel(file: IO[bytes]) -> Table:
    _measure(file)
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        sheet.reset_dimensions()
        first = _sheet_rows(sheet, MOST_COLUMNS + 1)
        headings = _headings(first)
        number = next((n for n, row in _sheet_rows(sheet, len(headings)) if any(row)), 1)
        records = (record for record in _sheet_rows(sheet, len(headings)) if record[0] > number)
    except Fault:
        raise
    except Exception as error:
        raise Fault(
            "This Excel file cannot be read. Open it, save it again as .xlsx, or as CSV, and choose that one."
        ) from error
    return Table(headings, {"kind": "Excel", "sheet": sheet.title[:100]}, records)


def _measure(file: IO[bytes]) -> None:
    """A small file can hold endless text. What is declared here is what `zipfile` reads at most."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
    # NotImplementedError is zipfile's word for a way of packing that it cannot read.
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Fault("This Excel file is damaged. Save it again and choose that one.") from error
    if "xl/workbook.xml" not in names:
        raise Fault("This is no Excel file, though it is packed like one. Save the table as .xlsx or CSV.")
    too_large = len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED
    if too_large or any(part.file_size > _SMALL_PARTS.get(part.filename, MOST_UNPACKED) for part in parts):
        raise Fault("This Excel file unpacks to more than we read. Save the table as CSV and choose that.")
    if any(part.flag_bits & 1 for part in parts):
        raise Fault("This Excel file has a password. Save it without one.")


def _sheet_rows(sheet: Any, width: int) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(sheet.iter_rows(max_col=width, values_only=True), start=1):
            yield number, [_cell(value) for value in cells]
    except Fault:
        raise
    except Exception as error:
        raise Fault("This Excel file is damaged. Open it, save it again, and choose that one.") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


# ---------------------------------------------------------------- headings


def _headings(records: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The first row that says something. The same words twice are told apart by their column."""
    found = next((cells for _, cells in records if any(cell.strip() for cell in cells)), None)
    if found is None:
        raise Fault("The file has no row that says anything.")
    while found and not found[-1].strip():
        found.pop()
    if len(found) > MOST_COLUMNS:
        raise Fault(f"The file has more than {MOST_COLUMNS} columns. Leave out those that are not needed.")
    headings: list[str] = []
    for place, cell in enumerate(found, start=1):
        heading = tidy(cell)[:100] or f"Column {place}"
        headings.append(f"{heading} (column {place})" if heading in headings else heading)
    return headings
