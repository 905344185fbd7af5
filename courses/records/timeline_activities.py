"""What a timeline says of interactive activities. Never what was in a call: the timeline does not know it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils import timezone

from .models import Event
from .models.event import EventKind

Words = tuple[str, str]


def groups(events: Iterable[Event]) -> Iterator[list[Event]]:
    """The events one by one, but the reports of one activity that follow each other together: a package reports every
    few seconds, which is one thing that she did."""

    def run(event: Event) -> object:
        calls = event.data.get("calls") if event.kind == EventKind.ACTIVITY_CALLS else None
        together = bool(calls) and isinstance(calls, list) and not _in_words(calls)
        return event.data.get("block") if together else event.pk or id(event)

    for _, found in itertools.groupby(events, key=run):
        yield list(found)


def _in_words(calls: Sequence[Any]) -> bool:
    return any(isinstance(call, list) and "words" in call for call in calls)


def _where(data: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    title = titles.get(data["block"])
    return f"the activity in “{title}”" if title else "an activity"


def opened(data: Mapping[str, Any], titles: Mapping[str, str]) -> Words:
    where = _where(data, titles)
    if data.get("again"):
        return f"You began {where} again", "What you did in it before is kept."
    return f"You opened {where}", ""


def done(data: Mapping[str, Any], titles: Mapping[str, str]) -> Words:
    where = _where(data, titles)
    if data["by"] == "words":
        return f"You finished {where}, in words", "Its equivalent in words counts as much as the activity."
    return f"You finished {where}", "What counts for it was met. Later attempts take nothing away."


def reported(events: Sequence[Event], titles: Mapping[str, str]) -> Words:
    """Some reports that followed each other."""
    data = events[0].data
    where = _where(data, titles)
    if "refused" in data:
        return f"Something that did not come from {where} was refused", "Nothing was changed by it."
    if _in_words(data["calls"]):
        return f"You handed in {where} in words", ""
    outcomes = [outcome for event in events for _, _, outcome in event.data["calls"]]
    kept = sum(outcome == "accepted" for outcome in outcomes)
    why = f"{kept} report{'' if kept == 1 else 's'} saved, the last at {timezone.localtime(events[-1].at):%H:%M}."
    late, refused = outcomes.count("stale"), outcomes.count("refused")
    if late:
        why += f" {late} came after something newer and changed nothing."
    if refused:
        why += f" {refused} could not be taken."
    return f"You worked in {where}", why
