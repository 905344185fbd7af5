"""Builds our own H5P content types and the packages that use them: `h5p/` becomes `build/h5p/<name>.h5p`.

The same sources give the same bytes on every machine: members sorted, not compressed, one fixed date, no folders. Every
package is held against the rules of H5P and our own before it is written. Run: `make h5p-types`, or
`python -m scripts.build_h5p [folder]`. Standard library alone.
"""

from __future__ import annotations

import json
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from scripts.h5p_own_rules import own_faults
from scripts.h5p_rules import faults, folder_of

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ROOT / "h5p" / "libraries"
PACKAGES = ROOT / "h5p" / "packages"
TARGET = ROOT / "build" / "h5p"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


class BrokenPackageError(Exception):
    """A package that H5P hosts would refuse; the message says why, a line each."""


def main(arguments: list[str]) -> int:
    """Builds every package. Status 1 when one is broken; the others are built all the same."""
    target = Path(arguments[0]) if arguments else TARGET
    status = 0
    for source in sorted(path for path in PACKAGES.iterdir() if path.is_dir()):
        try:
            built = build(source, target)
        except BrokenPackageError as error:
            print(f"H5P: {source.name}.h5p was not built:\n{error}", file=sys.stderr)
            status = 1
        else:
            print(f"H5P: {built.name}, {built.stat().st_size // 1024} kB")
    return status


def build(source: Path, target: Path = TARGET) -> Path:
    """Writes the package of one folder of sources, unless it breaks a rule."""
    data = package(source)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{source.name}.h5p"
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(data)
    temporary.replace(path)
    return path


def package(source: Path) -> bytes:
    """The bytes of a package."""
    files = members(source)
    if found := faults(files):
        raise BrokenPackageError("\n".join(f"  {fault}" for fault in found))
    if found := own_faults(files):
        raise BrokenPackageError("\n".join(f"  {fault}" for fault in found))
    return zipped(files)


def members(source: Path) -> dict[str, bytes]:
    """The files of a package: its own, and those of every library that it asks for."""
    files = {
        str(path.relative_to(source)) if path.name == "h5p.json" else f"content/{path.relative_to(source)}": path
        for path in _files_of(source)
    }
    for folder in _asked_for(_read(source / "h5p.json"), {}):
        files |= {f"{folder}/{path.relative_to(LIBRARIES / folder)}": path for path in _files_of(LIBRARIES / folder)}
    return {name: files[name].read_bytes() for name in sorted(files)}


def zipped(files: dict[str, bytes]) -> bytes:
    """The same zip for the same files."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items(), key=lambda item: (item[0] != "h5p.json", item[0])):
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, data)
    return packed.getvalue()


def _asked_for(asking: dict[str, Any], found: dict[str, None]) -> dict[str, None]:
    """The folders of every library that is asked for, and that those ask for."""
    for key in ("preloadedDependencies", "dynamicDependencies"):
        for one in asking.get(key, []):
            folder = folder_of(one)
            if folder not in found and (LIBRARIES / folder / "library.json").is_file():
                found[folder] = None
                _asked_for(_read(LIBRARIES / folder / "library.json"), found)
    return found


def _files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenPackageError(f"  {path.name} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise BrokenPackageError(f"  {path.name} is no JSON object.")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
