"""Kept standings: the same cells, sums and lists as the records give, whatever the world; counted anew in time."""

from __future__ import annotations

import datetime
import random
from array import array
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people import jobs
from courses.people.models import Job, Organisation, Person, Role, Unit
from courses.people.permissions import learners_of
from courses.records import counting, nightly, standing
from courses.records.keyset import Cut
from courses.records.models import Recount, Roll, Standing, UnitDay
from courses.records.ranking import Ranked
from courses.records.services import agreeing
from courses.records.states import Need, Selection, State, States
from tests.factories import MembershipFactory, PersonFactory, UserFactory
from tests.people import signed_in

from .history import completed, require, today
from .worlds import World, random_world

pytestmark = pytest.mark.django_db

SELECTIONS = [
    Selection(states=[State.OVERDUE]),
    Selection(states=[State.VALID, State.EXPIRING_SOON]),
    Selection(states=[State.NOT_REQUIRED]),
    Selection(states=[State.NOT_REQUIRED, State.FAILED], need=None),
    Selection(need=Need.MISSING),
    Selection(need=Need.COUNTED, after=today(), before=today(60)),
]


@pytest.fixture(autouse=True)
def _large(settings: object) -> None:
    settings.LIVE_UP_TO = 5  # type: ignore[attr-defined]


def both(world: World, unit: Unit | None = None) -> tuple[States, States]:
    """The states of a unit, worked out and kept."""
    units = Unit.objects.filter(organisation=world.organisation)
    people = learners_of(units.filter(path__startswith=unit.path) if unit else units)
    modules = [module.pk for module in world.modules]
    live = States(people=people, modules=modules, on=today(), organisations=[world.organisation.pk])
    kept = States(
        people=people, modules=modules, on=today(), organisations=[world.organisation.pk], kept=world.organisation.pk
    )
    return live, kept


def assert_equal(world: World) -> None:
    """Every cell, every sum and every list is the same."""
    live, kept = both(world)
    assert kept.cells() == live.cells()
    assert sorted(kept.tally()) == sorted(live.tally())
    for selection in SELECTIONS:
        assert kept.count(selection) == live.count(selection)
        assert kept.cells(selection) == live.cells(selection)
        chosen = Person.objects.filter(pk__in=live.person_ids(selection)).order_by("pk")
        assert list(kept.people.filter(pk__in=kept.person_ids(selection)).order_by("pk")) == list(chosen)
        assert kept.count(selection).people == len(chosen)
        if selection.sparse:
            assert list(kept.people.filter(kept.one_by_one(selection)).order_by("pk")) == list(chosen)
    assert_days(world, today())


def assert_days(world: World, day: datetime.date) -> None:
    """The figures of every unit are what its cells come to."""
    modules = [module.pk for module in world.modules]
    units: list[Unit | None] = [None, *world.units]
    found = standing.sums(world.organisation.pk, [unit.pk if unit else None for unit in units], [day], modules)
    for unit in units:
        scope = Unit.objects.filter(organisation=world.organisation, path__startswith=unit.path if unit else "/")
        people = learners_of(scope, day)
        states = States(people=people, modules=modules, on=day, organisations=[world.organisation.pk])
        sums = found.get((unit.pk if unit else None, day))
        if sums is None:
            assert not people.exists()
            continue
        assert sums.complete
        assert sums.learners == people.count()
        assert sorted(sums.tally) == sorted(states.tally())
        for state in set(State) - {State.NOT_REQUIRED}:
            assert sums.people.get(state, 0) == states.count(Selection(states=[state])).people
        for days, (due, expiring) in sums.coming.items():
            window = Selection(need=Need.COUNTED, after=day, before=day + datetime.timedelta(days=days))
            cells = states.cells(window)
            assert (due, expiring) == (sum(not cell.held for cell in cells), sum(cell.held for cell in cells))


