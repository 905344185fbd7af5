"""Counting standings: what `records.states` works out for everybody, kept for who cannot wait for it.

An organisation is counted in steps of people, each in a transaction that locks the organisation: its standings, the
roll of who was counted where, and what that changes in the day's figures are written together, so a figure and the
list behind it have the same count at every moment, whoever counts beside us and wherever a worker is killed.
"""
# ruff: noqa: S608 (the SQL is constants of ours and what Django compiled; values are parameters)

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from courses.people.models import Membership, Organisation, Person, Role, Unit

from .judgement_sql import KNOWN
from .models import Event, Recount, Roll, Standing, UnitDay
from .models.event import EventKind
from .states import States
from .tallies import Tallies, Where, added, paths_of
from .team import Team, public_modules

STEP = 1000
"""People in one transaction: some tenths of a second."""

OVERLAP = datetime.timedelta(minutes=2)
"""Events are looked for from so long before the last count: one that was written then may have been committed later."""

DAYS_KEPT = 35
"""Figures of older days are kept for the ends of months alone."""

TELLING = (
    EventKind.STARTED, EventKind.TRIES_USED_UP, EventKind.COMPLETED, EventKind.REVOKED, EventKind.EXTRA_TRY,
    EventKind.EXEMPTED, EventKind.EXEMPTION_ENDED, EventKind.ACCEPTED, EventKind.ACCEPTED_ENDED, EventKind.ADJUSTED,
    EventKind.RESCORED, EventKind.ENROLLED,
)  # fmt: skip
"""The events after which somebody may stand elsewhere."""

FACTS_KEPT = ("due_on", "agreed_due", "valid_until", "completion", "failed", "exempt_until")


def people_of(organisation_id: int, day: datetime.date) -> list[int]:
    """Who is to be counted: everybody with a post, and everybody who was counted and may have left. In order."""
    posts = _posts(organisation_id, day).values_list("person_id", flat=True)
    rolled = Roll.objects.filter(organisation=organisation_id).values_list("person_id", flat=True)
    return sorted(set(posts.iterator()) | set(rolled.iterator()))


def touched(organisation_id: int, since: datetime.datetime, day: datetime.date) -> list[int]:
    """Whom something has happened to since then: by the timeline, by the posts, and by who said so."""
    rolled = Roll.objects.filter(organisation=organisation_id)
    happened = Event.objects.filter(at__gte=since - OVERLAP, kind__in=TELLING).values("person_id")
    said = Recount.objects.values("person_id")
    people = set(rolled.filter(Q(person__in=happened) | Q(person__in=said)).values_list("person_id", flat=True))
    posts = _posts(organisation_id, day)
    kept = Exists(Roll.objects.filter(post=OuterRef("pk"), unit=OuterRef("unit_id")))
    lasting = Exists(posts.filter(pk=OuterRef("post")))
    people.update(posts.filter(~kept).values_list("person_id", flat=True))
    people.update(rolled.filter(~lasting).values_list("person_id", flat=True))
    return sorted(people)


def steps(people: Sequence[int], after: int = 0) -> Iterator[list[int]]:
    """The people after one of them, a step at a time."""
    left = [person for person in people if person > after]
    for start in range(0, len(left), STEP):
        yield left[start : start + STEP]


@transaction.atomic
def count_people(organisation_id: int, people: Collection[int], day: datetime.date) -> None:
    """One step: what is known of these people now, and what it changes in the figures of the day, where it has any."""
    lock(organisation_id)
    counted = UnitDay.objects.filter(organisation=organisation_id, day=day, unit__isnull=True).exists()
    before = _tallies(organisation_id, people, day) if counted else None
    _call_the_roll(organisation_id, people, day)
    _write_standings(organisation_id, people, day)
    if before is not None:
        change = _tallies(organisation_id, people, day)
        change.take(before)
        _change_day(organisation_id, day, change)


