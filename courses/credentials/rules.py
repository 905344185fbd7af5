"""What a certificate's number, state and holder's name mean. Pure functions."""

from __future__ import annotations

import datetime
import enum
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Any

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""Crockford's idea, one step further: of each pair that looks alike (0 O, 1 I L) at most one is ever printed, so that
whatever somebody reads has one meaning; no U, so that chance spells fewer words."""
LENGTH, GROUP = 12, 4
MISREAD = str.maketrans({"1": "L", "I": "L"})
SEPARATORS = frozenset(" -‐‑‒–—−_.\u00a0\t\r\n")

LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ŋ": "n", "ħ": "h", "ŧ": "t",
})  # fmt: skip


def new_number() -> str:
    """A number that cannot be guessed: 31 to the power of 12, about 59 bits, from the system's secure source."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def parse_number(typed: str) -> str | None:
    """The number somebody means who typed it in lower case, with spaces or without dashes; None when it is none."""
    plain = "".join(character for character in typed if character not in SEPARATORS).upper().translate(MISREAD)
    return _grouped(plain) if len(plain) == LENGTH and set(plain) <= set(ALPHABET) else None


def _grouped(plain: str) -> str:
    return "-".join(plain[start : start + GROUP] for start in range(0, LENGTH, GROUP))


class State(enum.StrEnum):
    """What a certificate is worth today."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state(*, valid_until: datetime.date | None, revoked: bool, today: datetime.date) -> State:
    """Revoked outranks expired; the last valid day is valid to its end; no last day means for ever."""
    if revoked:
        return State.REVOKED
    return State.EXPIRED if valid_until is not None and valid_until < today else State.VALID


def initials(name: str) -> str:
    """The first letter of each part of a name: "A. O."; no more than four, so that it stays a hint."""
    return " ".join(f"{part[0].upper()}." for part in name.split()[:4])


def folded(text: str) -> str:
    """A name without what people vary when they type it: case, accents, spaces, hyphens, apostrophes.

    Marks that change only the look of a letter go (Latin, Greek and Cyrillic accents; Hebrew and Arabic points). Vowel
    signs of other scripts are letters to their readers and stay.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(LETTERS)
    return "".join(
        character
        for character in decomposed
        if unicodedata.category(character)[0] in "LNM" and not _is_accent(character)
    )


def _is_accent(character: str) -> bool:
    # Canonical combining classes: 10 to 36 Hebrew and Arabic points, 202 to 240 marks attached above and below.
    kind = unicodedata.combining(character)
    return 10 <= kind <= 36 or 202 <= kind <= 240


def surname_matches(*, typed: str, family_name: str, name: str) -> bool:
    """Whether `typed` is the family name; where none was given, the end of the name ("van der Berg", "Berg")."""
    wanted = folded(typed)
    if not wanted:
        return False
    if family_name:
        return wanted == folded(family_name)
    parts = name.split()
    return wanted in {folded(" ".join(parts[start:])) for start in range(len(parts))}


def principle_groups(snapshot: Mapping[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The principles of a completion in two groups: taught and assessed, and taught alone."""
    assessed = set(snapshot["principles_assessed"])
    both = [row for row in snapshot["principles_taught"] if row["code"] in assessed]
    return both, [row for row in snapshot["principles_taught"] if row["code"] not in assessed]