@pytest.mark.parametrize("seed", range(4))
def test_kept_is_what_is_worked_out(seed: int) -> None:
    world = random_world(seed)
    nightly.count(world.organisation)
    assert Standing.objects.exists()
    assert_equal(world)
    world.organisation.refresh_from_db()
    assert world.organisation.counted_at


@pytest.mark.parametrize("seed", range(4))
def test_whoever_was_touched_is_counted_again_and_nobody_else(seed: int) -> None:
    world = random_world(seed)
    nightly.count(world.organisation)
    chance = random.Random(seed)
    for _ in range(6):
        world.happen(chance.choice(world.people))
    world.leave(world.people[0])
    world.post(world.people[1])
    newcomer = world.somebody()
    assert standing.count_touched() >= 3
    assert_equal(world)
    assert Roll.objects.filter(person=newcomer).exists()
    assert not Standing.objects.filter(person=world.people[0]).exists()


def test_nothing_happened_and_nothing_is_written() -> None:
    world = random_world(1)
    nightly.count(world.organisation)
    rows = list(Standing.objects.order_by("pk").values())
    days = list(UnitDay.objects.order_by("pk").values())
    later = timezone.now() + datetime.timedelta(minutes=10)
    standing.count_touched(later if timezone.localdate(later) == today() else None)  # midnight happens
    assert list(Standing.objects.order_by("pk").values()) == rows
    assert [row["tally"] for row in UnitDay.objects.order_by("pk").values()] == [row["tally"] for row in days]


def test_leave_is_told_by_who_writes_it() -> None:
    world = random_world(2)
    nightly.count(world.organisation)
    person = world.people[3]
    person.absences.update(ends_on=today(-1), starts_on=today(-9))
    standing.touched([person.pk])
    standing.count_touched()
    assert_equal(world)


def test_what_is_agreed_about_somebody_counts_her_alone_again() -> None:
    world = random_world(4)
    nightly.count(world.organisation)
    asked = Job.objects.count()
    person, by = world.people[2], world.people[0]
    about: dict[str, Any] = {"person": person, "organisation": world.organisation, "by": by}
    first, second, third = (module.pk for module in world.modules[:3])
    exemption = agreeing.exempt(
        **about, module_id=first, kind="long-leave", starts_on=today(), ends_on=today(90), reason="Away", evidence=None
    )
    agreeing.accept(
        **about, module_id=second, kind="elsewhere", completed_on=today(-9), valid_until=None, title="A course",
        provider="A college", number="", words="", evidence=None,
    )  # fmt: skip
    agreeing.adjust(**about, module_id=third, kind="later-date", due_on=today(50), words="Slowly")
    assert set(Recount.objects.values_list("person_id", flat=True)) == {person.pk}
    assert standing.count_touched() >= 1
    assert_equal(world)
    agreeing.end_exemption(exemption=exemption, organisation=world.organisation, by=by)
    standing.count_touched()
    assert_equal(world)
    assert Job.objects.count() == asked
    assert not Recount.objects.exists()


