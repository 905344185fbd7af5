"""The one door for what packages report: H5P and SCORM, from the site's page and from a package's own origin.

Everything in a request is taken in one transaction that holds the learner's activity and enrolment: each call is
written down with what became of it, what it changes is changed, the rule of the activity is looked at, and whatever
hangs on it follows at once (lesson, module, certificate). A call that came before (same opening, same number) changes
nothing, so that a browser may send what it is not sure of as often as it likes.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.content.models import PackageKind
from courses.interop.h5p import taking as h5p
from courses.interop.launches import Launch
from courses.interop.scorm import commits as scorm
from courses.interop.versions import package_version
from courses.records import queries, rules, services
from courses.records.events import event
from courses.records.models import ActivityCall, ActivityProgress, Attempt, CallOutcome, Completion, SatisfiedBy
from courses.records.models.event import EventKind

from . import Call, RefusedCallError, StaleCallError, limits
from .json_values import clean, size
from .sittings import Sitting

OLDEST = datetime.timedelta(days=60)
REPEAT = "repeat"
LARGEST = {"opened": 4 * 1024, "statement": 64 * 1024, "state": 150 * 1024, "commit": 150 * 1024}
"""Bytes of a call's body, by kind; a call of any other kind is refused."""


class NotTakenError(Exception):
    """Nothing of the request was taken; `code` is for the script, `message` for the learner."""

    code = "refused"
    message = "This was not saved."

    def __init__(self, message: str = "") -> None:
        self.message = message or self.message
        super().__init__(self.message)


class EndedError(NotTakenError):
    """The run through the module is over, the sign-in was taken away, or the opening was one that keeps nothing."""

    code = "ended"
    message = "This run through the module is finished, so nothing more is saved. Your record is safe."


class NotHereError(NotTakenError):
    """The token is ours, but there is no such activity in this learner's version of the module."""

    code = "not-here"
    message = "This activity does not belong to your run through the module, so nothing was saved."


class FloodError(NotTakenError):
    """Too much at once; `seconds` until more is taken."""

    code = "flood"
    message = "The activity sends too much at once. It is saved a little later."

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds


@dataclass(frozen=True)
class Result:
    """What became of a call: accepted, repeat, stale or refused (with the reason in words)."""

    seq: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Received:
    """What became of a request. `upto` is the last number of the unbroken row that begins with the request's first:
    all of them are written down, whatever their outcome."""

    saved_at: datetime.datetime
    results: list[Result] = field(default_factory=list)
    upto: int = 0
    satisfied: bool = False
    completion: Completion | None = None


def receive(*, launch: Launch, calls: Sequence[Call], now: datetime.datetime | None = None) -> Received:
    """Takes the calls of one opening. Raises NotTakenError when nothing of them can be taken at all.

    At most 19 queries with BEGIN and COMMIT, the completion of the module with its certificate included; 7 for a state.
    """
    if launch.mode != "normal" or launch.attempt_id is None:
        raise EndedError("Nothing is saved while you look back at an activity.")
    wait = limits.seconds_to_wait(who=f"{launch.attempt_id}:{launch.block_id}", calls=max(1, len(calls)))
    if wait:
        raise FloodError(wait)
    with transaction.atomic():
        return _receive(launch, launch.attempt_id, calls, now or timezone.now())


def _receive(launch: Launch, attempt_id: int, calls: Sequence[Call], now: datetime.datetime) -> Received:
    progress = _held(launch, attempt_id)
    before = _taken(progress, launch.client, calls)
    if progress.attempt.enrolment.completed_at is not None:
        return _after_the_end(progress, before, calls, now)
    block = queries.activity_block(progress.attempt, launch.block_id)
    version = package_version(progress.version_id)
    if block is None or version is None or launch.version_id != progress.version_id:
        raise NotHereError
    sitting = Sitting(progress=progress, version=version, block=block, client=launch.client, now=now)
    rows: list[ActivityCall] = []
    results = []
    for call in sorted(calls, key=lambda one: one.seq):
        if call.seq in before:
            results.append(Result(call.seq, REPEAT))
            continue
        before.add(call.seq)
        row = judge(sitting, call)
        rows.append(row)
        results.append(Result(call.seq, row.outcome, row.reason))
    standing = _write(sitting, rows, now)
    return Received(
        saved_at=now,
        results=results,
        upto=_unbroken(result.seq for result in results),
        satisfied=standing.satisfied,
        completion=standing.completion,
    )


def _after_the_end(
    progress: ActivityProgress, before: set[int], calls: Sequence[Call], now: datetime.datetime
) -> Received:
    """The call that completed the module, sent again because its answer was lost, is told of the completion; what is
    new after it is not saved."""
    if not any(call.seq in before for call in calls):
        raise EndedError
    results = [
        Result(call.seq, REPEAT) if call.seq in before else Result(call.seq, CallOutcome.REFUSED, EndedError.message)
        for call in sorted(calls, key=lambda one: one.seq)
    ]
    return Received(
        saved_at=progress.saved_at or now,
        results=results,
        upto=_unbroken(result.seq for result in results),
        satisfied=progress.satisfied_at is not None,
        completion=Completion.objects.filter(enrolment=progress.attempt.enrolment).first(),
    )


