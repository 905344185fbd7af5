"""Charts as SVG, made on the server: bars and a line. No inline style (our content policy refuses it), and always the
same figures as words or a table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WHOLE = 1000
"""How wide a bar is drawn; the page stretches it."""


class Piece(NamedTuple):
    """A piece of a bar: where it begins and how wide it is, of WHOLE."""

    kind: str
    start: int
    width: int


def pieces(numbers: Sequence[tuple[str, int]]) -> list[Piece]:
    """The pieces of a bar, side by side, filling it."""
    whole = sum(number for _, number in numbers)
    drawn, before = [], 0
    for kind, number in numbers:
        if number:
            start = round(WHOLE * before / whole)
            drawn.append(Piece(kind, start, round(WHOLE * (before + number) / whole) - start))
        before += number
    return drawn


WIDTH, HEIGHT = 720, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 26, 34


class Dot(NamedTuple):
    """A point of a line: where it is, what stands above and below it."""

    x: int
    y: int
    value: str
    label: str
    shown: bool
    """Whether its label has room on a narrow screen."""


@dataclass(frozen=True)
class Line:
    """A line over time, of per cents."""

    dots: list[Dot]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def path(self) -> str:
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)

    @property
    def area(self) -> str:
        """The line closed along the ground."""
        ground = HEIGHT - BOTTOM
        return f"{self.dots[0].x},{ground} {self.path} {self.dots[-1].x},{ground}" if self.dots else ""

    @property
    def levels(self) -> list[tuple[int, int, str]]:
        """Lines across: their height, that of the words, and what they say."""
        return [(height(level), height(level) + 5, f"{level}%") for level in (0, 50, 100)]

    @property
    def foot(self) -> int:
        return HEIGHT - 10


def height(per_cent: float) -> int:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * per_cent / 100)


def line(points: Sequence[tuple[str, float | None, str]]) -> Line:
    """A line through points (label, per cent or None where there is nothing, words), evenly apart."""
    step = (WIDTH - LEFT - RIGHT - 40) / max(len(points) - 1, 1)
    return Line(
        [
            Dot(round(LEFT + 20 + number * step), height(value), words, label, (len(points) - 1 - number) % 3 == 0)
            for number, (label, value, words) in enumerate(points)
            if value is not None
        ]
    )
