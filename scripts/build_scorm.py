"""Builds our own SCORM packages: each folder of `material/packages/` with an imsmanifest.xml becomes
`build/scorm/<name>.zip`.

The same sources give the same bytes on every machine: members sorted, not compressed, one fixed date, no folders. Run:
`python -m scripts.build_scorm [folder]`. Standard library alone.
"""

from __future__ import annotations

import sys
import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "material" / "packages"
TARGET = ROOT / "build" / "scorm"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def main(arguments: list[str]) -> int:
    """Builds every package."""
    target = Path(arguments[0]) if arguments else TARGET
    target.mkdir(parents=True, exist_ok=True)
    for source in sorted(path.parent for path in PACKAGES.glob("*/imsmanifest.xml")):
        path = target / f"{source.name}.zip"
        data = package(source)
        if not path.is_file() or path.read_bytes() != data:
            temporary = path.with_name(f".{path.name}.new")
            temporary.write_bytes(data)
            temporary.replace(path)
        print(f"SCORM: {path.name}, {len(data) // 1024} kB")
    return 0


def package(source: Path) -> bytes:
    """The zip file of one folder."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                archive.writestr(zipfile.ZipInfo(path.relative_to(source).as_posix(), LONG_AGO), path.read_bytes())
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
