"""The one expression of states (fact pack §5.7), case by case."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import Organisation, Person, Unit, User
from courses.records.states import Cell, Need, Selection, State, States
from tests.factories import MembershipFactory

from .history import completed, exempted, make_module, republished, require, revoked, started, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return make_module()


def look(person: Person, module: ModulePage, **more: Any) -> Cell:
    states = States(people=Person.objects.filter(pk=person.pk), modules=[module.pk], on=today(), **more)
    [cell] = states.cells()
    return cell


def test_a_valid_completion_of_a_required_module(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments, due=-10)
    completion = completed(amara.person, module, valid=400)
    cell = look(amara.person, module)
    assert (cell.state, cell.required, cell.held) == (State.VALID, True, True)
    assert (cell.shown_on, cell.completion_id) == (today(400), completion.pk)


@pytest.mark.parametrize(
    ("valid", "expected"),
    [(None, State.VALID), (61, State.VALID), (60, State.EXPIRING_SOON), (0, State.EXPIRING_SOON), (-1, State.OVERDUE)],
)
def test_validity_ends_with_its_last_day(
    amara: User, assessments: Unit, module: ModulePage, valid: int | None, expected: State
) -> None:
    require(module, assessments, due=-50)
    completed(amara.person, module, valid=valid)
    cell = look(amara.person, module)
    assert cell.state == expected
    assert cell.shown_on == (None if valid is None else today(valid))


@pytest.mark.parametrize(
    ("due", "expected"),
    [(61, State.NOT_STARTED), (60, State.DUE_SOON), (0, State.DUE_SOON), (-1, State.OVERDUE)],
)
def test_never_begun(amara: User, assessments: Unit, module: ModulePage, due: int, expected: State) -> None:
    require(module, assessments, due=due)
    cell = look(amara.person, module)
    assert (cell.state, cell.due_on, cell.shown_on) == (expected, today(due), today(due))
    assert not cell.held


@pytest.mark.parametrize(("due", "expected"), [(100, State.IN_PROGRESS), (10, State.IN_PROGRESS), (-1, State.OVERDUE)])
def test_begun_and_not_finished(amara: User, assessments: Unit, module: ModulePage, due: int, expected: State) -> None:
    require(module, assessments, due=due)
    started(amara.person, module)
    assert look(amara.person, module).state == expected


def test_a_valid_completion_outranks_an_open_attempt(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments)
    completed(amara.person, module, valid=200)
    started(amara.person, module, period=2)
    assert look(amara.person, module).state == State.VALID


def test_an_expired_completion_with_a_refresher_begun_is_overdue(
    amara: User, assessments: Unit, module: ModulePage
) -> None:
    require(module, assessments, due=-300)
    completed(amara.person, module, days_ago=700, valid=-5)
    started(amara.person, module, period=2)
    cell = look(amara.person, module)
    assert (cell.state, cell.shown_on) == (State.OVERDUE, today(-5))


def test_tries_used_up_needs_help_before_and_after_the_due_date(
    amara: User, chidi: User, council: Organisation, module: ModulePage
) -> None:
    require(module, council, due=-3)
    started(amara.person, module, failed=True)
    assert look(amara.person, module).state == State.FAILED
    completed(chidi.person, module)
    started(chidi.person, module, period=2, failed=True)
    assert look(chidi.person, module).state == State.VALID


def test_exempt_from_a_day_to_a_day(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments, due=-3)
    exempted(amara.person, module, until=-1)
    assert look(amara.person, module).state == State.OVERDUE
    exempted(amara.person, module, until=0)
    cell = look(amara.person, module)
    assert (cell.state, cell.shown_on) == (State.EXEMPT, today())
    exempted(amara.person, module, until=None)
    assert look(amara.person, module).shown_on is None


def test_not_required_shows_what_was_done_all_the_same(amara: User, reablement: Unit, module: ModulePage) -> None:
    require(module, reablement, due=-3)
    cell = look(amara.person, module)
    assert (cell.state, cell.required, cell.shown_on) == (State.NOT_REQUIRED, False, None)
    started(amara.person, module)
    assert look(amara.person, module).state == State.IN_PROGRESS
    completed(amara.person, module, period=2, valid=10)
    cell = look(amara.person, module)
    assert (cell.state, cell.required) == (State.EXPIRING_SOON, False)


def test_an_expired_completion_that_nobody_asks_for_is_not_overdue(amara: User, module: ModulePage) -> None:
    completed(amara.person, module, valid=-1)
    assert look(amara.person, module).state == State.NOT_REQUIRED


def test_the_earliest_due_date_of_matching_rules_and_posts(
    amara: User, adult_care: Unit, assessments: Unit, reablement: Unit, module: ModulePage
) -> None:
    require(module, adult_care, due=90)
    require(module, assessments, after_joining=30)
    require(module, reablement, due=-400)
    amara.person.memberships.update(starts_on=today(-10))
    assert look(amara.person, module).due_on == today(20)
    MembershipFactory(person=amara.person, unit=reablement, starts_on=today(-1))
    cell = look(amara.person, module)
    assert (cell.state, cell.due_on) == (State.OVERDUE, today(-400))


def test_somebody_with_two_posts_is_one_cell(
    amara: User, reablement: Unit, council: Organisation, module: ModulePage
) -> None:
    MembershipFactory(person=amara.person, unit=reablement)
    require(module, council)
    states = States(people=Person.objects.all(), modules=[module.pk], on=today())
    assert states.count(Selection(need=Need.COUNTED)) == (1, 1)


def test_rules_and_posts_that_are_over_or_to_come_do_not_count(
    amara: User, assessments: Unit, reablement: Unit, module: ModulePage
) -> None:
    require(module, assessments, due=-3, ends_on=today(-1))
    require(module, assessments, due=-3, starts_on=today(1))
    require(module, reablement, due=-3)
    MembershipFactory(person=amara.person, unit=reablement, ends_on=today(-1))
    MembershipFactory(person=amara.person, unit=reablement, starts_on=today(1))
    MembershipFactory(person=amara.person, unit=reablement, role="unit-manager")
    assert look(amara.person, module).state == State.NOT_REQUIRED


def test_a_unit_whose_number_begins_alike_is_not_below(amara: User, assessments: Unit, module: ModulePage) -> None:
    other = Unit.objects.create(organisation=assessments.organisation, name="Alike", path=assessments.path.rstrip("/"))
    Unit.objects.filter(pk=other.pk).update(path=assessments.path[:-2] + "/")
    require(module, other, due=-3)
    assert look(amara.person, module).state == State.NOT_REQUIRED


def test_another_employers_rules_are_not_ours(
    amara: User, council: Organisation, other_unit: Unit, module: ModulePage
) -> None:
    MembershipFactory(person=amara.person, unit=other_unit)
    require(module, other_unit, due=-3)
    assert look(amara.person, module, organisations={council.pk}).state == State.NOT_REQUIRED
    assert look(amara.person, module).state == State.OVERDUE


def test_a_revoked_certificate_does_not_count(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments, due=-3)
    revoked(completed(amara.person, module))
    assert look(amara.person, module).state == State.OVERDUE


def test_the_completion_that_lasts_longest_counts(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments)
    best = completed(amara.person, module, days_ago=300, valid=400)
    completed(amara.person, module, days_ago=10, valid=100, period=2)
    assert look(amara.person, module).completion_id == best.pk


def test_what_was_taken_while_the_module_was_private_stays_hers(
    amara: User, assessments: Unit, module: ModulePage
) -> None:
    module = republished(module, private=True)
    completed(amara.person, module)
    started(amara.person, module, period=2)
    module = republished(module, private=False)
    assert look(amara.person, module).state == State.NOT_REQUIRED
    assert look(amara.person, module, private_versions=True).state == State.VALID


def test_a_past_day_can_be_asked_about(amara: User, assessments: Unit, module: ModulePage) -> None:
    require(module, assessments, due=-100)
    completed(amara.person, module, days_ago=50, valid=400)
    people = Person.objects.filter(pk=amara.person.pk)
    then = States(people=people, modules=[module.pk], on=today(-90))
    assert [cell.state for cell in then.cells()] == [State.OVERDUE]


def test_a_completion_late_in_the_evening_counts_on_its_day(amara: User, assessments: Unit, module: ModulePage) -> None:
    """A day begins and ends at midnight in Europe/London, in summer an hour before UTC's."""
    require(module, assessments, due=-100)
    completion = completed(amara.person, module)
    on = datetime.date(2026, 7, 1)
    people = Person.objects.filter(pk=amara.person.pk)
    from courses.append_only import rewriting
    from courses.records.models import Completion

    with rewriting():
        moment = datetime.datetime(2026, 6, 30, 23, 30, tzinfo=datetime.UTC)  # half past midnight on 1 July
        Completion.objects.filter(pk=completion.pk).update(completed_at=moment, valid_until=datetime.date(2028, 7, 1))
    assert States(people=people, modules=[module.pk], on=on).cells()[0].completion_id == completion.pk
    assert (
        States(people=people, modules=[module.pk], on=on - datetime.timedelta(days=1)).cells()[0].completion_id is None
    )


