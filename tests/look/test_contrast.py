"""The tokens of the look, measured: every pair of colours that the styles put on each other has the contrast that WCAG
2.2 asks for (1.4.3 text: 4.5; 1.4.11 parts of controls and pictures that carry meaning: 3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCSS = Path(__file__).resolve().parents[2] / "learning_site" / "static_src" / "scss"
COLOUR = re.compile(r'^\s*"([a-z-]+)":\s*(#[0-9a-f]{3,6}),', re.MULTILINE)
TOKENS = dict(COLOUR.findall((SCSS / "_tokens.scss").read_text()))

LIGHT = ("paper", "card")
TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("ink", "ink-soft", "link", "link-visited", "plum-deep")
        for ground in (*LIGHT, "sand")
    ],
    *[
        ("ink", ground)
        for ground in ("honey", "honey-tint", "coral-tint", "plum-tint", "sage-tint", "sky-tint", "sand-deep")
    ],
    *[("ink-soft", ground) for ground in ("plum-tint", "honey-tint", "coral-tint", "sage-tint", "sand-deep")],
    *[("link", ground) for ground in ("honey-tint", "coral-tint", "sage-tint", "plum-tint")],
    *[("plum-deep", ground) for ground in ("plum-tint", "honey-tint", "coral-tint", "sage-tint")],
    *[(f"{name}-ink", f"{name}-tint") for name in ("honey", "sage", "sky", "red")],
    *[(f"{name}-ink", ground) for name in ("honey", "sage", "sky", "red", "coral") for ground in LIGHT],
    *[("red", ground) for ground in LIGHT],
    *[("card", ground) for ground in ("coral-strong", "coral-ink", "red", "red-ink", "plum", "plum-deep", "sage")],
    *[("card", ground) for ground in ("plum-hill", "plum-night")],
    *[("on-plum", ground) for ground in ("plum-deep", "plum-hill", "plum-night")],
    ("honey", "plum-deep"),
    ("plum", "card"),
]
PART_PAIRS = [
    *[("ink-faint", ground) for ground in LIGHT],
    *[(name, ground) for name in ("plum", "sage", "coral", "ink-soft", "honey-ink") for ground in LIGHT],
    ("sage", "sand-deep"),
    ("ink", "honey"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, definition)."""
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("part", "ground"), PART_PAIRS)
def test_parts_that_carry_meaning_stand_out(part: str, ground: str) -> None:
    assert contrast(part, ground) >= 3


def test_every_colour_is_written_once() -> None:
    values = list(TOKENS.values())
    assert len(values) == len(set(values))


def test_no_stylesheet_but_the_tokens_writes_a_colour() -> None:
    strays = [
        f"{path.name}: {found}"
        for path in sorted(SCSS.glob("*.scss"))
        if path.name != "_tokens.scss"
        for found in re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)\(", path.read_text())
    ]
    assert strays == []
