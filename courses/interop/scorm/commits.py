"""Takes what a SCORM package reports: one commit, judged value by value and applied to the sitting.

A commit's body is {"session", "cmi": {element: value}, "terminated": true when the package said that it ends}. The
page sends every value the package has written, not only what changed since: so a commit that comes twice, or whose
forerunner was lost, changes nothing for the worse.

Nothing that came is believed: each value is checked again here (`cmi`), statuses are decided by the marks in the
manifest (`rules`), a bad value is left out and written down, and a commit of nothing but bad values is refused. What
the call's own record keeps is what it changed, and what was left out of it.
"""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any

from courses.interop.calls import Call, RefusedCallError
from courses.interop.calls.sittings import MOST_ITEMS, Sitting
from courses.records.models import ActivityAttempt, ItemResponse

from . import cmi, rules, standing
from .standing import Kept

MOST_VALUES = 8_000
LONGEST_LOGGED = 2_000
CORRECT = {"correct": True, "incorrect": False, "wrong": False}
INTERACTIONS = "cmi.interactions."


def take(sitting: Sitting, call: Call) -> Any:
    """Applies a commit. Raises RefusedCallError before it changes anything; StaleCallError for one that is outrun."""
    item = standing.part(sitting.manifest, call.part)
    if call.kind != "commit":
        raise RefusedCallError("SCORM packages send no such calls.")
    if item is None:
        raise RefusedCallError("The activity has no such part.")
    session, values, terminated = _read(call.body)
    edition = standing.edition_of(sitting.manifest)
    now = standing.opened(sitting.state, item["id"], session, edition)
    if item["type"] == "asset":
        return _delivered(sitting, item, now, edition)
    if now.ended:
        raise RefusedCallError("The part had been ended before this was sent.")
    checked = cmi.check(edition, values, now.values)
    if checked.refused and not checked.values:
        raise RefusedCallError(checked.reason())
    sitting.claim(item["id"])
    changed = {key: value for key, value in checked.values.items() if now.values.get(key, "") != value}
    known = {key for key in now.values if key.startswith(INTERACTIONS) and key.endswith(".id")}
    now.values = {key: value for key, value in {**now.values, **checked.values}.items() if value != ""}
    _judge(now, edition, item, terminated=terminated)
    told = sorted({int(key.split(".")[2]) for key in changed if key.startswith(INTERACTIONS)})
    now.answers += sum(f"{INTERACTIONS}{index}.id" not in known for index in told)
    go = _go(sitting, item, now, edition, ended=terminated)
    if now.answers <= MOST_ITEMS:
        _put_items(sitting, go, now, item, told)
    return _logged(session, changed, checked.refused, terminated=terminated)


def _delivered(sitting: Sitting, item: dict[str, Any], now: Kept, edition: str) -> Any:
    """A page that can report nothing (an asset) is done with being opened (SCORM 2004 SN §4.6.4: what does not tell of
    itself is complete when it was delivered)."""
    sitting.claim(item["id"])
    now.best, now.ended = rules.Result(completed=True), True
    _go(sitting, item, now, edition, ended=True)
    return {"opened": True}


def _read(body: Any) -> tuple[str, dict[str, Any], bool]:
    if not isinstance(body, dict) or not isinstance(body.get("cmi"), dict):
        raise RefusedCallError("The commit could not be read.")
    session, terminated = body.get("session", ""), body.get("terminated", False)
    if not isinstance(session, str) or len(session) > 40 or not isinstance(terminated, bool):
        raise RefusedCallError("The commit could not be read.")
    if len(body["cmi"]) > MOST_VALUES:
        raise RefusedCallError("The commit has too many values.")
    return session, body["cmi"], terminated


def _judge(now: Kept, edition: str, item: dict[str, Any], *, terminated: bool) -> None:
    """What the package said and the manifest's marks make of this SCO."""
    ended = terminated and not rules.suspended(edition, now.values)
    now.values |= rules.judged(edition, item, now.values, ended=ended)
    now.ended = ended
    said = rules.result(edition, now.values)
    now.best = rules.better(now.best, said) if now.best else said


