"""What a file in a package may be called.

Names become addresses on a content host and keys of a tree. One file must have one name, however it is spelled: in
another Unicode form, with escapes, in capitals, with a lookalike of a slash. So a name that another program would read
differently is refused, and the rest is brought into one form (NFC).
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from .refusals import Refused

LONGEST_NAME, LONGEST_PART, DEEPEST = 400, 200, 24
DRIVE = re.compile(r"^[A-Za-z]:")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
LOOKALIKES = frozenset("\u2044\u2215\u29f5\u29f8\u2024\u2025\u2026\ufe52")
"""Fraction and division slashes, reverse and big solidus, dot leaders and the small full stop."""


def checked_name(given: str) -> str:
    """The name in its one form, a path below the package without a leading or closing slash. Raises Refused."""
    if not given or len(given) > LONGEST_NAME or given.count("/") > DEEPEST:
        raise Refused("name-too-long", _shown(given[:60]))
    _check_path(given, given)
    if any(unicodedata.category(each) in INVISIBLE for each in given):
        raise Refused("control-characters", _shown(given))
    wide = unicodedata.normalize("NFKC", given)
    if wide != given or not LOOKALIKES.isdisjoint(given):
        _check_disguise(given, wide)
    plain = given
    for _ in range(4):
        plain, before = unquote(plain, errors="replace"), plain
        if plain == before:
            break
        _check_disguise(given, unicodedata.normalize("NFKC", plain))
    else:
        raise Refused("disguised", _shown(given))
    name = unicodedata.normalize("NFC", given).removesuffix("/")
    if any(len(part) > LONGEST_PART for part in name.split("/")):
        raise Refused("name-too-long", _shown(given[:60]))
    return name


def same_name_key(name: str) -> str:
    """Equal for two names that some system takes for the same: capitals, Unicode forms, dots and spaces at the end."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "/".join(part.rstrip(" .") for part in folded.split("/"))


def _check_path(path: str, given: str) -> None:
    if "\0" in path:
        raise Refused("control-characters", _shown(given))
    if "\\" in path:
        raise Refused("backslash", _shown(given))
    if path.startswith("/"):
        raise Refused("absolute", _shown(given))
    if DRIVE.match(path) or ":" in path:
        raise Refused("drive", _shown(given))
    for part in path.removesuffix("/").split("/"):
        if not part.strip(" ."):
            raise Refused("traversal" if "." in part else "empty-part", _shown(given))


def _check_disguise(given: str, plain: str) -> None:
    """`plain` is what `given` could be read as. It may differ in letters, never in its folders."""
    try:
        _check_path(plain, given)
    except Refused as error:
        raise Refused("disguised", _shown(given)) from error
    different = plain.count("/") != given.count("/") or any(ord(each) < 32 for each in plain)
    if different or not LOOKALIKES.isdisjoint(plain):
        raise Refused("disguised", _shown(given))


def _shown(name: str) -> str:
    """For a sentence: what cannot be seen is written out."""
    return "".join(each if each.isprintable() else f"<U+{ord(each):04X}>" for each in name)
