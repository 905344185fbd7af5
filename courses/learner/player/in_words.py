"""The same as an activity teaches and asks, in words: what is read, and its questions, marked by the server.

Answers are kept as they are chosen in slots "w:<activity>:<question>"; what is right stays here until they are handed
in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from courses.content.rendering import PERSONAL, levelled, render_blocks
from courses.records import queries, rules
from courses.records.models import Attempt

from .checks import feedback, valid_choice
from .given import Given

Data = dict[str, Any]


@dataclass(frozen=True)
class Check:
    """One question with what has been chosen. `said` is what is said of it once it was handed in; else empty."""

    number: int
    block: Data
    chosen: list[str]
    saved_at: Any = None
    said: Data = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.block["id"])

    @property
    def name(self) -> str:
        """Of its field in the form."""
        return f"q-{self.key}"

    @property
    def question(self) -> Data:
        found: Data = self.block["question"]
        return found

    @property
    def right(self) -> bool:
        return rules.is_right(self.question, self.chosen)


@dataclass(frozen=True)
class Words:
    """An activity in words: runs of rendered blocks and, between them, its questions in their order."""

    parts: list[SafeString | Check]

    @property
    def checks(self) -> list[Check]:
        return [part for part in self.parts if isinstance(part, Check)]

    @property
    def unanswered(self) -> list[Check]:
        return [check for check in self.checks if not check.chosen]

    @property
    def chosen(self) -> dict[str, list[str]]:
        """By the id of the question's block."""
        return {check.key: check.chosen for check in self.checks}

    @property
    def right(self) -> int:
        return sum(check.right for check in self.checks)

    @property
    def percent(self) -> int:
        return rules.score(self.right, len(self.checks))


def slot_of(activity: Data, question: Data) -> str:
    """Where the answer to a question in words is kept."""
    return f"w:{activity['id']}:{question['id']}"


def with_drafts(attempt: Attempt, activity: Data, *, said: bool = False) -> Words:
    """As it was left. 1 query, none without questions."""
    asked = any(block["type"] == "knowledge_check" for block in activity["words"])
    drafts = queries.drafts(attempt, f"w:{activity['id']}:") if asked else {}
    chosen = {slot: list(draft.value) for slot, draft in drafts.items()}
    saved = {slot: draft.saved_at for slot, draft in drafts.items()}
    return _made(activity, chosen, saved, said=said)


def as_given(activity: Data, given: Given, *, said: bool = False) -> Words:
    """As it was sent now. BadAnswer for options a question does not have."""
    chosen = {
        slot_of(activity, block): chosen_of(block, given)
        for block in activity["words"]
        if block["type"] == "knowledge_check"
    }
    return _made(activity, chosen, {}, said=said)


def chosen_of(block: Data, given: Given) -> list[str]:
    """The options chosen in one question of the form."""
    question = block["question"]
    return valid_choice(question["kind"], [option["key"] for option in question["options"]], given, f"q-{block['id']}")


def _made(activity: Data, chosen: dict[str, list[str]], saved: dict[str, Any], *, said: bool) -> Words:
    parts: list[SafeString | Check] = []
    run: list[Data] = []
    number = 0
    for block in levelled(activity["words"]):
        if block["type"] not in PERSONAL:
            run.append(block)
            continue
        if block["type"] != "knowledge_check":
            continue
        if run:
            parts.append(render_blocks(run))
            run = []
        number += 1
        slot = slot_of(activity, block)
        options = chosen.get(slot, [])
        told = feedback(block, options) if said and options else {}
        parts.append(Check(number, block, options, saved.get(slot), told))
    if run:
        parts.append(render_blocks(run))
    return Words(parts)
