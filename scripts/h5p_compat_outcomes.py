"""What `make h5p-compat` found out about each package, and the table of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scripts.console import say


@dataclass
class Outcome:
    """What came of one file."""

    file: str
    library: str = ""
    imported: str = "no"
    started: str = "-"
    recorded: str = "-"
    resumed: str = "-"
    violations: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """A violation alone is not a failure: the policy did what it is for, and the package played."""
        return "no" in {self.imported, self.started, self.recorded, self.resumed}


def print_table(outcomes: list[Outcome], *, more: Path) -> None:
    """One line a package, then what has to be said about single ones; `more` is where the rest of it stands."""
    heads = ["file", "main library", "imported", "started", "recorded", "resumed", "blocked"]
    rows = [
        [one.file, one.library, one.imported, one.started, one.recorded, one.resumed, str(len(one.violations))]
        for one in outcomes
    ]
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    for row in [heads, ["-" * width for width in widths], *rows]:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for one in outcomes:
        for line in [*one.why, *(f"blocked {each}" for each in one.violations[:5])]:
            say(f"{one.file}: {line}")
    failed = sum(one.failed for one in outcomes)
    say(f"{len(outcomes) - failed} of {len(outcomes)} packages play. More in {more}.")
