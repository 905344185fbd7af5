"""Taking a module again: a new period, nothing reset, no day lost by being early."""

from __future__ import annotations

import datetime

import pytest

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.credentials.services import revoke
from courses.people.models import Person, User
from courses.records import services
from courses.records.models import Completion, Enrolment, Requirement
from courses.records.states import States
from tests.records.quick import quick_module, quick_version
from tests.records.trips import complete

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, tzinfo=datetime.UTC)


@pytest.fixture
def module() -> ModulePage:
    """Valid for 24 months."""
    return quick_module("Carer awareness")


@pytest.fixture
def first(amara: User, module: ModulePage) -> Completion:
    """Valid until 1 March 2026."""
    return complete(amara.person, module, now=at(2024, 3, 1))


def again(user: User, module: ModulePage, now: datetime.datetime) -> Completion:
    return complete(user.person, module, now=now)


@pytest.mark.parametrize(
    ("on", "until"),
    [
        (at(2026, 1, 1), "2028-03-01"),  # 59 days early: the days that remain are kept
        (at(2026, 3, 1, 23), "2028-03-01"),  # on the last day
        (at(2026, 3, 2), "2028-03-02"),  # a day late: from that day on
        (at(2027, 7, 9), "2029-07-09"),
    ],
)
def test_a_new_period_with_the_days_that_remain(
    amara: User, module: ModulePage, first: Completion, on: datetime.datetime, until: str
) -> None:
    second = again(amara, module, on)
    assert second.enrolment.period == 2
    assert str(second.valid_until) == until
    first.refresh_from_db()
    assert str(first.valid_until) == "2026-03-01"
    assert Certificate.objects.count() == 2


def test_too_early_is_no_new_period(amara: User, module: ModulePage, first: Completion) -> None:
    attempt = services.start(person=amara.person, module=module, now=at(2025, 12, 30))
    assert attempt == first.attempt
    assert services.start(person=amara.person, module=module, now=at(2025, 12, 31)) != first.attempt, "60 days before"


def test_what_was_done_before_is_not_reset(amara: User, module: ModulePage, first: Completion) -> None:
    services.start(person=amara.person, module=module, now=at(2026, 2, 1))
    earlier, now = Enrolment.objects.order_by("period")
    assert earlier.completed_at == first.completed_at
    assert earlier.lessons_done == 2
    assert (now.completed_at, now.lessons_done) == (None, 0)


def test_the_refresher_is_of_the_version_of_its_day(amara: User, module: ModulePage, first: Completion) -> None:
    newer = quick_version(module)
    assert again(amara, module, at(2026, 2, 1)).version == newer
    assert first.version.number == 1


@pytest.mark.parametrize("corrections", [0, 2])
def test_new_training_opens_a_new_period_and_corrections_after_it_do_not_close_it(
    amara: User, module: ModulePage, first: Completion, corrections: int
) -> None:
    quick_version(module, kind="new-training")
    for _ in range(corrections):
        quick_version(module)
    module.refresh_from_db()
    second = again(amara, module, at(2024, 6, 1))
    assert (second.enrolment.period, second.version) == (2, module.current_version)
    assert str(second.valid_until) == "2026-06-01"
    assert services.start(person=amara.person, module=module, now=at(2024, 6, 2)) == second.attempt, "once is enough"


@pytest.mark.parametrize("kind", ["correction", "urgent-correction"])
def test_a_correction_asks_nobody_again(amara: User, module: ModulePage, first: Completion, kind: str) -> None:
    quick_version(module, kind=kind)
    module.refresh_from_db()
    assert services.start(person=amara.person, module=module, now=at(2024, 6, 1)) == first.attempt


def test_who_lost_a_certificate_can_earn_another(amara: User, ben: User, module: ModulePage, first: Completion) -> None:
    revoke(certificate=first.certificate, by=ben.person, reason="Somebody else sat it.")
    second = again(amara, module, at(2026, 2, 1))
    assert second.enrolment.period == 2
    assert str(second.valid_until) == "2028-02-01", "the days of what was revoked are not added"


def test_for_ever_needs_no_refresher(amara: User) -> None:
    module = quick_module("History", valid_months=0)
    first = complete(amara.person, module, now=at(2000, 1, 1))
    assert first.valid_until is None
    assert services.start(person=amara.person, module=module, now=at(2026, 1, 1)) == first.attempt


def test_a_leap_day(amara: User, module: ModulePage) -> None:
    first = complete(amara.person, module, now=at(2024, 2, 29))
    assert str(first.valid_until) == "2026-02-28"
    second = again(amara, module, first.completed_at + 700 * DAY)
    assert str(second.valid_until) == "2028-02-28"


def test_the_day_of_completion_is_that_of_london(amara: User, module: ModulePage) -> None:
    late = complete(amara.person, module, now=datetime.datetime(2024, 6, 30, 23, 30, tzinfo=datetime.UTC))
    assert str(late.valid_until) == "2026-07-01"


def asked_again(user: User, module: ModulePage, **refresher: object) -> None:
    """A rule for everybody where she works."""
    unit = user.person.memberships.get().unit
    assert unit is not None
    Requirement.objects.create(
        organisation=unit.organisation, module=module, starts_on=datetime.date(2024, 1, 1),
        due_on=datetime.date(2024, 1, 1), **refresher,
    )  # fmt: skip


def until(user: User, module: ModulePage, on: datetime.date) -> str:
    [cell] = States(people=Person.objects.filter(pk=user.person.pk), modules=[module.pk], on=on).cells()
    return str(cell.valid_until)


def test_a_rule_asks_for_it_again_although_the_certificate_lasts(
    amara: User, module: ModulePage, first: Completion
) -> None:
    asked_again(amara, module, refresh_months=12)
    early = services.start(person=amara.person, module=module, now=at(2024, 12, 30))
    assert early == first.attempt, "61 days before"
    assert services.start(person=amara.person, module=module, now=at(2024, 12, 31)) != first.attempt


def test_renewed_early_for_a_rule_year_after_year_no_day_is_lost(
    amara: User, module: ModulePage, first: Completion
) -> None:
    asked_again(amara, module, refresh_months=12)
    for year in (2025, 2026, 2027):
        done = again(amara, module, at(year, 1, 20))
        assert done.counts_from == datetime.date(year, 3, 1)
        assert until(amara, module, datetime.date(year, 2, 1)) == f"{year + 1}-03-01"
    late = again(amara, module, at(2028, 3, 5))
    assert late.counts_from is None
    assert until(amara, module, datetime.date(2028, 3, 6)) == "2029-03-05"


def test_a_window_of_the_year_is_met_in_it_or_up_to_sixty_days_before(
    amara: User, module: ModulePage, first: Completion
) -> None:
    asked_again(amara, module, window_from="1201", window_to="1214")
    assert until(amara, module, datetime.date(2024, 6, 1)) == "2024-12-14"
    assert services.start(person=amara.person, module=module, now=at(2024, 10, 14)) == first.attempt
    early = again(amara, module, at(2024, 10, 15))
    assert early.enrolment.period == 2
    assert until(amara, module, datetime.date(2024, 10, 16)) == "2025-12-14"
