"""Reads a list as the screen, as CSV and as XLSX, each as rows of text."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from xml.etree import ElementTree

from django.test import Client

from tests.hostile.world import body_of
from tests.manager.reading import table

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = 25_569
"""The day number of 1970-01-01 in a worksheet."""


def csv_rows(content: bytes) -> list[list[str]]:
    text = content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def xlsx_rows(content: bytes) -> list[list[str]]:
    """The cells of the worksheet as text, days as ISO dates; read from the XML itself, which is what Excel reads."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    formats = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(f"{SHEET}numFmt")}
    cells = styles.find(f"{SHEET}cellXfs")
    assert cells is not None
    days = {str(i) for i, xf in enumerate(cells) if formats.get(xf.get("numFmtId")) == "yyyy-mm-dd"}
    assert not list(root.iter(f"{SHEET}f"))  # no formula anywhere
    rows = []
    for row in root.iter(f"{SHEET}row"):
        values: dict[int, str] = {}
        for cell in row:
            text = "".join(part.text or "" for part in cell.iter() if part.tag in {f"{SHEET}t", f"{SHEET}v"})
            values[column(cell.get("r") or "")] = iso(text) if cell.get("s") in days else text
        rows.append([values.get(number, "") for number in range(1, 1 + max(values))])
    wide = max(map(len, rows))
    return [row + [""] * (wide - len(row)) for row in rows]


def column(reference: str) -> int:
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = 26 * number + ord(letter) - 64
    return number


def iso(number: str) -> str:

    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(number) - EPOCH)).isoformat()


def three(client: Client, what: str, choice: str = "") -> list[list[list[str]]]:
    """The list at /manage/exports/<what> as its page, its CSV and its XLSX."""
    query = f"?{choice}" if choice else ""
    screen = table(client, f"/manage/exports/{what}/{query}")
    files = []
    for ending, read in (("csv", csv_rows), ("xlsx", xlsx_rows)):
        response = client.get(f"/manage/exports/{what}.{ending}{query}")
        assert response.status_code == 200
        files.append(read(body_of(response)))
    return [screen, *files]
