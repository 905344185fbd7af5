"""Cleans the HTML of one text field: the tags its semantics name, their harmless attributes, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import nh3

ALWAYS = {"div", "span", "p", "br"}
"""H5P allows these four in every HTML field."""
TOGETHER = {
    "table": {"tr", "td", "th", "colgroup", "col", "thead", "tbody", "tfoot", "caption"},
    "b": {"strong"},
    "i": {"em"},
    "ul": {"li"},
    "ol": {"li"},
    "del": {"s"},
    "strike": {"s"},
}
NEVER = {
    *("script", "style", "iframe", "object", "embed", "form", "input", "button", "base", "link", "meta", "svg", "math"),
    *("template", "noscript", "frame", "frameset", "applet", "textarea", "select", "title", "head", "body", "html"),
}
"""A library's own semantics may ask for these; a text does not get them."""
ATTRIBUTES = {
    "*": {"class", "dir", "id", "lang", "title", "style", "role", "aria-label", "aria-hidden", "align"},
    "a": {"href", "hreflang", "target"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "scope", "headers"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
}
LONGEST_STYLE = 200
COLOUR = r"(#[a-f0-9]{3}([a-f0-9]{3})?|rgba?\([0-9, ]+\)|hsla?\([0-9,.% ]+\))"
LENGTH = r"[0-9.]+(em|px|%|rem)"
STYLES = {
    "size": rf"font-size: *{LENGTH}",
    "family": r'font-family: *[-a-z0-9,\'" ]+',
    "color": rf"color: *{COLOUR}",
    "background": rf"background-color: *{COLOUR}",
    "spacing": rf"letter-spacing: *{LENGTH}",
    "height": rf"line-height: *{LENGTH}",
}
ALIGNMENT = r"text-align: *(center|left|right|justify)"


def clean_html(text: str, tags: list[str], font: Any = None) -> str:
    """`text` with `tags` (and what H5P always allows beside them); `font` is the field's entry for styles."""
    allowed = ALWAYS | {each.lower() for each in tags if re.fullmatch(r"[a-zA-Z][a-zA-Z0-9]{0,15}", each)}
    for tag, more in TOGETHER.items():
        allowed |= more if tag in allowed else set()
    allowed -= NEVER
    patterns = [ALIGNMENT, *(pattern for name, pattern in STYLES.items() if isinstance(font, dict) and font.get(name))]
    style = re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)

    def attribute(_tag: str, name: str, value: str) -> str | None:
        if name != "style":
            return value
        said = [each.strip() for each in value.split(";")]
        kept = [each for each in said if len(each) <= LONGEST_STYLE and style.fullmatch(each)]
        return "; ".join(kept) + ";" if kept else None

    cleaned: str = nh3.clean(
        text,
        tags=allowed,
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag == "*" or tag in allowed},
        attribute_filter=attribute,
        clean_content_tags={"script", "style"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return cleaned
