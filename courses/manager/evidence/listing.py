"""Long lists of a pack: a CSV and pages of HTML, the same rows in both, written as they come."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO

from courses.manager.words import day
from courses.spreadsheets import BYTE_ORDER_MARK, csv_lines

from .parts import Part

ROWS = 250
"""Rows of a page."""


@dataclass(frozen=True)
class Link:
    """A link of a page, from the first page of the pack."""

    href: str
    words: str


@dataclass(frozen=True)
class Text:
    """A cell of a list: its words, and where they lead. A day is written for people on a page, and year first in the
    CSV, so that it sorts."""

    value: object
    links: tuple[Link, ...] = ()

    @property
    def words(self) -> str:
        """As the CSV has it."""
        return "" if self.value is None else str(self.value)

    @property
    def shown(self) -> str:
        """As a page has it; nothing where a link says the same."""
        if isinstance(self.value, datetime.date):
            return day(self.value)
        return "" if any(link.words == self.words for link in self.links) else self.words


@dataclass
class List:
    """A long list: a CSV and, in pages, HTML; the same rows in both."""

    part: Part
    stem: str
    title: str
    about: str
    head: Sequence[str]
    rows: int = 0
    _page: list[tuple[int, list[Text]]] = field(default_factory=list)
    _csv: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def __post_init__(self) -> None:
        self._csv.write(BYTE_ORDER_MARK.encode())
        self._line(self.head)

    def add(self, cells: Sequence[Text], line: Iterable[object] | None = None) -> None:
        """A row; `line` is what the CSV has of it, where that differs from the words."""
        if len(self._page) == ROWS:
            self._flush(more=True)
        self.rows += 1
        self._page.append((self.rows, list(cells)))
        self._line([cell.words for cell in cells] if line is None else line)

    def close(self) -> None:
        """Writes the last page and the CSV."""
        self._flush(more=False)
        self.part.add_file(f"{self.stem}.csv", self._csv)
        self._csv.close()

    def _line(self, values: Iterable[object]) -> None:
        self._csv.write("".join(csv_lines([values], mark=False)).encode())

    def _flush(self, *, more: bool) -> None:
        number = max(0, self.rows - 1) // ROWS + 1
        self.part.add_page(
            page_name(self.stem, number), "list.html",
            title=self.title, about=self.about, head=self.head, rows=self._page, number=number, csv=f"{self.stem}.csv",
            before=page_name(self.stem, number - 1) if number > 1 else "",
            after=page_name(self.stem, number + 1) if more else "",
        )  # fmt: skip
        self._page = []


def page_name(stem: str, number: int) -> str:
    return f"{stem}/page-{number:04}.html"


def place_of(stem: str, row: int) -> str:
    """Where row `row` of a list stands."""
    return f"{page_name(stem, (row - 1) // ROWS + 1)}#r{row}"
