"""What the commands say: plain lines, progress that also reads well in a log, and one way to give up."""

from __future__ import annotations

import sys
import time


class PlainError(Exception):
    """Something the person at the keyboard can put right; the message says what happened and what to do."""


def say(text: str = "") -> None:
    """One line, at once, also when the output is a pipe."""
    print(text, flush=True)


class Progress:
    """Counts up to `total`: in place on a terminal, as a line every quarter elsewhere."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self.quarter = what, max(total, 1), 0, 0
        self.terminal = sys.stdout.isatty()

    def step(self) -> None:
        self.done = min(self.done + 1, self.total)
        if self.terminal:
            print(f"\r        {self.done} of {self.total} {self.what}", end="", flush=True)
        elif self.done * 4 // self.total > self.quarter:
            self.quarter = self.done * 4 // self.total
            say(f"        {self.done} of {self.total} {self.what}")

    def end(self) -> None:
        if self.terminal and self.done:
            print(flush=True)


class Clock:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self.start = time.monotonic()

    def __str__(self) -> str:
        return f"{time.monotonic() - self.start:.1f} s"
