"""Kept standings of large organisations: counted from the one SQL of states, never written by anybody else.

A team of up to `LIVE_UP_TO` learners is worked out from the records whenever somebody looks (`records.states`). For a
larger one the dates from which states follow are kept (`Standing`), and its sums (`UnitDay`): written by
`records.counting`, here it is decided who reads them, and when they are counted again.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from courses.content.models import ModuleVersion
from courses.people import jobs
from courses.people.models import Job, JobStatus, Organisation, Person, Unit

from . import counting
from .models import Recount, UnitDay
from .states import Need, State, Tally

KIND = "count-standings"
NEEDS = frozenset(Need)
LIVE_UP_TO = 2000
"""Learners of a team that is worked out while somebody waits: some tenths of a second at most."""


def live_up_to() -> int:
    return int(getattr(settings, "LIVE_UP_TO", LIVE_UP_TO))


def is_large(learners: int) -> bool:
    """Whether a team of so many learners is read from what was counted."""
    return learners > live_up_to()


@dataclass(frozen=True)
class Sums:
    """What was counted of a unit with all below it (None: the organisation) on a day.

    `tally` has what `States.tally` gives, `people` how many have a cell in a state, `needs` a cell of such a need,
    `coming` {days: (required and not held, held and expiring)} within so many days."""

    unit_id: int | None
    day: datetime.date
    counted_at: datetime.datetime
    learners: int
    tally: list[Tally]
    people: Mapping[State, int]
    needs: Mapping[Need, int]
    coming: Mapping[int, tuple[int, int]]
    complete: bool


def sums(
    organisation_id: int, units: Iterable[int | None], days: Collection[datetime.date], modules: Collection[int]
) -> dict[tuple[int | None, datetime.date], Sums]:
    """What was counted of units on days, as far as it was. One query. `modules` are those that she may know of."""
    ids = {unit for unit in units if unit is not None}
    rows = UnitDay.objects.filter(organisation=organisation_id, day__in=days)
    wanted = rows.filter(unit__in=ids)
    if None in set(units):
        wanted = rows.filter(unit__isnull=True) | wanted if ids else rows.filter(unit__isnull=True)
    return {(row.unit_id, row.day): _sums(row, modules) for row in wanted}


def _sums(row: UnitDay, modules: Collection[int]) -> Sums:
    tally: list[Tally] = []
    for module in modules:
        states: dict[str, list[int]] = row.tally.get(str(module), {})
        for state, numbers in states.items():
            tally += [
                Tally(module, State(state), required, number)
                for required, number in zip((True, False), numbers, strict=True)
                if number
            ]
        rest = row.learners - sum(map(sum, states.values()))
        if rest:
            tally.append(Tally(module, State.NOT_REQUIRED, False, rest))
    return Sums(
        unit_id=row.unit_id,
        day=row.day,
        counted_at=row.counted_at,
        learners=row.learners,
        tally=tally,
        people={State(kind): number for kind, number in row.people.items() if kind not in NEEDS},
        needs={Need(kind): number for kind, number in row.people.items() if kind in NEEDS},
        coming={int(days): (pair[0], pair[1]) for days, pair in row.coming.items()},
        complete={int(module) for module in row.tally} <= set(modules),
    )


# When to count again


def touched(person_ids: Collection[int]) -> None:
    """Something changed about these people that no event and no post tells of (leave, say): in the transaction that
    changed it. They are counted again within a minute. One statement."""
    Recount.objects.bulk_create(Recount(person_id=person) for person in person_ids)


def rule_changed(*, organisation_id: int, by: Person | None) -> None:
    """A rule of the organisation was set, changed or ended, in the transaction that did it: where standings are kept,
    they have to be counted again. Small organisations keep none, and see it at once."""
    organisation = Organisation.objects.get(pk=organisation_id)
    if is_large(_learners(organisation_id)):
        ask(organisation, by=by)


def on_version(version: ModuleVersion) -> None:
    """Listener of `content.publishing.after_version`: training taught anew changes how long what is held counts, and a
    module that became private or public changes what is anybody's business."""
    if version.number == 1:
        return
    for organisation in Organisation.objects.filter(counted_at__isnull=False):
        if is_large(_learners(organisation.pk)):
            ask(organisation)


def ask(organisation: Organisation, by: Person | None = None) -> Job:
    """Puts a count of the whole organisation into the queue; one that has not begun yet will do."""
    with transaction.atomic():
        counting.lock(organisation.pk)
        waiting = Job.objects.filter(kind=KIND, organisation=organisation, status=JobStatus.WAITING)
        return waiting.first() or jobs.ask(kind=KIND, by=by, organisation=organisation)


def count(work: jobs.Work) -> str:
    """The job: everybody of an organisation in steps, and then the figures of the day."""
    organisation = work.job.organisation
    if organisation is None:
        raise jobs.Fault("There is no organisation to count.")
    day = timezone.localdate()
    begun = work.cursor.get("begun") or timezone.now().isoformat()
    after, done = (work.cursor.get("person", 0), work.job.done) if work.cursor.get("day") == str(day) else (0, 0)
    people = counting.people_of(organisation.pk, day)
    for step in counting.steps(people, after):
        with transaction.atomic():
            counting.count_people(organisation.pk, step, day)
            done += len(step)
            work.reached(done=done, total=len(people), person=step[-1], day=str(day), begun=begun)
    with transaction.atomic():
        counting.count_day(organisation.pk, day, datetime.datetime.fromisoformat(begun))
        work.reached(done=done, total=len(people), person=people[-1] if people else 0, day=str(day), begun=begun)
    return f"{len(people)} people counted."


def count_touched(now: datetime.datetime | None = None) -> int:
    """Counts again whom something has happened to, in every large organisation. How many. Run it every minute."""
    now, people = now or timezone.now(), 0
    day = timezone.localdate(now)
    told = list(Recount.objects.values_list("pk", flat=True))
    for organisation in Organisation.objects.filter(counted_at__isnull=False).order_by("pk"):
        if is_large(_learners(organisation.pk)):
            people += _count_touched(organisation, now, day)
    Recount.objects.filter(pk__in=told).delete()
    return people


def _count_touched(organisation: Organisation, now: datetime.datetime, day: datetime.date) -> int:
    if organisation.counted_at is None:
        return 0
    found = counting.touched(organisation.pk, organisation.counted_at, day)
    for step in counting.steps(found):
        counting.count_people(organisation.pk, step, day)
    later = Organisation.objects.filter(pk=organisation.pk, counted_at__lt=now)
    later.update(counted_at=now)
    return len(found)


def _learners(organisation_id: int) -> int:
    """How many learned there when they were last counted."""
    roots = Unit.objects.filter(organisation=organisation_id, parent=None)
    return sum(roots.values_list("learners", flat=True))
