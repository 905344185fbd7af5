"""How a state is said and shown: word, mark and tint together, never colour alone (fact pack §5.7, WCAG 1.4.1)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from courses.records.states import Cell, State


@dataclass(frozen=True)
class Look:
    """Word, tint (a `tag--…` class) and mark (an icon, or a letter where we have none) of a state."""

    word: str
    kind: str
    mark: str = ""
    letter: str = ""


LOOKS = {
    State.OVERDUE: Look("Overdue", "over", "bang"),
    State.FAILED: Look("Needs help", "help", "cross"),
    State.DUE_SOON: Look("Due soon", "soon", "clock"),
    State.EXPIRING_SOON: Look("Expiring soon", "soon", "clock"),
    State.IN_PROGRESS: Look("In progress", "open", "half"),
    State.NOT_STARTED: Look("Not started", "none", "ring"),
    State.VALID: Look("Valid", "done", "tick"),
    State.EXEMPT: Look("Exempt", "exempt", letter="E"),
    State.NOT_REQUIRED: Look("Not required", "plain", letter="–"),
}

MEANING = {
    State.OVERDUE: "The due date has passed, or what they held has expired.",
    State.FAILED: "Every try is used and the module is not passed. Somebody has to help.",
    State.DUE_SOON: "Due within 60 days and never held. Does not count as held.",
    State.EXPIRING_SOON: "Valid, and expires within 60 days. Counts as held.",
    State.IN_PROGRESS: "Begun, not finished, and the due date has not passed.",
    State.NOT_STARTED: "Required, due in more than 60 days, not begun.",
    State.VALID: "Completed, and valid for more than 60 days.",
    State.EXEMPT: "Need not hold it just now. Left out of the percentage.",
    State.NOT_REQUIRED: "No requirement asks for it. Left out of the percentage.",
}


@cache
def tag(state: State) -> SafeString:
    """The state as a tag. Rendered once: a matrix shows hundreds."""
    return SafeString(render_to_string("manager/_state.html", {"look": LOOKS[state]}).strip())


@lru_cache(maxsize=4096)
def day(value: datetime.date | None) -> str:
    """3 Mar 2028. Remembered: a matrix shows hundreds, of which many are the same."""
    return date_format(value, "j M Y") if value else ""


def date_line(cell: Cell) -> str:
    """The date under the tag, with what it means."""
    shown = day(cell.shown_on)
    match cell.state:
        case State.VALID | State.EXPIRING_SOON:
            return f"until {shown}" if shown else "no end date"
        case State.OVERDUE:
            return f"expired {shown}" if cell.shown_on == cell.valid_until else f"since {shown}"
        case State.DUE_SOON:
            return f"first due {shown}"
        case State.EXEMPT:
            return f"to {shown}" if shown else "no end date"
        case State.NOT_REQUIRED:
            return ""
        case _:
            return f"due {shown}" if shown else "not required"


def cell_html(cell: Cell, *, wanted: bool = True) -> SafeString:
    """A cell of the matrix; one that the filter did not ask for steps back."""
    return _cell_html(cell.state, date_line(cell), wanted)


@lru_cache(maxsize=4096)
def _cell_html(state: State, line: str, wanted: bool) -> SafeString:
    """Remembered like `day`."""
    under = format_html("<small>{}</small>", line) if line else SafeString("")
    html = format_html("{}{}", tag(state), under)
    return html if wanted else format_html('<span class="cell-quiet">{}</span>', html)


def percentage(held: int, counted: int) -> int | None:
    """Per cent, rounded, but never 100 while one is missing nor 0 while one is held; None when nothing is required."""
    if not counted:
        return None
    exact = 100 * held / counted
    return min(max(round(exact), 1 if held else 0), 100 if held == counted else 99)