def _go(sitting: Sitting, item: dict[str, Any], now: Kept, edition: str, *, ended: bool) -> ActivityAttempt | int:
    """Keeps the SCO, and writes what all of them came to into the attempt under way. Where a commit changes nothing of
    that, its key is enough: the attempts are not looked up, and its seconds are written with the next thing that does.
    """
    before = dict(sitting.state.get(standing.RUN) or {})
    run: dict[str, Any] = {"run": now.run, "over": False}
    sitting.keep(item["id"], now.as_data())
    sitting.keep(standing.RUN, run)
    every = [standing.kept(sitting.state, one["id"]) for one in standing.parts(sitting.manifest["items"])]
    whole = rules.rolled_up([one.best if one else None for one in every])
    said = list(asdict(whole).values())
    if not (ended or sitting.touched) and before == run | {"go": before.get("go"), "said": said}:
        sitting.keep(standing.RUN, before)
        known: int = before["go"]
        return known
    go = sitting.go()
    go.raw, go.maximum, go.scaled, go.success = whole.raw, whole.maximum, whole.scaled, whole.success
    go.completion = "completed" if whole.completed else "incomplete"
    go.seconds = round(sum(one.seconds(edition) for one in every if one))
    if all(one is not None and one.ended for one in every) and (len(every) == 1 or _nothing_left(whole)):
        go.finished_at = sitting.given_at
        run["over"] = True
    elif go.pk is not None:
        run |= {"go": go.pk, "said": said}
    return go


def _nothing_left(whole: rules.Result) -> bool:
    """A run through several SCOs is over when all are done and none failed: a failed one can be tried again in it."""
    return whole.completed and whole.success is not False


def _put_items(sitting: Sitting, go: ActivityAttempt | int, now: Kept, item: dict[str, Any], told: list[int]) -> None:
    """The interactions that a commit changed as answers for item analysis, by their place in the package's own list.
    What stands there already need not be looked up: the state says what is new."""
    several = len(list(standing.parts(sitting.manifest["items"]))) > 1
    for index in told:
        about = {
            name: now.values.get(f"{INTERACTIONS}{index}.{name}", "")
            for name in ("id", "type", "description", "student_response", "learner_response", "result", "timestamp")
        }
        if not about["id"]:
            continue
        latency = now.values.get(f"{INTERACTIONS}{index}.latency", "")
        result = about["result"]
        answer = ItemResponse(
            item=(f"{item['id']}: {about['id']}" if several else about["id"])[:255],
            position=(now.go - 1) * cmi.MOST_OF["interactions"] + index,
            kind=about["type"][:40],
            asked=about["description"],
            answer=about["student_response"] or about["learner_response"],
            correct=CORRECT.get(result),
            score=float(result) if cmi.DECIMAL.fullmatch(result) else None,
            seconds=rules.seconds("1.2" if ":" in latency else "2004", latency) if latency else None,
            at=_moment(about["timestamp"], sitting.given_at),
        )
        if isinstance(go, int):
            sitting.put_known(go, answer)
        else:
            sitting.put_item(go, answer, blindly=True)


def _moment(said: str, given_at: datetime.datetime) -> datetime.datetime:
    """When it was answered, where the package says it believably; otherwise when the commit was made."""
    try:
        at = datetime.datetime.fromisoformat(said)
    except ValueError:
        return given_at
    within = at.tzinfo is not None and abs(at - given_at) <= datetime.timedelta(days=60)
    return at if within else given_at


def _logged(session: str, changed: dict[str, str], refused: dict[str, str], *, terminated: bool) -> dict[str, Any]:
    """What is written down of a commit. The state keeps the long texts: only their size stands here."""
    values = {key: {"bytes": len(value.encode())} if len(value) > LONGEST_LOGGED or key == "cmi.suspend_data" else value
              for key, value in changed.items()}  # fmt: skip
    found: dict[str, Any] = {"session": session, "changed": values}
    if terminated:
        found["terminated"] = True
    if refused:
        found["left_out"] = dict(list(refused.items())[:50])
    return found