@transaction.atomic
def count_day(organisation_id: int, day: datetime.date, begun_at: datetime.datetime | None = None) -> None:
    """The figures of a day from nothing: of today from the standings, of a past day from the records. Repeatable.

    `begun_at` is when the count of today began: what has happened since then is counted by the next."""
    lock(organisation_id)
    now = timezone.now()
    tallies, today = Tallies(), timezone.localdate()
    if day == today:
        for people in steps(sorted(set(_roll(organisation_id).values_list("person_id", flat=True)))):
            tallies.sums.update(_tallies(organisation_id, people, day).sums)
    else:
        posts = _posts(organisation_id, day).values_list("person_id", flat=True)
        for people in steps(sorted(set(posts))):
            tallies.add(day, _places(organisation_id, people, day), _states(organisation_id, people, day).known())
    sums = tallies.by_unit(paths_of(organisation_id))
    UnitDay.objects.filter(organisation=organisation_id, day=day).delete()
    UnitDay.objects.bulk_create(
        [
            UnitDay(
                organisation_id=organisation_id, unit_id=unit, day=day, counted_at=now,
                **added({"learners": 0, "tally": {}, "people": {}, "coming": {}}, sums.get(unit, {})),
            )
            for unit in {None, *sums}
        ],
        batch_size=500,
    )  # fmt: skip
    if day == today:
        _learners(organisation_id, {unit: kinds.get(("learners",), 0) for unit, kinds in sums.items() if unit})
        Organisation.objects.filter(pk=organisation_id).update(counted_at=begun_at or now)


def forget_days(organisation_id: int, today: datetime.date) -> None:
    """Of days long past, the ends of months alone are kept."""
    past = UnitDay.objects.filter(organisation=organisation_id, day__lt=today - datetime.timedelta(days=DAYS_KEPT))
    days = past.filter(unit__isnull=True).values_list("day", flat=True).distinct()
    gone = [day for day in days if (day + datetime.timedelta(days=1)).day != 1]
    UnitDay.objects.filter(organisation=organisation_id, day__in=gone).delete()


