"""Who may see whom, today and as at another day."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people import permissions
from courses.people.models import Membership, Organisation, Person, Role, Unit, User
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UnitFactory

DAY = datetime.timedelta(days=1)


def seen_by(user: User, on: datetime.date | None = None) -> set[Person]:
    return set(permissions.visible_people(user, on))


def test_manager_sees_the_learners_of_her_unit(ben: User, amara: User) -> None:
    assert seen_by(ben) == {amara.person}
    assert permissions.may_see_person(ben, amara.person)


def test_manager_sees_units_below_hers_and_neither_sibling_nor_parent(
    ben: User, amara: User, chidi: User, assessments: Unit, adult_care: Unit
) -> None:
    team = UnitFactory(parent=assessments, name="Duty team")
    inside = MembershipFactory(unit=team).person
    above = MembershipFactory(unit=adult_care).person
    assert set(permissions.visible_units(ben)) == {assessments, team}
    assert seen_by(ben) == {amara.person, inside}
    for person in (chidi.person, above):
        assert not permissions.may_see_person(ben, person)


def test_a_path_that_only_begins_alike_is_not_below(ben: User, assessments: Unit) -> None:
    stranger = UnitFactory(name="Numbered alike")
    Unit.objects.filter(pk=stranger.pk).update(path=assessments.path.rstrip("/") + "0/")
    assert stranger not in permissions.visible_units(ben)


def test_lead_sees_the_whole_organisation_and_no_other(
    lena: User, amara: User, chidi: User, omar: User, council: Organisation, other_council: Organisation
) -> None:
    assert seen_by(lena) == {amara.person, chidi.person}
    assert list(permissions.led_organisations(lena)) == [council]
    assert not permissions.may_see_person(lena, omar.person)


def test_lead_named_by_unit_alone_leads_its_organisation(council: Organisation, assessments: Unit, amara: User) -> None:
    from tests.people import somebody

    lead = somebody("Una Price", Role.LEARNER, assessments)
    Membership.objects.create(
        person=lead.person, unit=assessments, role=Role.TRAINING_LEAD, starts_on=timezone.localdate() - DAY
    )
    assert amara.person in seen_by(lead)
    assert list(permissions.led_organisations(lead)) == [council]


def test_outsider_sees_nothing_of_the_council(olga: User, omar: User, amara: User, chidi: User) -> None:
    assert seen_by(olga) == {omar.person}


def test_learner_sees_nobody(amara: User, chidi: User) -> None:
    assert seen_by(amara) == set()
    assert not permissions.visible_units(amara).exists()
    assert not permissions.is_manager(amara)
    assert not permissions.edits_content(amara)


def test_visitor_sees_nobody(db: None, amara: User) -> None:
    visitor = AnonymousUser()
    assert not permissions.visible_units(visitor).exists()
    assert not permissions.visible_people(visitor).exists()
    assert not permissions.led_organisations(visitor).exists()
    assert permissions.roles(visitor) == set()
    assert not permissions.is_manager(visitor)


def test_manager_of_two_posts_sees_both_units(ben: User, amara: User, chidi: User, reablement: Unit) -> None:
    MembershipFactory(person=ben.person, unit=reablement, role=Role.UNIT_MANAGER)
    assert seen_by(ben) == {amara.person, chidi.person}


def test_learner_with_two_posts_is_seen_once(ben: User, amara: User, assessments: Unit) -> None:
    team = UnitFactory(parent=assessments)
    MembershipFactory(person=amara.person, unit=team)
    assert permissions.visible_people(ben).count() == 1


def test_post_counts_from_its_first_day_to_the_end_of_its_last(ben: User, assessments: Unit) -> None:
    today = timezone.localdate()
    ends_today = MembershipFactory(unit=assessments, ends_on=today).person
    begins_today = MembershipFactory(unit=assessments, starts_on=today).person
    MembershipFactory(unit=assessments, ends_on=today - DAY)
    MembershipFactory(unit=assessments, starts_on=today + DAY)
    assert seen_by(ben) == {ends_today, begins_today}


def test_people_of_a_past_day_are_those_of_that_day(ben: User, amara: User, assessments: Unit) -> None:
    today = timezone.localdate()
    gone = MembershipFactory(unit=assessments, ends_on=today - 30 * DAY).person
    new = MembershipFactory(unit=assessments, starts_on=today - DAY).person
    assert seen_by(ben, today - 60 * DAY) == {amara.person, gone}
    assert seen_by(ben) == {amara.person, new}


def test_former_manager_sees_nobody_not_even_as_at_a_day_in_her_time(ben: User, amara: User) -> None:
    today = timezone.localdate()
    Membership.objects.filter(person=ben.person).update(ends_on=today - DAY)
    assert seen_by(ben) == set()
    assert seen_by(ben, today - 60 * DAY) == set()
    assert permissions.visible_units(ben, today - 60 * DAY).exists(), "who could see what then can still be answered"
    assert not permissions.is_manager(ben)


def test_future_manager_sees_nobody_yet(amara: User, assessments: Unit) -> None:
    from tests.factories import UserFactory

    user = UserFactory()
    MembershipFactory(
        person=user.person, unit=assessments, role=Role.UNIT_MANAGER, starts_on=timezone.localdate() + DAY
    )
    assert seen_by(user) == set()
    assert not permissions.is_manager(user)


def test_author_and_reviewer_edit_but_do_not_manage(tariq: User, rosa: User) -> None:
    for user in (tariq, rosa):
        assert permissions.edits_content(user)
        assert not permissions.is_manager(user)
        assert seen_by(user) == set()


def test_invitations_reach_no_further_than_the_inviter(
    ben: User, lena: User, olga: User, amara: User, assessments: Unit, reablement: Unit
) -> None:
    assert permissions.may_invite(ben, assessments, Role.LEARNER)
    assert permissions.may_invite(lena, reablement, Role.UNIT_MANAGER)
    assert not permissions.may_invite(ben, assessments, Role.UNIT_MANAGER)
    assert not permissions.may_invite(ben, reablement, Role.LEARNER)
    assert not permissions.may_invite(olga, assessments, Role.LEARNER)
    assert not permissions.may_invite(amara, assessments, Role.LEARNER)
    for role in (Role.TRAINING_LEAD, Role.CONTENT_AUTHOR, Role.AUDITOR, Role.PLATFORM_ADMINISTRATOR):
        assert not permissions.may_invite(lena, assessments, role)


@pytest.mark.parametrize("count", [1, 40])
def test_questions_cost_the_same_however_many_people(
    ben: User, assessments: Unit, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = User.objects.select_related("person").get(pk=ben.pk)
    for _ in range(count):
        MembershipFactory(person=PersonFactory(), unit=assessments)
    with django_assert_num_queries(1):
        permissions.roles(user)
    with django_assert_num_queries(2):
        list(permissions.visible_people(user))
    with django_assert_num_queries(2):
        list(permissions.visible_units(user))


def test_an_organisation_without_units_is_led_beside_one_that_has_some(
    lena: User, council: Organisation, adult_care: Unit
) -> None:
    new = OrganisationFactory()
    assert set(permissions.managed(lena).led.values()) == {council}
    Membership.objects.create(
        person=lena.person, role=Role.TRAINING_LEAD, organisation=new, starts_on=timezone.localdate() - DAY
    )
    assert set(permissions.managed(lena).led.values()) == {council, new} == set(permissions.led_organisations(lena))
