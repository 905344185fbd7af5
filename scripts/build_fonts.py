"""Turns the typefaces of `package.json` into what the PDF maker reads: TrueType files in `build/fonts/` and an index of
which characters each holds.

Why not leave it to the PDF maker: npm ships typefaces for browsers, as WOFF2 cut into slices. Every slice becomes a
family of its own here, so that a document can name exactly the slices its text needs (`courses.content.fonts`); a name
in any script of Unicode's basic plane prints. Run again it does nothing, unless a typeface or this file changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
OUT = ROOT / "build" / "fonts"
NEW = ROOT / "build" / "fonts.new"

SCRIPTS = [
    "arabic", "hebrew", "devanagari", "bengali", "gurmukhi", "gujarati", "oriya", "tamil", "telugu", "kannada",
    "malayalam", "sinhala", "thai", "lao", "khmer", "myanmar", "georgian", "armenian", "ethiopic",
]  # fmt: skip
HAN = {"sc": "Noto Sans SC", "jp": "Noto Sans JP", "kr": "Noto Sans KR"}


@dataclass(frozen=True)
class Source:
    """A slice of a typeface: the file in node_modules and the family it becomes."""

    path: Path
    family: str
    group: str


def _slices(package: str, pattern: str, family: str, group: str) -> list[Source]:
    def order(path: Path) -> tuple[int, list[int | str]]:
        key: list[int | str] = [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]
        plain = re.search(r"-latin-(wght|\d+)", path.name)
        return (0 if plain else 1, key)

    found = sorted((MODULES / package / "files").glob(pattern), key=order)
    if not found:
        raise FileNotFoundError(f"{package} is not installed: run scripts/build_assets.py first.")
    return [
        Source(path, family if number == 0 else f"{family} {number + 1}", group) for number, path in enumerate(found)
    ]


def sources() -> list[Source]:
    """Every slice, in order of preference: our own typefaces, the scripts of the world, and one that holds them all."""
    atkinson, name = "@fontsource-variable/atkinson-hyperlegible-next", "Atkinson Hyperlegible Next"
    listed = _slices("@fontsource/fraunces", "fraunces-*-600-normal.woff2", "Fraunces", "display")
    listed += _slices(atkinson, "*-wght-normal.woff2", name, "text")
    listed += _slices(atkinson, "*-wght-italic.woff2", name, "text")
    wide = _slices("@fontsource-variable/noto-sans", "*-wght-normal.woff2", "Noto Sans", "world")
    listed += [source for source in wide if "-devanagari-" not in source.path.name]
    for script in SCRIPTS:
        pattern = f"noto-sans-{script}-{script}-wght-normal.woff2"
        family = f"Noto Sans {script.title()}"
        listed += _slices(f"@fontsource-variable/noto-sans-{script}", pattern, family, "world")
    for code, family in HAN.items():
        pattern = f"noto-sans-{code}-[0-9]*-wght-normal.woff2"
        listed += _slices(f"@fontsource-variable/noto-sans-{code}", pattern, family, code)
    # The older format: rebuilding 57,000 outlines from WOFF2 would take a minute.
    return listed + _slices("@fontsource/unifont", "unifont-latin-400-normal.woff", "Unifont", "last")


def ranges(codes: list[int]) -> list[list[int]]:
    """Sorted code points as closed ranges."""
    result: list[list[int]] = []
    for code in codes:
        if result and code == result[-1][1] + 1:
            result[-1][1] = code
        else:
            result.append([code, code])
    return result


def convert(source: Source) -> dict[str, object]:
    """Writes one slice as TrueType under its own family name; returns its line of the index.

    Only the table of names is rewritten; outlines are copied, which makes this quick.
    """
    font = TTFont(source.path, lazy=True)
    names = font["name"]
    for identifier in (1, 3, 4, 6, 16, 17, 21, 22, 25):
        names.removeNames(nameID=identifier)
    for identifier, value in ((1, source.family), (4, source.family), (6, source.family.replace(" ", ""))):
        names.setName(value, identifier, 3, 1, 0x409)
    font.flavor = None
    font.save(NEW / f"{source.path.stem}.ttf", reorderTables=None)
    return {"family": source.family, "group": source.group, "ranges": ranges(sorted(font.getBestCmap()))}


def stamp(listed: list[Source]) -> str:
    """Changes when a typeface, the choice of them, or this file changes."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for source in listed:
        digest.update(f"{source.path.name} {source.path.stat().st_size} {source.family}\n".encode())
    return digest.hexdigest()


def main() -> int:
    """Builds what is missing or old; quick when nothing is. Status 1 and one plain line when it could not."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".fonts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two builds at once would write into each other
        try:
            build(sources())
        except FileNotFoundError as error:
            print(f"Fonts: {error}", file=sys.stderr)
            return 1
    return 0


def build(listed: list[Source]) -> None:
    """Makes all files beside the old ones and then takes their place: a server never sees half of them."""
    wanted, mark = stamp(listed), OUT / "stamp"
    if mark.is_file() and mark.read_text() == wanted:
        return
    print(f"Fonts: preparing {len(listed)} files for PDF …", flush=True)
    shutil.rmtree(NEW, ignore_errors=True)
    NEW.mkdir()
    with ProcessPoolExecutor() as pool:
        index = list(pool.map(convert, listed, chunksize=8))
    (NEW / "index.json").write_text(json.dumps(index, separators=(",", ":")))
    (NEW / "stamp").write_text(wanted)
    shutil.rmtree(OUT, ignore_errors=True)
    NEW.rename(OUT)


if __name__ == "__main__":
    sys.exit(main())
