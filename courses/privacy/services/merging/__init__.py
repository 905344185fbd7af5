"""Two entries of one person become one, and two again where that was a mistake."""

from .comparing import NOT_YOURS, Side, refusal, sides
from .errors import CannotMergeError, LinkClosedError
from .joining import merge
from .leading import ask_to_join, found_again, merge_entries, people_of, successor
from .links import (
    AskedTooOftenError,
    WrongCodeError,
    ask,
    confirm,
    opened_by,
    second_factor,
    sign_in_addresses,
)
from .parting import part, undo_until

__all__ = [
    "NOT_YOURS",
    "AskedTooOftenError",
    "CannotMergeError",
    "LinkClosedError",
    "Side",
    "WrongCodeError",
    "ask",
    "ask_to_join",
    "confirm",
    "found_again",
    "merge",
    "merge_entries",
    "opened_by",
    "part",
    "people_of",
    "refusal",
    "second_factor",
    "sides",
    "sign_in_addresses",
    "successor",
    "undo_until",
]
