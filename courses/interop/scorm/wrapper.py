"""What the page that plays a SCO needs to know: which file, and with which values its run-time begins.

Who the learner is, a package is not told: `student_id` is a name for this package alone, and `student_name` is
“Learner” unless the installation says otherwise (PACKAGES_ARE_TOLD_NAMES). A package is a stranger's program; all but a
few use the name for a greeting only, and what they print or keep with it we could neither see nor erase.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import cmi, rules, standing

NOBODY = "Learner"
TIME_LIMIT_ACTIONS = {"exit,message", "exit,no message", "continue,message", "continue,no message"}
Data = dict[str, Any]


def page_data(*, manifest: Mapping[str, Any], state: Mapping[str, Any], part: str, mode: str, data: Data) -> Data:
    """The page's data block for a SCO: `data` without what is kept of the other parts, and with "sco"."""
    item = standing.part(manifest, part) or standing.part(manifest, "")
    if item is None:
        return data
    learner = {"id": data["learner"]["id"], "name": data["learner"]["name"] or NOBODY}
    sco = {
        "part": item["id"],
        "title": item["title"],
        "type": item["type"],
        "edition": standing.edition_of(manifest),
        "src": f"{data['files']}/{item['href']}",
        "values": start_values(manifest=manifest, state=state, item=item, mode=mode, learner=learner),
        "parts": [{"id": one["id"], "title": one["title"]} for one in standing.parts(manifest["items"])],
    }
    return {**data, "state": {}, "manifest": {}, "learner": learner, "part": item["id"], "sco": sco}


def start_values(
    *, manifest: Mapping[str, Any], state: Mapping[str, Any], item: Data, mode: str, learner: Mapping[str, str]
) -> dict[str, str]:
    """The values with which a SCO's run-time begins: what it left, and what only the site says."""
    edition = standing.edition_of(manifest)
    writes = mode in {"normal", "trial"}
    before = standing.kept(state, item["id"])
    if mode == "browse":
        left = None
    elif writes:
        left = standing.opened(state, item["id"], "?", edition)
    else:
        left = before
    values = dict(left.values) if left else {}
    resumed = bool(writes and before and values)
    if not values and edition == "2004":
        values = {f"cmi.objectives.{n}.id": name for n, name in enumerate(item.get("objectives", []))}
    said = {
        "id": learner["id"],
        "name": learner["name"],
        "credit": "credit" if writes else "no-credit",
        "mode": "normal" if writes else mode,
        "entry": "resume" if resumed else "ab-initio" if mode != "review" else "",
        "total_time": rules.timespan(edition, left.before if left else 0),
        "launch_data": item["launch_data"],
        "max_time": item["max_time"],
        "time_limit_action": item["time_limit_action"] if item["time_limit_action"] in TIME_LIMIT_ACTIONS else "",
    }
    ours = _ours_12(item, said) if edition == "1.2" else _ours_2004(item, said)
    return {**values, **{key: value for key, value in ours if value}}


def _ours_12(item: Data, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "cmi.core.student_id", said["id"]
    yield "cmi.core.student_name", said["name"]
    yield "cmi.core.credit", said["credit"]
    yield "cmi.core.lesson_mode", said["mode"]
    yield "cmi.core.entry", said["entry"]
    yield "cmi.core.total_time", said["total_time"]
    yield "cmi.launch_data", said["launch_data"]
    yield "cmi.student_data.mastery_score", "" if item["mastery"] is None else f"{item['mastery']:g}"
    yield "cmi.student_data.max_time_allowed", "" if cmi.TIMESPAN_12(said["max_time"]) else said["max_time"]
    yield "cmi.student_data.time_limit_action", said["time_limit_action"]


def _ours_2004(item: Data, said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "cmi.learner_id", said["id"]
    yield "cmi.learner_name", said["name"]
    yield "cmi.credit", said["credit"]
    yield "cmi.mode", said["mode"]
    yield "cmi.entry", said["entry"]
    yield "cmi.total_time", said["total_time"]
    yield "cmi.launch_data", said["launch_data"]
    yield "cmi.scaled_passing_score", "" if item["min_measure"] is None else f"{item['min_measure']:g}"
    yield "cmi.completion_threshold", "" if item["threshold"] is None else f"{item['threshold']:g}"
    yield "cmi.max_time_allowed", "" if cmi.DURATION(said["max_time"]) else said["max_time"]
    yield "cmi.time_limit_action", said["time_limit_action"]
