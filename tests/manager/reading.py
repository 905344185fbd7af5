"""Reads a manager's page as a person would: the words, and the rows of its table."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from html.parser import HTMLParser

from django.test import Client

from tests.hostile.world import body_of


def page(client: Client, url: str) -> str:
    """The HTML of a page that answers 200."""
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode())


def words(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def said(client: Client, url: str) -> str:
    """The text of the main part of a page."""
    return words(page(client, url).split("<main", 1)[1])


class _Table(HTMLParser):
    """Rows of the first table; what is hidden from assistive technology is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.hidden = 0
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self.open = True
        elif self.open and (self.hidden or (tag == "span" and ("aria-hidden", "true") in attrs)):
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self.open = False
        elif self.open and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if self.open and not self.hidden:
            self.rows[-1][-1] = " ".join(f"{self.rows[-1][-1]} {data}".split())


def table(client: Client, url: str) -> list[list[str]]:
    """Head and rows of the table on a page."""
    parser = _Table()
    parser.feed(page(client, url))
    return parser.rows


def lines(client: Client, url: str) -> list[list[str]]:
    """Head and rows of a CSV download."""
    response = client.get(url)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    content = body_of(response).decode()
    assert content.startswith("\ufeff")
    return list(csv.reader(io.StringIO(content[1:])))
