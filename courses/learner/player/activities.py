"""Interactive activities as a learner sees them: the card inside a lesson, and where she stands, in words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from courses.content.activity_words import rule_words
from courses.content.models import PackageVersion
from courses.content.rendering import KEPT_SECONDS, render_block
from courses.records.activity_standing import ActivityStanding, Go, activity_standings
from courses.records.models import Attempt, SatisfiedBy

from . import lessons
from .addresses import Addresses
from .parts import Part, parts_of

Data = dict[str, Any]


@dataclass(frozen=True)
class State:
    """Where she stands, as a tag and a sentence. Kinds are those of `state_tag`: none, open, done."""

    kind: str
    tag: str
    words: str = ""


def state_of(block: Data, standing: ActivityStanding | None) -> State:
    """ "Done" and "on 12 March, your best 90 per cent"."""
    if standing is None or not (standing.goes or standing.saved_at or standing.satisfied_at):
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


def spoken(at: datetime.datetime) -> str:
    """ "on 12 March at 10:42", or "today at 10:42", inside a sentence."""
    local = timezone.localtime(at)
    return f"today at {local:%H:%M}" if local.date() == timezone.localdate() else f"on {moment(at)}"


def go_words(go: Go) -> str:
    """What one attempt came to: "12 March at 10:42, in words: 80 per cent, passed"."""
    return f"{moment(go.started_at)}{', in words' if go.by == SatisfiedBy.WORDS else ''}: {outcome_words(go)}"


def outcome_words(go: Go) -> str:
    """ "80 per cent, passed"."""
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
class Shown:
    """What the page around an activity says of it."""

    state: State
    review: bool
    """The module is completed: it is looked at, and nothing is recorded."""
    saved_words: str
    saved_on: str
    goes: list[str]
    can_restart: bool
    done: bool
    parts: list[Part]
    part: str
    """The SCO that is opened; "" where there is but one thing to open."""


def shown(attempt: Attempt, block: Data, part: str = "") -> Shown:
    """1 query; another for a SCORM package, when its version is not kept yet."""
    standing = activity_standings(attempt, [block["id"]], state=True).get(block["id"])
    saved = standing.saved_at if standing else None
    parts = parts_of(manifest(block), standing.state if standing else {}, part)
    review = attempt.finished_at is not None
    return Shown(
        state=state_of(block, standing),
        review=review,
        saved_words=moment(saved) if saved else "",
        saved_on=spoken(saved) if saved else "",
        goes=[go_words(go) for go in standing.goes if not go.blank] if standing else [],
        can_restart=not review and standing is not None and bool(standing.goes or standing.state),
        done=standing is not None and standing.satisfied_at is not None,
        parts=parts,
        part=next((each.key for each in parts if each.current), ""),
    )


def shown_state(attempt: Attempt, block: Data) -> State:
    """Where she stands in one activity. 1 query."""
    return state_of(block, activity_standings(attempt, [block["id"]]).get(block["id"]))


def last_in_words(attempt: Attempt, block: Data) -> Go | None:
    """Her last attempt in words. 1 query."""
    standing = activity_standings(attempt, [block["id"]]).get(block["id"])
    goes = [go for go in standing.goes if go.by == SatisfiedBy.WORDS] if standing else []
    return goes[-1] if goes else None


def manifest(block: Data) -> Data:
    """What a SCORM package says of itself; it never changes, so it is kept. Nothing of H5P's is needed here."""
    if not block["kind"].startswith("scorm"):
        return {}
    key = f"manifest:{block['version_id']}"
    found: Data | None = cache.get(key)
    if found is None:
        found = PackageVersion.objects.values_list("manifest", flat=True).get(pk=block["version_id"])
        cache.set(key, found, KEPT_SECONDS)
    return found
