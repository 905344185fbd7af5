"""What one learner sees of her own records: where she stands with each module, and what to do next.

Her own rows only, private modules included: nobody else's page may use these reads (managers start from `team.Team`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from courses.content.models import ChangeKind, ModulePage, ModuleVersion
from courses.people.models import Person

from . import rules
from .models import Attempt, Completion, Enrolment, LessonProgress
from .states import Cell, State, States
from .waiting import SETTLED, First, order_for


@dataclass(frozen=True, kw_only=True)
class Item:
    """A module as it concerns her."""

    cell: Cell
    slug: str
    title: str
    minutes: int
    private: bool
    live: bool
    attempt: Attempt | None = None
    """The one that is open."""
    progress: rules.Progress | None = None
    held: Completion | None = None
    first: list[First] = field(default_factory=list)
    """What she has to hold before she begins it."""
    new_training_by: datetime.date | None = None
    """The module was taught anew since she completed it; by when she needs it again."""

    @property
    def due_on(self) -> datetime.date | None:
        """The day that counts for her: when what she holds runs out, or a requirement's due date."""
        if self.cell.state == State.EXPIRING_SOON:
            return self.cell.valid_until
        return self.cell.shown_on if self.cell.required or self.cell.state == State.OVERDUE else None

    @property
    def ran_out(self) -> datetime.date | None:
        """When a completion of hers stopped counting; None when she never held one or it counts."""
        return self.cell.valid_until if self.cell.state == State.OVERDUE else None

    @property
    def can_begin(self) -> bool:
        """Whether there is something to press."""
        return self.attempt is not None or (self.live and not self.first)


@dataclass(frozen=True)
class Overview:
    """My learning, in the order in which she needs it."""

    overdue: list[Item] = field(default_factory=list)
    needs_help: list[Item] = field(default_factory=list)
    due_soon: list[Item] = field(default_factory=list)
    in_progress: list[Item] = field(default_factory=list)
    refreshers: list[Item] = field(default_factory=list)
    later: list[Item] = field(default_factory=list)
    exempt: list[Item] = field(default_factory=list)
    states: dict[int, Cell] = field(default_factory=dict)
    """Her cell for every module, for the list of what she completed."""

    @property
    def tasks(self) -> list[Item]:
        """What can be gone on with, the most pressing first."""
        return [*self.overdue, *self.due_soon, *self.in_progress, *self.refreshers, *self.later]

    @property
    def first(self) -> Item | None:
        """The one thing to do next."""
        return next((item for item in self.tasks if item.can_begin), None)


def completions(person: Person) -> QuerySet[Completion]:
    """What she completed, newest first, with the version it was; not the heavy outline."""
    found = Completion.objects.filter(person=person).select_related("version").defer("version__outline")
    return found.order_by("-completed_at", "-pk")


def overview(person: Person, on: datetime.date, done: list[Completion]) -> Overview:
    """Where she stands today with every module that concerns her. `done` are her `completions`. 5 queries, however many
    modules there are; at most 3 more where a path is required of her."""
    modules = {module["pk"]: module for module in _modules()}
    states = States(people=Person.objects.filter(pk=person.pk), modules=list(modules), on=on, private_versions=True)
    cells = {cell.module_id: cell for cell in states.cells()}
    attempts, worked = _open_attempts(person)
    by_id = {completion.pk: completion for completion in done}
    order = order_for(person, on)
    begun_once = {completion.module_id for completion in done} | set(attempts)
    found = Overview(states=cells)
    for module_id, cell in cells.items():
        module, attempt = modules[module_id], attempts.get(module_id)
        held = by_id.get(cell.completion_id or 0)
        anew = held is not None and (module["taught_anew"] or 0) > held.version.number
        item = Item(
            cell=cell,
            slug=module["slug_now"],
            title=attempt.version.title if attempt else module["title_now"],
            minutes=module["minutes_now"],
            private=attempt.version.private if attempt else module["private_now"],
            live=module["live"],
            attempt=attempt,
            progress=rules.progress(attempt.version.outline, worked[attempt.pk]) if attempt else None,
            held=held,
            first=[]
            if module_id in begun_once
            else [
                First(modules[one]["slug_now"], modules[one]["title_now"])
                for one in sorted(order.get(module_id, ()), key=lambda one: modules[one]["title_now"])
                if one in modules and modules[one]["live"] and cells[one].state not in SETTLED
            ],
            new_training_by=module["anew_by"] if anew else None,
        )
        place = _place(item, anew=anew)
        if place:
            getattr(found, place).append(item)
    for items in (found.overdue, found.due_soon, found.in_progress, found.refreshers, found.later):
        items.sort(key=lambda item: (item.due_on or item.new_training_by or datetime.date.max, item.title.lower()))
    return found


PLACES = {
    State.OVERDUE: "overdue",
    State.FAILED: "needs_help",
    State.DUE_SOON: "due_soon",
    State.EXPIRING_SOON: "refreshers",
    State.IN_PROGRESS: "in_progress",
    State.NOT_STARTED: "later",
    State.EXEMPT: "exempt",
}


def _place(item: Item, *, anew: bool) -> str:
    """Under which heading a module stands; "" when there is nothing to do or to say."""
    place = PLACES.get(item.cell.state, "")
    if item.attempt and item.attempt.enrolment.tries_used_up:
        return "needs_help"
    if item.attempt and place in {"", "exempt"}:
        return "in_progress"  # a newer version, or more than is asked of her: it may be finished all the same
    if not place and anew:
        return "refreshers"
    return place


def _modules() -> Iterable[dict[str, Any]]:
    """Every module that was ever published, under the title and address learners know, and the last version that
    holders need again. 1 query."""
    anew = ModuleVersion.objects.filter(module=OuterRef("pk"), change_kind=ChangeKind.NEW_TRAINING, number__gt=1)
    anew = anew.order_by("-number")
    found: Iterable[dict[str, Any]] = (
        ModulePage.objects.filter(current_version__isnull=False)
        .annotate(
            slug_now=F("current_version__slug"),
            title_now=F("current_version__title"),
            minutes_now=F("current_version__minutes"),
            private_now=F("current_version__private"),
            taught_anew=Subquery(anew.values("number")[:1]),
            anew_by=Subquery(anew.values("holders_due_by")[:1]),
        )
        .order_by()
        .values("pk", "live", "slug_now", "title_now", "minutes_now", "private_now", "taught_anew", "anew_by")
    )
    return found


def _open_attempts(person: Person) -> tuple[dict[int, Attempt], dict[int, set[str]]]:
    """Her open attempts by module, of her latest period, and the lessons worked through by attempt. 2 queries."""
    later = Enrolment.objects.filter(
        person=OuterRef("enrolment__person"),
        module=OuterRef("enrolment__module"),
        period__gt=OuterRef("enrolment__period"),
    )
    mine = Attempt.objects.filter(~Exists(later), enrolment__person=person, enrolment__completed_at__isnull=True)
    attempts = list(mine.select_related("enrolment", "version").order_by("enrolment__period", "number"))
    latest = {attempt.enrolment.module_id: attempt for attempt in attempts}
    worked: dict[int, set[str]] = {attempt.pk: set() for attempt in attempts}
    rows = LessonProgress.objects.filter(
        attempt__enrolment__person=person, attempt__enrolment__completed_at__isnull=True
    ).values_list("attempt_id", "lesson_id")
    for attempt_id, lesson_id in rows:
        if attempt_id in worked:
            worked[attempt_id].add(lesson_id)
    return latest, worked
