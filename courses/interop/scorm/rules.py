"""What a SCO's values come to, and several SCOs together: pure functions over plain data.

Sources: SCORM 1.2 RTE §3.4.4 (lesson_status, mastery_score, exit, entry, total_time); SCORM 2004 4th Edition RTE §4.2.4
(completion_status and its threshold), §4.2.22 (success_status and the passing score), §4.2.7 (entry), §4.2.24
(total_time); Sequencing and Navigation §4.6.4 (default roll-up: all children) and UP.4 (a part that ends without having
said anything about its completion is complete). What was earned is never taken away: see `better`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]
Values = Mapping[str, str]
KNOWN_STATUS = ("passed", "completed", "failed", "incomplete", "browsed")
DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
LENGTHS = (365 * 86400, 30 * 86400, 86400, 3600, 60, 1)
LONGEST = 100 * 24 * 3600.0
"""Seconds of one session at most: more is a broken clock, not a diligent learner."""


@dataclass(frozen=True)
class Result:
    """What one SCO came to, or all of them."""

    completed: bool = False
    success: bool | None = None
    raw: float | None = None
    maximum: float | None = None
    scaled: float | None = None


# Time ---------------------------------------------------------------------------------------------------------------


def seconds(edition: str, said: str) -> float:
    """A timespan of 1.2 (0001:02:03.5) or a duration of 2004 (PT1H2M3.5S) in seconds; 0 for what is neither. A month
    has 30 days here, as in the player."""
    if edition == "1.2":
        try:
            total = sum(float(part) * length for part, length in zip(said.split(":"), (3600, 60, 1), strict=True))
        except ValueError:
            return 0
    else:
        found = DURATION.fullmatch(said)
        total = (
            sum(float(part or 0) * length for part, length in zip(found.groups(), LENGTHS, strict=True)) if found else 0
        )
    return min(total, LONGEST)


def timespan(edition: str, total: float) -> str:
    """Seconds as the edition writes them."""
    whole = int(total)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours:04}:{minutes:02}:{rest:02}" if edition == "1.2" else f"PT{hours}H{minutes}M{rest}S"


def session_time(edition: str, values: Values) -> float:
    """What the package says this session took so far."""
    return seconds(edition, values.get("cmi.core.session_time" if edition == "1.2" else "cmi.session_time", ""))


# One SCO ------------------------------------------------------------------------------------------------------------


def judged(edition: str, item: Data, values: Values, *, ended: bool) -> dict[str, str]:
    """The statuses that the rules of the manifest make of what the package said; only those that they change."""
    return _judged_12(item, values, ended=ended) if edition == "1.2" else _judged_2004(item, values, ended=ended)


def _judged_12(item: Data, values: Values, *, ended: bool) -> dict[str, str]:
    """A mastery score decides between passed and failed as soon as the package says either, or ends. A package that
    ends without ever having set a status is completed."""
    status, mastery = values.get("cmi.core.lesson_status", ""), item.get("mastery")
    raw = _number(values, "cmi.core.score.raw")
    if ended and not status:
        status = "completed"
    if mastery is not None and raw is not None and (ended or status in {"passed", "failed"}):
        status = "passed" if raw >= mastery else "failed"
    return {"cmi.core.lesson_status": status} if status != values.get("cmi.core.lesson_status", "") else {}


def _judged_2004(item: Data, values: Values, *, ended: bool) -> dict[str, str]:
    """Progress beside the threshold decides completion, the scaled score beside the passing score decides success; both
    over what the package said."""
    changed = {}
    threshold, progress = item.get("threshold"), _number(values, "cmi.progress_measure")
    completion = values.get("cmi.completion_status", "unknown")
    if threshold is not None and progress is not None:
        completion = "completed" if progress >= threshold else "incomplete"
    elif ended and completion in {"", "unknown"} and not item.get("set_by_content"):
        completion = "completed"
    if completion != values.get("cmi.completion_status", "unknown"):
        changed["cmi.completion_status"] = completion
    needed, scaled = item.get("min_measure"), _number(values, "cmi.score.scaled")
    if needed is not None and scaled is not None:
        success = "passed" if scaled >= needed else "failed"
        if success != values.get("cmi.success_status"):
            changed["cmi.success_status"] = success
    return changed


def result(edition: str, values: Values) -> Result:
    """What a SCO's values come to. A failed quiz of 1.2 is not completed: its author has one word for both."""
    if edition == "1.2":
        status = values.get("cmi.core.lesson_status", "")
        completed = status in {"passed", "completed"}
        prefix = "cmi.core.score"
    else:
        status = values.get("cmi.success_status", "")
        completed = values.get("cmi.completion_status") == "completed"
        prefix = "cmi.score"
    raw, maximum = _number(values, f"{prefix}.raw"), _number(values, f"{prefix}.max")
    scaled = _number(values, f"{prefix}.scaled")
    if edition == "1.2" and raw is not None and maximum is None:
        maximum = 100.0  # RTE 1.2 §3.4.2: a score is 0 to 100
    if scaled is None and raw is not None and maximum:
        scaled = max(-1.0, min(1.0, raw / maximum))
    success = {"passed": True, "failed": False}.get(status)
    return Result(completed, success, raw, maximum, scaled)


def better(before: Result, after: Result) -> Result:
    """What stands after a new report: a pass stays a pass with its score, whatever less is said later, and what was
    complete stays complete. Before that, the newest report stands."""
    if before.success and not (after.success and (after.scaled or 0) >= (before.scaled or 0)):
        return Result(before.completed or after.completed, True, before.raw, before.maximum, before.scaled)
    scored = before if after.scaled is None else after
    success = before.success if after.success is None else after.success
    return Result(before.completed or after.completed, success, scored.raw, scored.maximum, scored.scaled)


def suspended(edition: str, values: Values) -> bool:
    """Whether the package asked to go on next time from where it ended."""
    return values.get("cmi.core.exit" if edition == "1.2" else "cmi.exit", "") == "suspend"


# Several SCOs -------------------------------------------------------------------------------------------------------


def rolled_up(results: Sequence[Result | None]) -> Result:
    """What the SCOs of a package come to together; None stands for one that was not opened yet.

    Completed when all of them are completed. Passed when each is passed, or is completed and says nothing of passing,
    and at least one is passed; not passed as soon as one is failed. The score is the mean of those that gave one.
    """
    if len(results) == 1:
        return results[0] or Result()
    opened = [one for one in results if one is not None]
    success: bool | None = None
    if any(one.success is False for one in opened):
        success = False
    elif len(opened) == len(results) and any(one.success for one in opened):
        success = True if all(one.success or one.completed for one in opened) else None
    scored = [one.scaled for one in opened if one.scaled is not None]
    scaled = sum(scored) / len(scored) if scored else None
    return Result(
        completed=len(opened) == len(results) and all(one.completed for one in opened),
        success=success,
        raw=None if scaled is None else round(scaled * 100, 4),
        maximum=None if scaled is None else 100.0,
        scaled=scaled,
    )


def _number(values: Values, element: str) -> float | None:
    said = values.get(element, "")
    try:
        return float(said) if said else None
    except ValueError:
        return None
