"""What happened to one enrolment and why, in plain words, and what is missing: told to the learner herself."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date

from courses.people.models import Person

from . import queries, rules
from . import timeline_activities as activities
from .agreements import WORDS, in_words
from .models import Attempt, Completion, Enrolment, Event, LessonProgress, Try
from .models.event import EventKind
from .states import Cell, States


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: what happened, and why or what follows from it."""

    kind: str
    at: datetime.datetime
    words: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """One period of a module, with the answer to "why am I (not) complete?"."""

    enrolment: Enrolment
    attempt: Attempt
    periods: list[int]
    cell: Cell | None
    missing: list[dict[str, Any]]
    """Lessons not worked through yet, as in the outline of her version."""
    sittings: list[Try]
    extra: int
    completion: Completion | None
    entries: list[Entry]

    @property
    def title(self) -> str:
        return self.attempt.version.title

    @property
    def latest(self) -> bool:
        """Whether this is the period she is in."""
        return self.enrolment.period == max(self.periods)

    @property
    def assessed(self) -> bool:
        return rules.has_assessment(self.attempt.version.outline)

    @property
    def pass_mark(self) -> int:
        return int(self.attempt.version.outline["pass_mark"])

    @property
    def handed_in(self) -> list[Try]:
        return [sitting for sitting in self.sittings if sitting.submitted_at]

    @property
    def open_try(self) -> bool:
        return len(self.handed_in) < len(self.sittings)

    @property
    def best(self) -> int | None:
        return max((sitting.score or 0 for sitting in self.handed_in), default=None)

    @property
    def tries_allowed(self) -> int:
        """0 when she may sit it as often as she likes."""
        tries = int(self.attempt.version.outline["tries"])
        return tries + self.extra if tries else 0

    @property
    def tries_left(self) -> int | None:
        return rules.tries_left(self.attempt.version.outline, len(self.handed_in), self.extra)

    @property
    def due_on(self) -> datetime.date | None:
        return self.cell.due_on if self.cell and self.cell.required else None


def story(person: Person, slug: str, period: int | None, today: datetime.date) -> Story | None:
    """Her period (the latest) at the module with this address, or one it once had; None when she never began it.
    7 queries."""
    enrolments = list(
        Enrolment.objects.filter(person=person)
        .filter(Q(module__slug=slug) | Q(attempts__version__slug=slug))
        .order_by("-period")
        .distinct()
    )
    enrolment = next((one for one in enrolments if period in {None, one.period}), None)
    if enrolment is None:
        return None
    attempt = enrolment.attempts.select_related("version").order_by("-number").first()
    if attempt is None:
        return None
    done = set(LessonProgress.objects.filter(attempt=attempt).values_list("lesson_id", flat=True))
    events = list(queries.timeline(enrolment, with_agreements=True))
    lessons = attempt.version.outline["lessons"]
    me = Person.objects.filter(pk=person.pk)
    cells = States(people=me, modules=[enrolment.module_id], on=today, private_versions=True).cells()
    return Story(
        enrolment=enrolment,
        attempt=attempt,
        periods=[one.period for one in reversed(enrolments)],
        cell=cells[0] if cells else None,
        missing=[lesson for lesson in lessons if lesson["id"] not in done],
        sittings=list(Try.objects.filter(attempt=attempt).order_by("number")),
        extra=sum(event.kind == EventKind.EXTRA_TRY for event in events),
        completion=Completion.objects.filter(enrolment=enrolment).first(),
        entries=list(entries(events, titles(lessons))),
    )


