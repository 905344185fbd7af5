"""The parts of a package with several things to open (SCOs), with the state of each in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses.interop.scorm.standing import best_status

Data = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """One thing to open inside a package (a SCO), with its state in words."""

    key: str
    title: str
    depth: int
    kind: str
    words: str
    current: bool


SCO_STATES = {
    "passed": ("done", "Passed"),
    "completed": ("done", "Done"),
    "failed": ("over", "Not passed yet"),
    "incomplete": ("open", "Begun"),
    "browsed": ("open", "Looked at"),
}


def parts_of(manifest: Data, state: Any, wanted: str) -> list[Part]:
    """The launchable items of a SCORM package in their order, folders as headings (key ""); empty for one that has a
    single thing to open. The current one is `wanted`, else the first that is not done."""
    rows = list(_flat(manifest.get("items", [])))
    launchable = [item for item, _ in rows if item.get("href")]
    if len(launchable) < 2:
        return []
    kept = state if isinstance(state, dict) else {}
    states = {item["id"]: _state(item, kept) for item in launchable}
    keys = [item["id"] for item in launchable]
    ahead = next((key for key in keys if states[key][0] != "done"), keys[0])
    current = wanted if wanted in keys else ahead
    return [
        Part(item["id"], item["title"], depth, *states[item["id"]], current=item["id"] == current)
        if item.get("href")
        else Part("", item["title"], depth, "", "", current=False)
        for item, depth in rows
    ]


def _flat(items: list[Data], depth: int = 0) -> Iterator[tuple[Data, int]]:
    for item in items:
        yield item, depth
        yield from _flat(item.get("items", []), depth + 1)


def _state(item: Data, state: Data) -> tuple[str, str]:
    """What a part came to at its best in this run; before it came to anything, where it stands."""
    best = best_status(state, item["id"])
    return SCO_STATES[best] if best else sco_state(item, state.get(item["id"]))


def sco_state(item: Data, kept: Any) -> tuple[str, str]:
    """Kind and words of a SCO's state, from what it keeps."""
    if item.get("type") == "asset":
        return ("none", "To read")
    if not isinstance(kept, dict):
        return ("none", "Not begun")
    success = kept.get("cmi.success_status", "unknown")
    status = kept.get("cmi.core.lesson_status") or (
        success if success in {"passed", "failed"} else kept.get("cmi.completion_status", "incomplete")
    )
    return SCO_STATES.get(str(status), ("open", "Begun"))