def test_figures_lists_and_filters_agree(amara: User, chidi: User, council: Organisation, module: ModulePage) -> None:
    second = make_module("Young carers")
    require(module, council, due=-3)
    require(second, council, due=10)
    completed(amara.person, module, valid=30)
    started(chidi.person, second)
    states = States(people=Person.objects.all(), modules=[module.pk, second.pk], on=today())
    cells = states.cells()
    assert len(cells) == 4
    assert sum(tally.cells for tally in states.tally()) == 4
    for state in State:
        selection = Selection(states=[state])
        wanted = [cell for cell in cells if cell.state == state]
        assert states.cells(selection) == wanted
        assert states.count(selection) == (len(wanted), len({cell.person_id for cell in wanted}))
        assert set(Person.objects.filter(pk__in=states.person_ids(selection)).values_list("pk", flat=True)) == {
            cell.person_id for cell in wanted
        }
    assert states.count(Selection(need=Need.COUNTED)).cells == 4
    assert states.count(Selection(need=Need.HELD)) == (1, 1)
    assert states.count(Selection(need=Need.MISSING)) == (3, 2)
    assert states.count(Selection(after=today(), before=today(30))) == (3, 2)
    assert states.count(Selection(before=today(-1))) == (1, 1)


def test_nobody_and_nothing(amara: User, module: ModulePage) -> None:
    assert States(people=Person.objects.none(), modules=[module.pk], on=today()).cells() == []
    assert States(people=Person.objects.all(), modules=[], on=today()).count() == (0, 0)
    assert look(amara.person, module, organisations=[]).state == State.NOT_REQUIRED


def test_one_query(amara: User, module: ModulePage, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        look(amara.person, module)
