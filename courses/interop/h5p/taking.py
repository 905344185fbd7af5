"""What the statements and states of an H5P package change (`interop.calls.sittings` says how a handler works)."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings

from courses.content.activity_words import PASS_PERCENT
from courses.interop.calls.json_values import size
from courses.interop.calls.sittings import MOST_STATE, Call, Data, RefusedCallError, Sitting
from courses.records.models import ActivityAttempt, ItemResponse

from . import statements
from .statements import Statement

WHOLE = "root"
"""The item of a package that is one single question."""
AT_ONCE = datetime.timedelta(seconds=2)
"""Some types say "answered" and "completed" of one and the same end."""
ENDED = "ended"
"""Among the marks of the progress: the verb, number and time of the last end."""
MOST_PARTS, MOST_TYPES = 500, 20


def take(sitting: Sitting, call: Call) -> Any:
    """One statement, or the state she left."""
    if call.kind == "state":
        return _state(sitting, call.body)
    if call.kind == "statement":
        return _statement(sitting, call.body)
    raise RefusedCallError("H5P packages send no such calls.")


def _state(sitting: Sitting, body: Any) -> Data:
    """The whole of what the package keeps: {sub-content id: {data type: text}}; what is not in it is forgotten."""
    if not isinstance(body, dict) or len(body) > MOST_PARTS:
        raise RefusedCallError("Its state has not the form of one.")
    for part, kept in body.items():
        if not isinstance(kept, dict) or len(part) > 255 or len(kept) > MOST_TYPES:
            raise RefusedCallError("Its state has not the form of one.")
        if not all(isinstance(text, str) and len(name) <= 255 for name, text in kept.items()):
            raise RefusedCallError("Its state has not the form of one.")
    length = size(body)
    if length > MOST_STATE:
        raise RefusedCallError("Its state is too large.")
    sitting.claim("")
    for part in set(sitting.state) - set(body):
        sitting.keep(part, None)
    for part, kept in body.items():
        sitting.keep(part, kept)
    return {"bytes": length}


def _statement(sitting: Sitting, body: Any) -> Data:
    statement = statements.read(body, sitting.libraries)
    if statement.ends:
        _end(sitting, statement)
    elif statement.verb == "consumed" and statement.root:
        _consumed(sitting, statement)
    elif statement.verb == "answered":
        _answered(sitting, statement, statement.sub_id or "part")
    elif sitting.latest is None:
        sitting.go()
    return statements.kept(
        statement,
        iri=f"{settings.SITE_ORIGIN}/activities/{sitting.version.package.public_id}/{sitting.block['id']}",
        library=str(sitting.manifest.get("main_library", "")),
        at=sitting.given_at.isoformat(),
    )


def _end(sitting: Sitting, statement: Statement) -> None:
    """The whole is answered or worked through: the attempt is over. Said again, it is the end of the next one."""
    latest = sitting.latest
    if latest is not None and _just_ended(sitting) and _same_end(sitting, latest, statement):
        _add(sitting, latest, statement)
        return
    go = sitting.go()
    if go._state.adding and statement.seconds:
        go.started_at = min(go.started_at, _started(sitting, statement.seconds))
    go.finished_at = max(sitting.given_at, go.started_at)
    go.completion = "incomplete" if statement.completion is False else "completed"
    go.raw, go.maximum, go.scaled = statement.score.raw, statement.score.maximum, statement.score.scaled
    go.success = statements.passed(statement, _pass_mark(sitting))
    go.seconds = _seconds(go, statement)
    _single(sitting, go, statement)
    sitting.mark(ENDED, [statement.verb, sitting.sequence, sitting.given_at.isoformat()])


def _just_ended(sitting: Sitting) -> bool:
    ended = sitting.progress.marks.get(ENDED)
    return bool(ended and ended[0]) and abs(sitting.given_at - datetime.datetime.fromisoformat(ended[2])) <= AT_ONCE


def _same_end(sitting: Sitting, latest: ActivityAttempt, statement: Statement) -> bool:
    """Whether it is another word for the end of the latest attempt: not the same verb, nor another score."""
    known = {score for score in (latest.raw, statement.score.raw) if score is not None}
    return sitting.progress.marks[ENDED][0] != statement.verb and len(known) <= 1


def _single(sitting: Sitting, go: ActivityAttempt, statement: Statement) -> None:
    """A package that is one single question: its answer is the attempt's only item. Nothing has to be looked up."""
    if statement.verb == "answered" and (statement.response or statement.interaction):
        sitting.put_item(go, _item(sitting, statement, WHOLE, 0), blindly=True)


def _started(sitting: Sitting, seconds: float) -> datetime.datetime:
    """When an attempt began of which the first that was heard is its end: not before the one before had ended."""
    began = sitting.given_at - datetime.timedelta(seconds=seconds)
    ends = [go.finished_at for go in sitting.own if go.finished_at is not None]
    return min(max([began, *ends]), sitting.given_at)


def _seconds(go: ActivityAttempt, statement: Statement) -> int:
    if statement.seconds is not None:
        return round(statement.seconds)
    end = go.finished_at or go.started_at
    return min(int((end - go.started_at).total_seconds()), statements.MOST_SECONDS)


def _add(sitting: Sitting, go: ActivityAttempt, statement: Statement) -> None:
    """What a second word about the same end knows more."""
    if go.scaled is None and statement.score.scaled is not None:
        go.raw, go.maximum, go.scaled = statement.score.raw, statement.score.maximum, statement.score.scaled
    if go.success is None or statement.success is not None:
        go.success = statements.passed(statement, _pass_mark(sitting)) if go.success is None else statement.success
    if statement.verb == "completed" and statement.completion is not False:
        go.completion = "completed"
    _single(sitting, go, statement)


def _consumed(sitting: Sitting, statement: Statement) -> None:
    """Something to look at (an accordion) was looked at. It has no end and no marks, and says so at each opening."""
    latest = sitting.latest
    if latest is not None and latest.finished_at is not None:
        return
    go = sitting.go()
    if statement.completion is not False:
        go.completion = "completed"
        go.finished_at = max(sitting.given_at, go.started_at)
        go.seconds = _seconds(go, statement)


def _answered(sitting: Sitting, statement: Statement, item: str) -> None:
    """A question inside. Every answer to it is kept, in the order in which they came. A container may say that it is
    done the moment before its last question says that it is answered: that one still belongs to what is done."""
    latest = sitting.latest
    go = latest if latest is not None and latest.finished_at and _just_ended(sitting) else sitting.go()
    position = sitting.next_position(go, item)
    sitting.put_item(go, _item(sitting, statement, item, position))


def _item(sitting: Sitting, statement: Statement, item: str, position: int) -> ItemResponse:
    return ItemResponse(
        item=item,
        position=position,
        kind=statement.interaction,
        asked=statement.asked,
        answer=statement.answer,
        correct=statements.right(statement),
        score=statement.score.raw,
        maximum=statement.score.maximum,
        seconds=statement.seconds,
        at=sitting.given_at,
    )


def _pass_mark(sitting: Sitting) -> float:
    """Per cent from which a package that does not say so itself counts as passed."""
    rule = sitting.block["rule"]
    return float(rule["score"]) if rule["kind"] == "score" and rule["score"] else float(PASS_PERCENT)