def titles(lessons: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the timeline calls lessons, by their address and by the ids of the activities in them."""
    named: dict[str, str] = {}
    for lesson in lessons:
        named[lesson["slug"]] = lesson["title"]
        named |= {activity["id"]: lesson["title"] for activity in lesson.get("activities", ())}
    return named


def entries(events: Iterable[Event], lessons: Mapping[str, str]) -> Iterable[Entry]:
    """The events in words; `lessons` are the titles by address and by activity."""
    for together in activities.groups(events):
        event = together[0]
        words, why = _tell(together, lessons)
        yield Entry(event.kind, timezone.localtime(event.at), words, given_reason(event) or why)


def given_reason(event: Event) -> str:
    """What somebody gave as her reason, as a sentence of ours; "" where nobody gave one, or it was erased."""
    note = getattr(event, "note", None)
    return f"The reason given: {note.text}" if note and note.text else ""


def _tell(together: Sequence[Event], lessons: Mapping[str, str]) -> tuple[str, str]:
    """Words and reason of one event, or of some that are one thing. A kind or a key that is not known still gives a
    line: it happened."""
    event = together[0]
    teller = TELLERS.get(event.kind)
    try:
        if event.kind == EventKind.ACTIVITY_CALLS:
            return activities.reported(together, lessons)
        return teller(event.data, lessons) if teller else (event.get_kind_display(), "")
    except (KeyError, TypeError, ValueError):
        return event.get_kind_display(), ""


def _day(text: str | None) -> str:
    day = parse_date(text) if text else None
    return f"{day.day} {day:%B %Y}" if day else ""


def _enrolled(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    if data["period"] == 1:
        return "You joined this module", ""
    return "You took this module up again", "What you completed before keeps its own record and certificate."


def _started(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    return (
        f"You started version {data['version']} of the module",
        "You stay on this version until you finish, even if a newer one is published meanwhile.",
    )


def _lesson(data: Mapping[str, Any], lessons: Mapping[str, str]) -> tuple[str, str]:
    title = lessons.get(data["lesson"])
    return (f"You worked through “{title}”" if title else "You worked through a lesson"), ""


def _submitted(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    words = f"You handed in try {data['try']}: {data['right']} of {data['questions']} right, {data['score']}%"
    if data["passed"]:
        return words, f"The pass mark is {data['pass_mark']}%, so this try passed."
    return words, f"The pass mark is {data['pass_mark']}%, so this try did not pass."


def _used_up(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    return f"That was the last of {data['tries']} tries", "The module allows no more unless somebody gives you another."


def _completed(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    count = data["lessons"]
    why = f"All {count} lessons were done" if count != 1 else "The lesson was done"
    if data["score"] is not None:
        why += f", and the assessment passed with {data['score']}%"
    until = _day(data.get("valid_until"))
    return "You completed the module", f"{why}. " + (f"It counts until {until}." if until else "It has no end date.")


def _certified(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    return "Your certificate was issued", "It is made at the moment of completion."


def _rescored(data: Mapping[str, Any], _: Mapping[str, str]) -> tuple[str, str]:
    return (
        f"Try {data['try']} now counts as {data['score']}%",
        "A question was withdrawn, and counts as right for everybody.",
    )


Teller = Callable[[Mapping[str, Any], Mapping[str, str]], tuple[str, str]]


def _agreed(kind: str) -> Teller:
    return lambda data, _: in_words(kind, dict(data))


TELLERS: dict[str, Teller] = {
    EventKind.ENROLLED: _enrolled,
    EventKind.STARTED: _started,
    EventKind.LESSON_DONE: _lesson,
    EventKind.TRY_STARTED: lambda data, _: (f"You began try {data['try']} of the assessment", ""),
    EventKind.TRY_SUBMITTED: _submitted,
    EventKind.TRIES_USED_UP: _used_up,
    EventKind.COMPLETED: _completed,
    EventKind.CERTIFIED: _certified,
    EventKind.REVOKED: lambda *_: (
        "Your certificate was revoked",
        "It no longer counts. The record of what you did stays.",
    ),
    EventKind.NAME_CORRECTED: lambda *_: ("Your name was corrected on the certificate", ""),
    EventKind.CORRECTED: lambda *_: ("You were told of an urgent correction", "Something in the module was wrong."),
    EventKind.RESCORED: _rescored,
    EventKind.ACTIVITY_OPENED: activities.opened,
    EventKind.ACTIVITY_DONE: activities.done,
    **{kind: _agreed(kind) for kind in WORDS},
    EventKind.EXTRA_TRY: lambda *_: (
        "You were given another try",
        "Somebody who answers for your training allowed it.",
    ),
}
