"""A trainer publishes new training: who holds the module is asked to take it again by her date, and told why."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from courses.content.models import ChangeKind, ModulePage, ModuleVersion
from courses.people.models import Organisation, User
from courses.records.states import State
from courses.records.team import Team
from tests.manager.history import completed, make_module, require, today
from tests.manager.reading import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def awareness(council: Organisation, amara: User) -> ModulePage:
    """Required of everybody, and held by Amara for another year."""
    module = make_module("Carer awareness")
    require(module, council, after_joining=30)
    completed(amara.person, module, days_ago=100, valid=365)
    return module


def taught_anew(module: ModulePage, by: int, *, days_ago: int = 5) -> None:
    """Published so many days ago, to be taken again by a day."""
    version = ModuleVersion.objects.create(
        module=module,
        number=module.versions.count() + 1,
        sha256="0" * 64,
        slug=module.slug,
        title=module.title,
        minutes=20,
        private=False,
        outline={},
        change_kind=ChangeKind.NEW_TRAINING,
        holders_due_by=today(by),
        published_at=timezone.now() - datetime.timedelta(days=days_ago),
    )
    ModulePage.objects.filter(pk=module.pk).update(current_version=version)


def day(offset: int) -> str:
    return f"{today(offset).day} {today(offset):%b %Y}"


def state(ben: User, module: ModulePage, on: datetime.date | None = None) -> tuple[State, datetime.date | None]:
    team = Team.of(ben)
    assert team is not None
    cell = (team.at(on) if on else team).states(team.people, team.modules).cells()[0]
    assert cell.module_id == module.pk
    return cell.state, cell.shown_on


def test_holders_come_onto_the_due_list_by_the_trainer_s_date(
    amara: User, ben: User, ben_client: Client, awareness: ModulePage
) -> None:
    assert state(ben, awareness) == (State.VALID, today(365))
    taught_anew(awareness, by=40)
    assert state(ben, awareness) == (State.EXPIRING_SOON, today(40))
    assert state(ben, awareness, today(-6)) == (State.VALID, today(365)), "of a day before, she had not been asked"
    words = said(ben_client, f"/manage/people/{amara.person.public_id}/")
    assert f"Completed, and valid until the end of {day(40)}." in words
    assert f"taught anew since; the trainer asks everybody who held it to take it again by {day(40)}." in words


def test_after_the_date_it_is_overdue_and_says_why(
    amara: User, ben: User, ben_client: Client, awareness: ModulePage
) -> None:
    taught_anew(awareness, by=-2, days_ago=60)
    assert state(ben, awareness) == (State.OVERDUE, today(-2))
    words = said(ben_client, f"/manage/people/{amara.person.public_id}/")
    assert f"is of an earlier version and counted until the end of {day(-2)}" in words
    assert f"the trainer asked everybody who held it to take it again by {day(-2)}" in words
    past = said(ben_client, f"/manage/people/{amara.person.public_id}/?as_at={today(-61)}")
    assert "taught anew" not in past


def test_a_date_that_ends_nothing_is_not_spoken_of(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    taught_anew(awareness, by=500)
    assert "taught anew" not in said(ben_client, f"/manage/people/{amara.person.public_id}/")


def test_who_took_the_new_version_is_asked_nothing(
    amara: User, ben: User, ben_client: Client, awareness: ModulePage
) -> None:
    taught_anew(awareness, by=40, days_ago=60)
    awareness.refresh_from_db()
    completed(amara.person, awareness, days_ago=3, valid=700, period=2)
    assert state(ben, awareness) == (State.VALID, today(700))
    assert "taught anew" not in said(ben_client, f"/manage/people/{amara.person.public_id}/")
