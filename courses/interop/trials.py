"""A trainer plays a package as a learner would: the same handlers judge each call, and nothing becomes a record."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.content.models import PackageVersion
from courses.people.models import Person
from courses.records import rules
from courses.records.models import ActivityAttempt, ActivityProgress

from . import launches
from .calls import Call, RefusedCallError, limits, receiving
from .calls.json_values import clean, size
from .calls.sittings import RESULT, Sitting
from .launches import Launch
from .models import Trial

Data = dict[str, Any]
MOST_CALLS = 100
LONGEST_LOG = 500
"""Entries kept; the oldest go."""
LONGEST_BODY = 4000
"""Bytes of a call that are shown; a longer one is named by its size."""
BLOCK: Data = {"id": "trial", "rule": {"kind": "completed", "score": 0}, "counts": "best"}


def begin(*, person: Person, version: PackageVersion) -> Trial:
    """One's own trial of a version, begun or gone on with. 1 query, 3 the first time."""
    now = timezone.now()
    trial, _ = Trial.objects.get_or_create(
        person=person, version=version, defaults={"started_at": now, "touched_at": now}
    )
    return trial


def reset(*, trial: Trial) -> None:
    """Forgets a trial."""
    trial.delete()


def token(*, trial: Trial, part: str) -> str:
    """For an opening of a trial: it can write into the trial only."""
    return launches.make(
        Launch(
            mode="trial",
            person_id=trial.person_id,
            version_id=trial.version_id,
            block_id=BLOCK["id"],
            trial_id=trial.pk,
            part=part[:255],
            client=launches.new_client(),
        )
    )


def parts_of(version: PackageVersion) -> Iterator[Data]:
    """What can be opened one by one: the SCOs of a SCORM package, {id, title}; nothing for others."""
    waiting = list(version.manifest.get("items", []))
    while waiting:
        item = waiting.pop(0)
        if item.get("href"):
            yield {"id": item["id"], "title": item["title"]}
        waiting = [*item.get("items", []), *waiting]


def play(*, trial: Trial, client: str, calls: Sequence[Call]) -> list[Data]:
    """What each call is answered and would come to, as entries of the trial's log. Nothing else is written. Raises
    FloodError, as for a learner."""
    if wait := limits.seconds_to_wait(who=f"trial:{trial.pk}", calls=max(1, len(calls))):
        raise receiving.FloodError(wait)
    with transaction.atomic():
        return _play(trial, client, calls)


def _play(trial: Trial, client: str, calls: Sequence[Call]) -> list[Data]:
    now = timezone.now()
    kept = Trial.objects.select_for_update().get(pk=trial.pk)
    sitting = _sitting(kept, trial.version, client, now)
    entries = []
    for call in calls:
        before = [_said(go) for go in sitting.attempts]
        row = receiving.judge(sitting, call)
        recorded = [said for go in sitting.attempts if (said := _said(go)) not in before]
        entries.append(
            {
                "seq": call.seq,
                "kind": call.kind,
                "part": call.part,
                "at": row.given_at.isoformat(),
                "outcome": row.outcome,
                "reason": row.reason,
                "body": _shown(call.body),
                "recorded": recorded,
            }
        )
    kept.state, kept.marks = sitting.state, sitting.progress.marks
    kept.attempts = [_said(go) for go in sitting.attempts]
    kept.log = [*kept.log, *entries][-LONGEST_LOG:]
    kept.touched_at = now
    kept.save()
    trial.attempts, trial.log = kept.attempts, kept.log
    return entries


def _shown(body: Any) -> Any:
    """What the log shows of a call's body; it may hold what no database keeps."""
    try:
        kept = clean(body)
    except RefusedCallError:
        return {"unreadable": True}
    return kept if (length := size(kept)) <= LONGEST_BODY else {"bytes": length}


def satisfied(trial: Trial, rule: Data) -> bool:
    """Whether a learner's activity with this rule would count now, the best attempt counting."""
    facts = [
        {"completed": go["completion"] == "completed", "passed": go["success"] is True, "scaled": go["scaled"]}
        for go in trial.attempts
    ]
    return rules.activity_satisfied(rule, rules.counted(facts, "best"))


def _sitting(trial: Trial, version: PackageVersion, client: str, now: datetime.datetime) -> Sitting:
    """A learner's sitting over rows that are in no table."""
    progress = ActivityProgress(version=version, block_id=BLOCK["id"], state=trial.state)
    progress.marks = trial.marks
    goes = [_go(progress, one) for one in trial.attempts]
    return Sitting(progress=progress, version=version, block=BLOCK, client=client, now=now, goes=goes)


def _go(progress: ActivityProgress, said: Data) -> ActivityAttempt:
    times = {name: said[name] and datetime.datetime.fromisoformat(said[name]) for name in ("started_at", "finished_at")}
    values = {name: said[name] for name in RESULT if name != "finished_at"}
    return ActivityAttempt(progress=progress, number=said["number"], **times, **values)


def _said(go: ActivityAttempt) -> Data:
    """An attempt as plain data."""
    values = {name: getattr(go, name) for name in ("number", "started_at", *RESULT)}
    for name in ("started_at", "finished_at"):
        values[name] = values[name].isoformat() if values[name] else None
    return values