def _held(launch: Launch, attempt_id: int) -> ActivityProgress:
    """The progress, held. Her page begins it when it opens an activity; where it is lost, it is begun here."""
    found = services.held_progress(attempt_id=attempt_id, person_id=launch.person_id, block_id=launch.block_id)
    if found is not None:
        return found
    attempt = (
        Attempt.objects.select_related("version").filter(pk=attempt_id, enrolment__person=launch.person_id).first()
    )
    if attempt is None:
        raise EndedError
    block = queries.activity_block(attempt, launch.block_id)
    if block is None or block["version_id"] != launch.version_id:
        raise NotHereError
    try:
        return services.begun_progress(
            attempt=attempt, person_id=launch.person_id, block_id=launch.block_id, version_id=launch.version_id
        )
    except ActivityProgress.DoesNotExist as error:
        raise EndedError("Your sign-in has ended, so nothing more is saved.") from error


def _taken(progress: ActivityProgress, client: str, calls: Sequence[Call]) -> set[int]:
    """Numbers of these calls that were written down before. No query as long as one opening sends in order."""
    if not calls:
        return set()
    first = min(call.seq for call in calls)
    if progress.client == client and progress.sequence < first:
        return set()
    kept = ActivityCall.objects.filter(progress=progress, client=client, sequence__gte=first)
    found = set(kept.values_list("sequence", flat=True))
    # The last number of this opening, so that the next request in order needs no query again.
    progress.client, progress.sequence = client, max(found, default=0)
    return found


def judge(sitting: Sitting, call: Call) -> ActivityCall:
    """Takes one call into the sitting, and says what became of it: a row that is not written yet."""
    sitting.sequence = call.seq
    sitting.given_at = sitting.now - min(datetime.timedelta(milliseconds=max(0, call.age_ms)), OLDEST)
    outcome, reason, body = CallOutcome.ACCEPTED, "", None
    try:
        body = _fit(call)
        body = _take(sitting, Call(call.seq, call.kind, call.part, body, call.age_ms))
    except RefusedCallError as error:
        outcome, reason = CallOutcome.REFUSED, error.reason
    except StaleCallError:
        outcome, reason = CallOutcome.STALE, "Something newer stood already."
    if outcome != CallOutcome.ACCEPTED and call.kind == "state" and body is not None:
        body = {"bytes": size(body)}
    return ActivityCall(
        progress=sitting.progress,
        client=sitting.client,
        sequence=call.seq,
        kind=call.kind,
        part=call.part,
        given_at=sitting.given_at,
        received_at=sitting.now,
        outcome=outcome,
        reason=reason,
        body=body,
    )


def _take(sitting: Sitting, call: Call) -> Any:
    """What the call changes, by the kind of the package; what is to be kept of its body."""
    if call.kind == "opened":
        # It plays: with that it has been opened, and the first attempt begins. Nothing is in such a call.
        if not sitting.own:
            sitting.go()
        return None
    return h5p.take(sitting, call) if sitting.version.kind == PackageKind.H5P else scorm.take(sitting, call)


def _fit(call: Call) -> Any:
    """The call's body, fit to be kept."""
    if call.kind not in LARGEST:
        raise RefusedCallError("There are no such calls.")
    body = clean(call.body)
    length = size(body)
    if length > LARGEST[call.kind]:
        raise RefusedCallError(f"It is too large: {length:,} bytes.")
    return body


def _write(sitting: Sitting, rows: list[ActivityCall], now: datetime.datetime) -> services.Standing:
    progress = sitting.progress
    if not rows:
        return services.Standing(progress.satisfied_at is not None)
    ActivityCall.objects.bulk_create(rows)
    sitting.write()
    progress.client = sitting.client
    progress.sequence = max(progress.sequence, *(row.sequence for row in rows), 0)
    changed = sitting.changed | {"client", "sequence"}
    if any(row.outcome == CallOutcome.ACCEPTED for row in rows):
        progress.saved_at, progress.given_at = now, rows[-1].given_at
        changed |= {"saved_at", "given_at"}
    return services.settle(
        progress=progress,
        rule=sitting.block["rule"],
        by=SatisfiedBy.PACKAGE,
        facts=facts_of(sitting),
        now=now,
        events=[_told(sitting, rows, now)],
        changed=changed,
    )


def facts_of(sitting: Sitting) -> rules.ActivityFacts | None:
    """What the attempts came to, by the setting of the block; None when nothing of them can have changed."""
    if not sitting.touched:
        return None
    goes = [
        {"completed": go.completion == "completed", "passed": go.success, "scaled": go.scaled} for go in sitting.own
    ]
    return rules.counted(goes, sitting.block["counts"])


def _told(sitting: Sitting, rows: list[ActivityCall], now: datetime.datetime) -> Any:
    """The line of the timeline: numbers and kinds, never what was in the calls."""
    progress = sitting.progress
    calls = [[row.sequence, row.kind if row.kind in LARGEST else "unknown", row.outcome] for row in rows]
    return event(
        enrolment=progress.attempt.enrolment,
        kind=EventKind.ACTIVITY_CALLS,
        at=now,
        client_id=f"calls:{progress.pk}:{sitting.client}:{rows[0].sequence}",
        data={"block": progress.block_id, "calls": calls},
    )


def _unbroken(numbers: Iterable[int]) -> int:
    """The end of the row without gaps that begins with the first number."""
    last = 0
    for number in numbers:
        if last and number > last + 1:
            break
        last = number
    return last
