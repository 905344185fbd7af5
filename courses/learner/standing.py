"""Where a learner stands with a module, in words: for the catalogue, the module page and the front page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.dateformat import format as in_words

from courses.people.models import User
from courses.records.models import Enrolment
from courses.records.states import SOON_DAYS


@dataclass(frozen=True)
class Standing:
    """`kind` is that of `{% state_tag %}`; `action` is what the button says, empty where there is nothing to do."""

    kind: str
    words: str
    action: str
    done: int = 0
    due_on: datetime.date | None = None
    used_up: bool = False

    @property
    def is_new(self) -> bool:
        return self.kind == "none"


NOT_STARTED = Standing(kind="none", words="Not started", action="Start this module")


def standing(enrolment: Enrolment | None, lessons: int, today: datetime.date | None = None) -> Standing:
    """What the latest enrolment of a module with `lessons` lessons says on a day (today)."""
    day = today or timezone.localdate()
    if enrolment is None:
        return NOT_STARTED
    if enrolment.completed_at:
        return _completed(enrolment, day)
    due, done = enrolment.due_on, min(enrolment.lessons_done, lessons)
    if enrolment.tries_used_up:
        return Standing(kind="over", words="No tries left", action="", done=done, due_on=due, used_up=True)
    late = bool(due and due < day)
    if enrolment.started_at:
        words = f"In progress, lesson {min(done + 1, lessons)} of {lessons}" if done < lessons else "Assessment next"
        return Standing(
            kind="over" if late else "open", words=f"Overdue, {words.lower()}" if late else words,
            action="Carry on", done=done, due_on=due,
        )  # fmt: skip
    if due:
        said = f"Overdue since {say(due)}" if late else f"Due by {say(due)}"
        return Standing(kind="over" if late else "soon", words=said, action="Start this module", due_on=due)
    return NOT_STARTED


def _completed(enrolment: Enrolment, day: datetime.date) -> Standing:
    until = enrolment.valid_until
    if until is None:
        return Standing(kind="done", words="Completed", action="")
    if until < day:
        return Standing(kind="over", words=f"Expired on {say(until)}", action="Take it again")
    if (until - day).days <= SOON_DAYS:
        return Standing(kind="soon", words=f"Expires on {say(until)}", action="Take it again")
    return Standing(kind="done", words=f"Completed, valid until {say(until)}", action="")


def latest(user: User | AnonymousUser, module_ids: Iterable[int]) -> dict[int, Enrolment]:
    """The latest enrolment of `user` in each of these modules. 1 query; none for a visitor."""
    ids = list(module_ids)
    if not user.is_authenticated or not ids:
        return {}
    rows = Enrolment.objects.filter(person_id=user.person_id, module_id__in=ids).order_by("period")
    return {row.module_id: row for row in rows}


def say(day: datetime.date) -> str:
    """A date as people write it: 3 March 2028."""
    return in_words(day, "j F Y")
