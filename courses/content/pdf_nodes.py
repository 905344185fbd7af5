"""HTML of rich text as a tree for the typesetter: data all the way, so that nothing in it can act as markup.

A node is a string or a dictionary with `t`. Inside a line: `strong`, `em`, `link` (`href`), each with its content `c`,
and `br`. Blocks: `p` and `h` (`level`) with `c`; `ul` and `ol` with `items`, each a list of nodes. Of anything else
that HTML knows, the text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from django.conf import settings

from .typography import curly

Node = str | dict[str, Any]
INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em"}
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 3}
BLOCKS = {"p", "ul", "ol", *HEADINGS}
IGNORED = {"script", "style", "template"}
LINKS = ("http://", "https://", "mailto:", "tel:")


def address(href: str) -> str:
    """An address that works on paper and in a downloaded file: whole, or "" when it leads nowhere a reader can go."""
    whole = urljoin(f"{settings.SITE_ORIGIN}/", href.strip())
    return whole if whole.startswith(LINKS) else ""


def nodes(html: str) -> list[Node]:
    """The blocks of a fragment of HTML; text outside any becomes a paragraph, empty ones go."""
    return _blocks(BeautifulSoup(html, "html.parser").children)


def paragraph(text: str) -> list[Node]:
    """One paragraph of plain text; none when there is no text."""
    return [{"t": "p", "c": [curly(text)]}] if text else []


def _blocks(elements: Iterable[PageElement]) -> list[Node]:
    found: list[Node] = []
    line: list[Node] = []

    def end_line() -> None:
        if any(not isinstance(node, str) or node.strip() for node in line):
            found.append({"t": "p", "c": list(line)})
        line.clear()

    for element in elements:
        if isinstance(element, Tag) and element.name in BLOCKS:
            end_line()
            found += _block(element)
        elif isinstance(element, Tag) and element.find(list(BLOCKS)):
            end_line()
            found += _blocks(element.children)
        else:
            line += _inline(element)
    end_line()
    return found


def _block(tag: Tag) -> list[Node]:
    if tag.name in {"ul", "ol"}:
        items = [_blocks(item.children) for item in tag.find_all("li", recursive=False)]
        return [{"t": tag.name, "items": items}] if items else []
    content = [node for child in tag.children for node in _inline(child)]
    if not any(not isinstance(node, str) or node.strip() for node in content):
        return []
    if tag.name in HEADINGS:
        return [{"t": "h", "level": HEADINGS[tag.name], "c": content}]
    return [{"t": "p", "c": content}]


def _inline(element: PageElement) -> list[Node]:
    if isinstance(element, NavigableString):
        return [] if isinstance(element, PreformattedString) else [re.sub(r"[ \t\r\n\f]+", " ", str(element))]
    if not isinstance(element, Tag) or element.name in IGNORED:
        return []
    if element.name == "br":
        return [{"t": "br"}]
    content = [node for child in element.children for node in _inline(child)]
    if element.name in INLINE:
        return [{"t": INLINE[element.name], "c": content}]
    href = address(str(element.get("href") or "")) if element.name == "a" and element.get("href") else ""
    return [{"t": "link", "href": href, "c": content}] if href else content
