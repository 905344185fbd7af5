"""`/manage/roles/` and `/manage/people/<uuid>/roles/`: the lead gives and takes roles, from a day to a day."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import AuditEntry, Membership, Organisation, Role, Unit, User
from courses.people.permissions import visible_people
from courses.people.services.roles import RoleError, give_role, take_role
from tests.factories import MembershipFactory
from tests.manager.history import today
from tests.manager.reading import words
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def page_of(user: User) -> str:
    return f"/manage/people/{user.person.public_id}/roles/"


def test_a_deputy_sees_for_as_long_as_she_stands_in(
    lena_client: Client, chidi: User, amara: User, assessments: Unit
) -> None:
    data = {"role": Role.UNIT_MANAGER, "unit": assessments.pk, "starts_on": today(), "ends_on": today(14)}
    lena_client.post(page_of(chidi), data)
    lena_client.post(page_of(chidi), data)
    held = chidi.person.memberships.get(role=Role.UNIT_MANAGER)
    assert (held.unit, held.starts_on, held.ends_on) == (assessments, today(), today(14))
    assert visible_people(chidi).filter(pk=amara.person_id).exists()
    entry = AuditEntry.objects.get(what="role")
    assert (entry.about, entry.key) == (chidi.person, Role.UNIT_MANAGER)
    lena_client.post(f"{page_of(chidi)}{held.pk}/end/", {"last_day": today(-1)})
    assert not visible_people(chidi).exists()
    assert AuditEntry.objects.filter(what="role").count() == 2


def test_a_role_that_was_lived_is_ended_not_deleted(lena: User, ben: User, amara: User) -> None:
    held = ben.person.memberships.get()
    take_role(held=held, last_day=today(-1), by=lena)
    held.refresh_from_db()
    assert held.ends_on == today(-1)
    assert not visible_people(ben).exists()


def test_who_holds_what(lena_client: Client, ben: User, olga: User, amara: User) -> None:
    page = words(lena_client.get("/manage/roles/?q=Amara").content.decode())
    assert "Ben Hughes" in page
    assert "Amara Okafor" in page
    assert "Olga" not in page


def test_a_role_is_not_given_backwards_or_elsewhere(
    lena: User, amara: User, assessments: Unit, other_unit: Unit, council: Organisation
) -> None:
    def give(**more: object) -> Membership:
        said = {"person": amara.person, "role": Role.UNIT_MANAGER, "organisation": council, "unit": assessments}
        return give_role(**{**said, "starts_on": today(), "by": lena, **more})  # type: ignore[arg-type]

    for wrong in ({"starts_on": today(-1)}, {"unit": other_unit}, {"unit": None}, {"ends_on": today(-1)}):
        with pytest.raises(RoleError):
            give(**wrong)
    for forbidden in ({"role": Role.PLATFORM_ADMINISTRATOR, "unit": None}, {"organisation": other_unit.organisation}):
        with pytest.raises(PermissionDenied):
            give(**forbidden)
    assert not amara.person.memberships.exclude(role=Role.LEARNER).exists()


def test_an_organisation_keeps_a_lead(lena: User, lena_client: Client, ben: User, council: Organisation) -> None:
    mine = lena.person.memberships.get()
    page = lena_client.post(f"{page_of(lena)}{mine.pk}/end/", {"last_day": today()})
    assert "Nobody would lead the organisation" in words(page.content.decode())
    with pytest.raises(RoleError):
        give_role(
            person=lena.person,
            role=Role.TRAINING_LEAD,
            organisation=council,
            starts_on=today(),
            ends_on=today(3),
            by=lena,
        )
    give_role(person=ben.person, role=Role.TRAINING_LEAD, organisation=council, starts_on=today(), by=lena)
    lena_client.post(f"{page_of(lena)}{mine.pk}/end/", {"last_day": today()})
    mine.refresh_from_db()
    assert mine.ends_on == today()
    with pytest.raises(RoleError):
        take_role(held=ben.person.memberships.get(role=Role.TRAINING_LEAD), last_day=today(5), by=lena)


@pytest.mark.parametrize("who", ["amara", "ben", "tariq", "olga", "admin"])
def test_nobody_else_gives_or_takes(who: str, ben: User, assessments: Unit, request: pytest.FixtureRequest) -> None:
    client = signed_in(request.getfixturevalue(who))
    held = ben.person.memberships.get()
    data = {"role": Role.UNIT_MANAGER, "unit": assessments.pk, "starts_on": today(), "last_day": today(-1)}
    for path in ("/manage/roles/", page_of(ben), f"{page_of(ben)}{held.pk}/end/"):
        assert client.get(path).status_code == 403
        assert client.post(path, data).status_code in {403, 405}
    assert Membership.objects.filter(person=ben.person, ends_on=None).count() == 1


def test_a_stranger_is_not_there(lena_client: Client, omar: User) -> None:
    assert lena_client.get(page_of(omar)).status_code == 404


def test_budgets(
    lena_client: Client, ben: User, assessments: Unit, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(60):
        MembershipFactory(unit=assessments, role=Role.UNIT_MANAGER)
    for path in ("/manage/roles/?q=Ben", page_of(ben)):
        with django_assert_max_num_queries(8):
            assert lena_client.get(path).status_code == 200
