"""Interactive activities as a learner sees them: the card inside a lesson, and where she stands, in words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from courses.content.activity_words import rule_words
from courses.content.rendering import render_block
from courses.records.activity_standing import ActivityStanding, Go, activity_standings
from courses.records.models import Attempt, SatisfiedBy

from . import lessons
from .addresses import Addresses

Data = dict[str, Any]


@dataclass(frozen=True)
class State:
    """Where she stands, as a tag and a sentence. Kinds are those of `state_tag`: none, open, done."""

    kind: str
    tag: str
    words: str = ""


def state_of(block: Data, standing: ActivityStanding | None) -> State:
    """ "Done" and "on 12 March, your best 90 per cent"."""
    if standing is None:
        return State("none", "Not begun")
    marks = _marks(block, standing)
    if standing.satisfied_at is None:
        return State("open", "Begun", f"{_capital(marks)} so far" if marks else "")
    how = "in words" if standing.satisfied_by == SatisfiedBy.WORDS else ""
    return State("done", "Done", ", ".join(part for part in (f"On {day(standing.satisfied_at)}", how, marks) if part))


def _marks(block: Data, standing: ActivityStanding) -> str:
    percent = standing.percent(block["counts"])
    if percent is None:
        return ""
    several = sum(go.percent is not None for go in standing.goes) > 1
    return f"your {block['counts']} {percent} per cent" if several else f"{percent} per cent"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def day(at: datetime.datetime) -> str:
    """ "12 March", with the year when it is not this one."""
    local = timezone.localtime(at)
    return date_format(local, "j F" if local.year == timezone.localdate().year else "j F Y")


def moment(at: datetime.datetime) -> str:
    """ "12 March at 10:42", or "10:42" for today."""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if local.date() == timezone.localdate() else f"{day(at)} at {local:%H:%M}"


def go_words(go: Go) -> str:
    """What one attempt came to: "80 per cent, passed"."""
    parts = []
    if go.percent is not None:
        parts.append(f"{go.percent} per cent")
    if go.success is not None:
        parts.append("passed" if go.success else "not passed")
    elif go.completion == "completed":
        parts.append("worked through")
    if not parts:
        parts.append("begun" if go.finished_at is None else "nothing was reported")
    return ", ".join(parts)


class Cards:
    """Renders the activities of one lesson page; reads where she stands in all of them with one query."""

    def __init__(self, attempt: Attempt, lesson: Data, to: Addresses, blocks: list[Data]) -> None:
        self.lesson, self.to = lesson, to
        self.standings = activity_standings(attempt, [block["id"] for block in blocks])

    def __call__(self, block: Data) -> SafeString:
        return render_block(
            block,
            counts_words=rule_words(block),
            state=state_of(block, self.standings.get(block["id"])),
            open_url=self.to.activity(self.lesson["slug"], block["id"]),
            words_url=self.to.words(self.lesson["slug"], block["id"]) if block["words"] else "",
        )


def own_activity(attempt: Attempt, lesson: Data, block_id: str) -> Data:
    """An activity of a lesson; 404 when the lesson has none with this id."""
    return lessons.own_block(attempt, lesson, block_id, "activity")


def open_parts(attempt: Attempt, lesson: Data) -> list[Data]:
    """The activities of a lesson that are not done, as blocks. 1 query."""
    own = [part for part in lessons.segments(attempt, lesson) if isinstance(part, dict)]
    blocks = [block for block in own if block["type"] == "activity"]
    standings = activity_standings(attempt, [block["id"] for block in blocks])
    return [block for block in blocks if block["id"] not in standings or standings[block["id"]].satisfied_at is None]


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
    states = {item["id"]: sco_state(item, kept.get(item["id"])) for item in launchable}
    keys = [item["id"] for item in launchable]
    ahead = next((key for key in keys if states[key][0] != "done"), keys[0])
    current = wanted if wanted in keys else ahead
    return [
        Part(item["id"], item["title"], depth, *states[item["id"]], current=item["id"] == current)
        if item.get("href")
        else Part("", item["title"], depth, "", "", current=False)
        for item, depth in rows
    ]


def _flat(items: list[Data], depth: int = 0) -> Any:
    for item in items:
        yield item, depth
        yield from _flat(item.get("items", []), depth + 1)


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
