"""What the readers of the kinds of packages find, gathered for the report and for storing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from courses.interop.h5p.libraries import Brought


@dataclass
class Parts:
    """The parts of a report (see `plans._report`), and for H5P where the files of the tree come from."""

    title: str
    titles: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    tracked: list[str] = field(default_factory=list)
    external: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    shown_libraries: list[dict[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    written: Mapping[str, bytes] = field(default_factory=dict)
    stored: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    libraries: list[dict[str, Any]] = field(default_factory=list)
    new_libraries: list[Brought] = field(default_factory=list)