def test_a_rule_of_a_large_organisation_is_counted_as_a_job(django_capture_on_commit_callbacks: object) -> None:
    world = random_world(3)
    nightly.count(world.organisation)
    require(world.modules[0], world.organisation, due=-1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        standing.rule_changed(organisation_id=world.organisation.pk, by=world.people[0])
        standing.rule_changed(organisation_id=world.organisation.pk, by=world.people[0])
    assert Job.objects.filter(kind=standing.KIND, by=world.people[0]).count() == 1
    jobs.work_on.call(Job.objects.latest("pk").pk)
    assert_equal(world)


def test_a_past_day_and_what_is_kept_of_it() -> None:
    world = random_world(5)
    for days_ago in (400, 36, 34):
        counting.count_day(world.organisation.pk, today(-days_ago))
        assert_days(world, today(-days_ago))
    end = today().replace(day=1) - datetime.timedelta(days=70)
    end = end.replace(day=1) - datetime.timedelta(days=1)
    call_command("count_standings", "--organisation", world.organisation.slug, "--day", str(end), stdout=None)
    call_command("nightly")
    left = set(UnitDay.objects.filter(unit__isnull=True, organisation=world.organisation).values_list("day", flat=True))
    assert {end, today(-34), today()} <= left
    assert today(-36) not in left or (today(-35)).day == 1


def test_the_night_twice_is_the_night_once() -> None:
    world = random_world(6)
    call_command("nightly")
    first = list(Standing.objects.order_by("pk").values())
    call_command("nightly")
    assert list(Standing.objects.order_by("pk").values()) == first
    assert UnitDay.objects.filter(unit__isnull=True, organisation=world.organisation).count() == 1
    assert_equal(world)
    assert Organisation.objects.filter(counted_at__isnull=True).count() == 0
    assert {unit.pk: unit.learners for unit in Unit.objects.filter(pk__in=[u.pk for u in world.units])} == {
        unit.pk: learners_of(Unit.objects.filter(path__startswith=unit.path)).count() for unit in world.units
    }


def test_a_module_that_became_private_is_in_no_figure() -> None:
    world = random_world(7)
    completed(world.people[0], world.modules[0], period=9)
    nightly.count(world.organisation)
    public = [module.pk for module in world.modules[1:]]
    sums = standing.sums(world.organisation.pk, [None], [today()], public)[None, today()]
    assert {line.module_id for line in sums.tally} <= set(public)
    assert not sums.complete


def test_the_lead_of_a_large_organisation_reads_what_was_counted(
    lead_client: tuple[World, Client], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Every figure of her overview is that of the list behind it, and neither is worked out from the records."""
    world, client = lead_client
    nightly.count(world.organisation)
    page = client.get("/manage/")
    with CaptureQueriesContext(connection) as captured:
        listed = client.get("/manage/matrix/?state=overdue")
    assert page.context["counted_at"]
    assert not any("records_requirement r" in query["sql"] for query in captured.captured_queries)
    overdue = page.context["overdue"].number
    assert overdue == listed.context["listing"].count.cells == both(world)[0].count(SELECTIONS[0]).cells
    people = [row.person.pk for row in listed.context["listing"].rows]
    assert len(people) == listed.context["listing"].count.people == len(set(people))
    for address in ("/manage/", "/manage/matrix/", "/manage/matrix/?state=overdue", "/manage/people/"):
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200


def test_the_order_of_a_large_organisation_is_remembered_and_its_rows_are_not(
    lead_client: tuple[World, Client],
) -> None:
    world, client = lead_client
    nightly.count(world.organisation)
    first = client.get("/manage/people/?sort=held").context["listing"]
    gone = first.rows[0].person
    gone.memberships.update(ends_on=today(-1))
    with CaptureQueriesContext(connection) as captured:
        again = client.get("/manage/people/?sort=held").context["listing"]
    assert [row.person.pk for row in again.rows] == [row.person.pk for row in first.rows if row.person != gone]
    assert not any("sort_key" in query["sql"] for query in captured.captured_queries)


def test_pages_of_an_order_that_is_known_whole() -> None:
    everybody = Ranked(array("q", [5, 3, 9, 1, 7]), None)
    assert list(everybody.cut(Cut(size=2)).people) == [5, 3, 9]
    assert list(everybody.cut(Cut(after=3, size=2)).people) == [9, 1, 7]
    assert list(everybody.cut(Cut(before=1, size=2)).people) == [9, 3, 5], "nearest first, and one more"
    assert list(everybody.cut(Cut(after=4, size=2)).people) == [5, 3, 9], "who is not in it leads to the first page"


@pytest.fixture
def lead_client() -> tuple[World, Client]:
    world = random_world(8)
    lead = UserFactory(person=PersonFactory(name="Lena Lead"))
    MembershipFactory(person=lead.person, unit=None, organisation=world.organisation, role=Role.TRAINING_LEAD)
    return world, signed_in(lead)