def lock(organisation_id: int) -> None:
    """Nobody else counts the organisation until the transaction ends (on SQLite, one that writes is alone anyway)."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation_id)


def _posts(organisation_id: int, day: datetime.date) -> QuerySet[Membership]:
    return Membership.objects.current(day).filter(role=Role.LEARNER, unit__organisation=organisation_id)


def _roll(organisation_id: int) -> QuerySet[Roll]:
    return Roll.objects.filter(organisation=organisation_id)


def _states(organisation_id: int, people: Collection[int], day: datetime.date, *, kept: bool = False) -> States:
    """The cells that figures are about: of the modules that a manager of the organisation is shown."""
    roots = tuple(Unit.objects.filter(organisation=organisation_id, parent=None)[:1])
    shown = Team(day, Unit.objects.none(), roots).modules
    return States(
        people=Person.objects.filter(pk__in=people),
        modules=[module.id for module in shown],
        on=day,
        organisations=[organisation_id],
        kept=organisation_id if kept else None,
    )


def _places(organisation_id: int, people: Collection[int], day: datetime.date) -> dict[int, Where]:
    """The units of each of the people who had a post on a day."""
    posts = _posts(organisation_id, day).filter(person__in=people).values_list("person_id", "unit_id")
    return _gathered(posts)


def _gathered(pairs: Collection[tuple[int, int]]) -> dict[int, Where]:
    units: dict[int, set[int]] = {}
    for person, unit in pairs:
        units.setdefault(person, set()).add(unit)
    return {person: tuple(sorted(found)) for person, found in units.items()}


def _tallies(organisation_id: int, people: Collection[int], day: datetime.date) -> Tallies:
    """What some people come to as they were counted."""
    posts = _gathered(_roll(organisation_id).filter(person__in=people).values_list("person_id", "unit_id"))
    tallies = Tallies()
    if posts:
        tallies.add(day, posts, _states(organisation_id, list(posts), day, kept=True).known())
    return tallies


def _call_the_roll(organisation_id: int, people: Collection[int], day: datetime.date) -> None:
    """Who has which post today, as it is remembered for the figures."""
    held = {
        post: (person, unit)
        for post, person, unit in _posts(organisation_id, day)
        .filter(person__in=people)
        .values_list("pk", "person_id", "unit_id")
    }
    kept = {row.post: row for row in _roll(organisation_id).filter(person__in=people)}
    gone = [row.pk for post, row in kept.items() if held.get(post) != (row.person_id, row.unit_id)]
    if gone:
        Roll.objects.filter(pk__in=gone).delete()
    Roll.objects.bulk_create(
        Roll(organisation_id=organisation_id, person_id=person, unit_id=unit, post=post)
        for post, (person, unit) in held.items()
        if post not in kept or kept[post].pk in gone
    )


def _write_standings(organisation_id: int, people: Collection[int], day: datetime.date) -> None:
    """The facts of these people, written where they differ; rows of which nothing is known any more are taken away."""
    learning = Person.objects.filter(pk__in=_posts(organisation_id, day).filter(person__in=people).values("person_id"))
    states = States(
        people=learning,
        modules=list(public_modules().values_list("pk", flat=True)),
        on=day,
        organisations=[organisation_id],
    )
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    states.write_facts(
        "INSERT INTO records_standing (organisation_id, person_id, module_id, due_on, agreed_due, valid_until, "
        "completion, failed, exempt_until)",
        f"SELECT {int(organisation_id)}, person_id, module_id, due_on, agreed_due, valid_until, completion_id, failed, "
        f"exempt_until FROM facts WHERE {KNOWN} "
        "ON CONFLICT (organisation_id, person_id, module_id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in FACTS_KEPT)
        + " WHERE "
        + " OR ".join(f"records_standing.{name} {differs} excluded.{name}" for name in FACTS_KEPT),
    )
    these = ", ".join(str(int(person)) for person in people)
    states.write_facts(
        "",
        f"DELETE FROM records_standing WHERE organisation_id = {int(organisation_id)} AND person_id IN ({these}) "
        f"AND (person_id, module_id) NOT IN (SELECT person_id, module_id FROM facts WHERE {KNOWN})",
    )


def _change_day(organisation_id: int, day: datetime.date, change: Tallies) -> None:
    """Adds what changed to the figures of the units concerned."""
    sums = change.by_unit(paths_of(organisation_id))
    if not sums:
        return
    now = timezone.now()
    concerned = Q(unit__in=[unit for unit in sums if unit is not None]) | Q(unit__isnull=True)
    rows = {row.unit_id: row for row in UnitDay.objects.filter(concerned, organisation=organisation_id, day=day)}
    new = []
    for unit, numbers in sums.items():
        row = rows.get(unit)
        if row is None:
            row = UnitDay(organisation_id=organisation_id, unit_id=unit, day=day, counted_at=now, learners=0,
                          tally={}, people={}, coming={})  # fmt: skip
            new.append(row)
        for name, value in added(vars(row), numbers).items():
            setattr(row, name, value)
        row.counted_at = now
    UnitDay.objects.bulk_update(rows.values(), ["learners", "tally", "people", "coming", "counted_at"], batch_size=200)
    UnitDay.objects.bulk_create(new)
    everyone = {row.unit_id: row.learners for row in (*rows.values(), *new) if row.unit_id}
    _learners(organisation_id, everyone, only=set(everyone))


def _learners(organisation_id: int, numbers: dict[int, int], only: set[int] | None = None) -> None:
    """How many people each unit has, where that has changed; of all its units, or some."""
    units = Unit.objects.filter(organisation=organisation_id)
    changed = []
    for unit in units.filter(pk__in=only) if only is not None else units:
        number = numbers.get(unit.pk, 0)
        if unit.learners != number:
            unit.learners = number
            changed.append(unit)
    Unit.objects.bulk_update(changed, ["learners"], batch_size=500)


def standings_gone(organisation_id: int) -> int:
    """Takes away the standings of who is on no roll: nothing leaves them behind, and nothing should."""
    rolled = Roll.objects.filter(organisation=organisation_id, person=OuterRef("person"))
    return Standing.objects.filter(~Exists(rolled), organisation=organisation_id).delete()[0]
