"""Which values a package may write, element by element: vocabulary, type, range, length, and what is read-only.

Sources: SCORM 1.2 Run-Time Environment §3.4 (data model and its types); SCORM 2004 4th Edition RTE §4.1-4.2 (the 3rd
edition differs in nothing that is checked here but `adl.data`). Where real packages are looser than 1.2, so are we, as
the player in the page is: suspend_data up to 64,000 characters instead of 4,096, locations up to 1,000, any printable
identifier. Smallest permitted maximums of 2004 are taken as the maximums.

Nothing here knows of a database or of Django. A commit is judged value by value: one bad value is left out and said,
the rest stands. To refuse a whole commit for it would lose a learner's answers for a fault of the package's author.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[[str], str]
"""What is wrong with a value, in words; "" when nothing is."""
READ_ONLY = "only the learning site writes it"
UNKNOWN = "there is no such element"
MOST_OF = {"interactions": 500, "objectives": 200, "correct_responses": 50, "data": 50}
MOST_OF |= dict.fromkeys(("comments_from_learner", "comments_from_lms"), 250)
SUSPEND_DATA = 64_000


def text(most: int) -> Check:
    """Any text up to a length."""
    return lambda value: "" if len(value) <= most else f"longer than {most} characters"


def one_of(*values: str) -> Check:
    """A word of a vocabulary."""
    return lambda value: "" if value in values else "not one of its words"


def number(least: float = -math.inf, most: float = math.inf) -> Check:
    """A decimal number in its range."""

    def check(value: str) -> str:
        if not DECIMAL.fullmatch(value):
            return "not a number"
        return "" if least <= float(value) <= most else "out of range"

    return check


def form(pattern: str) -> Check:
    """A text of a form."""
    compiled = re.compile(pattern)
    return lambda value: "" if compiled.fullmatch(value) else "not in its form"


def either(*checks: Check) -> Check:
    """What one of them takes."""
    return lambda value: "" if any(not check(value) for check in checks) else checks[0](value)


DECIMAL = re.compile(r"-?\d{1,10}(\.\d{1,18})?")
IDENTIFIER = form(r"[\x21-\x7e\s]{1,255}")
LONG_IDENTIFIER = form(r"\S(.{0,3998}\S)?")
TIMESPAN_12 = form(r"\d{1,5}:\d{2}:\d{2}(\.\d{1,2})?")
CLOCK_12 = form(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,2})?")
DURATION = form(r"P(?=[\dT])(\d{1,4}Y)?(\d{1,5}M)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,2})?S)?)?")
MOMENT = form(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d)?)?)?)?)?)?)?")
STATUS_12 = ("passed", "completed", "failed", "incomplete", "browsed", "not attempted")
TYPES_12 = ("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")
PERCENT = number(0, 100)

ELEMENTS_12: dict[str, Check | None] = {
    **dict.fromkeys(
        (
            *("cmi.core.student_id", "cmi.core.student_name", "cmi.core.credit", "cmi.core.entry"),
            *("cmi.core.lesson_mode", "cmi.core.total_time", "cmi.launch_data", "cmi.comments_from_lms"),
            *(f"cmi.student_data.{name}" for name in ("mastery_score", "max_time_allowed", "time_limit_action")),
        )
    ),
    "cmi.core.lesson_location": text(1000),
    "cmi.core.lesson_status": one_of(*STATUS_12),
    "cmi.core.exit": one_of("time-out", "suspend", "logout", ""),
    "cmi.core.session_time": TIMESPAN_12,
    **{f"cmi.core.score.{name}": PERCENT for name in ("raw", "min", "max")},
    "cmi.suspend_data": text(SUSPEND_DATA),
    "cmi.comments": text(4096),
    "cmi.student_preference.audio": number(-1, 100),
    "cmi.student_preference.language": text(255),
    "cmi.student_preference.speed": number(-100, 100),
    "cmi.student_preference.text": number(-1, 1),
    "cmi.objectives.n.id": IDENTIFIER,
    "cmi.objectives.n.status": one_of(*STATUS_12),
    **{f"cmi.objectives.n.score.{name}": PERCENT for name in ("raw", "min", "max")},
    "cmi.interactions.n.id": IDENTIFIER,
    "cmi.interactions.n.objectives.n.id": IDENTIFIER,
    "cmi.interactions.n.time": CLOCK_12,
    "cmi.interactions.n.type": one_of(*TYPES_12),
    "cmi.interactions.n.correct_responses.n.pattern": text(4000),
    "cmi.interactions.n.weighting": number(-100, 100),
    "cmi.interactions.n.student_response": text(4000),
    "cmi.interactions.n.result": either(one_of("correct", "wrong", "unanticipated", "neutral"), number()),
    "cmi.interactions.n.latency": TIMESPAN_12,
}

COMPLETION = one_of("completed", "incomplete", "not attempted", "unknown")
SUCCESS = one_of("passed", "failed", "unknown")
SCORE_2004 = {"scaled": number(-1, 1), "raw": number(), "min": number(), "max": number()}
TYPES_2004 = (*TYPES_12, "long-fill-in", "other")
ELEMENTS_2004: dict[str, Check | None] = {
    **dict.fromkeys(
        (
            *("cmi._version", "cmi.completion_threshold", "cmi.credit", "cmi.entry", "cmi.launch_data"),
            *("cmi.learner_id", "cmi.learner_name", "cmi.max_time_allowed", "cmi.mode", "cmi.scaled_passing_score"),
            *("cmi.time_limit_action", "cmi.total_time", "adl.data.n.id"),
            *(f"cmi.comments_from_lms.n.{name}" for name in ("comment", "location", "timestamp")),
        )
    ),
    "cmi.comments_from_learner.n.comment": text(4000),
    "cmi.comments_from_learner.n.location": text(250),
    "cmi.comments_from_learner.n.timestamp": MOMENT,
    "cmi.completion_status": COMPLETION,
    "cmi.success_status": SUCCESS,
    "cmi.exit": one_of("time-out", "suspend", "logout", "normal", ""),
    "cmi.location": text(1000),
    "cmi.progress_measure": number(0, 1),
    **{f"cmi.score.{name}": check for name, check in SCORE_2004.items()},
    "cmi.session_time": DURATION,
    "cmi.suspend_data": text(SUSPEND_DATA),
    "cmi.learner_preference.audio_level": number(0),
    "cmi.learner_preference.language": text(250),
    "cmi.learner_preference.delivery_speed": number(0),
    "cmi.learner_preference.audio_captioning": one_of("-1", "0", "1"),
    "cmi.objectives.n.id": LONG_IDENTIFIER,
    **{f"cmi.objectives.n.score.{name}": check for name, check in SCORE_2004.items()},
    "cmi.objectives.n.success_status": SUCCESS,
    "cmi.objectives.n.completion_status": COMPLETION,
    "cmi.objectives.n.progress_measure": number(0, 1),
    "cmi.objectives.n.description": text(260),
    "cmi.interactions.n.id": LONG_IDENTIFIER,
    "cmi.interactions.n.type": one_of(*TYPES_2004),
    "cmi.interactions.n.objectives.n.id": LONG_IDENTIFIER,
    "cmi.interactions.n.timestamp": MOMENT,
    "cmi.interactions.n.correct_responses.n.pattern": text(4000),
    "cmi.interactions.n.weighting": number(),
    "cmi.interactions.n.learner_response": text(4000),
    "cmi.interactions.n.result": either(one_of("correct", "incorrect", "unanticipated", "neutral"), number()),
    "cmi.interactions.n.latency": DURATION,
    "cmi.interactions.n.description": text(260),
    "adl.nav.request": form(
        r"_none_|continue|previous|exit(All)?|abandon(All)?|suspendAll|(\{target=\S{1,250}\})?(choice|jump)"
    ),
    "adl.data.n.store": text(SUSPEND_DATA),
}

INDEX = re.compile(r"(?<=\.)\d{1,4}(?=\.)")
LISTED = re.compile(r"^(cmi\.(?:objectives|interactions)\.\d+)\.(.+)$")


@dataclass
class Checked:
    """The values of a commit that can be taken, and why each other cannot."""

    values: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def refuse(self, element: str, why: str) -> None:
        """Leaves a value out."""
        self.values.pop(element, None)
        self.refused[element[:100]] = why

    def reason(self) -> str:
        """What was left out, for the record."""
        said = "; ".join(f"{element}: {why}" for element, why in list(self.refused.items())[:20])
        return f"Left out: {said}"[:200] if said else ""


def check(edition: str, given: Mapping[str, Any], standing: Mapping[str, str]) -> Checked:
    """Judges the values of a commit, by themselves and beside those that stand. An empty value takes one back."""
    table = ELEMENTS_12 if edition == "1.2" else ELEMENTS_2004
    found = Checked()
    for element, value in given.items():
        why = _wrong(table, str(element), value)
        if why:
            found.refuse(str(element), why)
        elif not (element == "cmi.core.lesson_status" and value == "not attempted"):
            # "not attempted" is what the site says before a package says anything: not the package's to write.
            found.values[element] = str(value)
    _check_scores(found, standing)
    _check_lists(found, standing, needs_id=edition != "1.2")
    return found


def _wrong(table: Mapping[str, Check | None], element: str, value: Any) -> str:
    pattern = INDEX.sub("n", element)
    if len(element) > 255 or ".n." in element or pattern not in table:
        return READ_ONLY if element.endswith(("._children", "._count")) else UNKNOWN
    for name, index in re.findall(r"(\w+)\.(\d+)\.", element):
        if int(index) >= MOST_OF[name]:
            return f"more than {MOST_OF[name]} of them"
    return _wrong_value(table[pattern], element, value)


def _wrong_value(judge: Check | None, element: str, value: Any) -> str:
    if judge is None:
        return READ_ONLY
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "not a text"
    if value == "":
        return "cannot be taken back" if element.endswith(".id") else ""
    return judge(str(value))


def _check_scores(found: Checked, standing: Mapping[str, str]) -> None:
    """A score has to lie between its own least and most."""
    for group in {element.rsplit(".", 1)[0] for element in found.values if ".score." in element}:
        names = {name: f"{group}.{name}" for name in ("raw", "min", "max")}
        told = {name: found.values.get(key, standing.get(key, "")) for name, key in names.items()}
        raw, least, most = (float(told[name]) if told[name] else None for name in ("raw", "min", "max"))
        if raw is None:
            continue
        if (most is not None and raw > most) or (least is not None and raw < least):
            for key in names.values():
                if key in found.values:
                    found.refuse(key, "the score lies outside its own range")


def _check_lists(found: Checked, standing: Mapping[str, str], *, needs_id: bool) -> None:
    """An objective keeps its id for ever and no two have the same; in 2004 nothing is said of one without an id."""
    ids = {key: value for key, value in standing.items() if key.startswith("cmi.objectives.") and key.endswith(".id")}
    taken = {value: key for key, value in ids.items()}
    for key in sorted(key for key in found.values if key.startswith("cmi.objectives.") and key.endswith(".id")):
        value = found.values[key]
        if ids.get(key, value) != value:
            found.refuse(key, "an objective keeps its id")
        elif taken.setdefault(value, key) != key:
            found.refuse(key, "another objective has this id")
    for element in list(found.values):
        listed = LISTED.match(element)
        if not listed or listed[2] == "id":
            continue
        key = f"{listed[1]}.id"
        if key in found.refused:
            found.refuse(element, "its id was refused")
        elif needs_id and key not in found.values and key not in standing:
            found.refuse(element, "it has no id")
