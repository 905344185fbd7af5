"""`/manage/people/new/`, `…/posts/`, `…/leave/`, `…/absence/`, `/manage/leavers/`: people begin, change, are away and
leave; and every past day stays as it was."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from courses.people.models import Absence, AuditEntry, Employment, JobRole, Membership, Person, Role, Unit, User
from courses.records.team import Team
from tests.factories import MembershipFactory, PersonFactory
from tests.manager.history import today
from tests.manager.reading import words
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def at(person: Person) -> str:
    return f"/manage/people/{person.public_id}/"


def there(user: User, unit: Unit, day: datetime.date) -> set[str]:
    """The names of who had a post right in `unit` on the day, as `user` is told."""
    team = Team.of(user, on=day)
    assert team is not None
    return {person.name for person in team.people_of(unit, alone=True)}


def test_somebody_new_is_added_and_invited(
    ben_client: Client, assessments: Unit, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    role = JobRole.objects.create(organisation=assessments.organisation, name="Assessor")
    data = {
        "name": "Zola Kante", "email": "Zola@example.org", "reference": "77", "unit": assessments.pk,
        "job_role": role.pk, "job_title": "Assessor, nights", "on": today(),
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        page = ben_client.post("/manage/people/new/", data, follow=True)
    assert "Zola Kante begins on" in words(page.content.decode())
    post = Membership.objects.get(person__name="Zola Kante")
    assert (post.unit, post.job_role, post.role) == (assessments, role, Role.LEARNER)
    assert Employment.objects.get(person=post.person).reference == "77"
    assert [message.to for message in mail.outbox] == [["zola@example.org"]]
    assert AuditEntry.objects.filter(what="post", about=post.person).count() == 1
    again = ben_client.post("/manage/people/new/", {**data, "email": "", "reference": ""})
    assert "Somebody of this name has a post" in words(again.content.decode())
    taken = ben_client.post("/manage/people/new/", {**data, "name": "Yara Bello", "email": ""})
    assert taken.status_code == 422
    assert "Somebody else has this reference" in words(taken.content.decode())
    assert Person.objects.filter(name__in=["Zola Kante", "Yara Bello"]).count() == 1


def test_nobody_is_put_into_a_unit_of_others(ben_client: Client, reablement: Unit, amara: User) -> None:
    data = {"name": "Zola Kante", "unit": reablement.pk, "on": today()}
    assert ben_client.post("/manage/people/new/", data).status_code == 422
    assert ben_client.post(f"{at(amara.person)}posts/new/", {"unit": reablement.pk, "on": today()}).status_code == 422
    assert not Membership.objects.filter(unit=reablement).exists()


def test_a_post_changes_from_a_day(lena: User, amara: User, assessments: Unit, reablement: Unit) -> None:
    post = amara.person.memberships.get()
    client = signed_in(lena)
    data = {"on": today(), "unit": reablement.pk, "job_title": "Senior", "manager": ""}
    client.post(f"{at(amara.person)}posts/{post.pk}/", data)
    assert there(lena, assessments, today(-1)) == {"Amara Okafor"}
    assert there(lena, assessments, today()) == set()
    assert there(lena, reablement, today()) == {"Amara Okafor"}
    client.post(f"{at(amara.person)}posts/{post.pk}/", data)
    assert amara.person.memberships.count() == 2


def test_a_manager_of_record_and_a_deputy(ben: User, ben_client: Client, amara: User, assessments: Unit) -> None:
    post = amara.person.memberships.get()
    data = {"on": today(), "unit": assessments.pk, "manager": ben.person.public_id}
    ben_client.post(f"{at(amara.person)}posts/{post.pk}/", data)
    post = amara.person.memberships.get(ends_on=None)
    assert "manager of record Ben Hughes" in words(ben_client.get(f"{at(amara.person)}posts/").content.decode())
    stranger = PersonFactory(name="Stranger")
    data["manager"] = stranger.public_id
    assert ben_client.post(f"{at(amara.person)}posts/{post.pk}/", data).status_code == 422


def test_a_second_post_and_its_end(lena_client: Client, lena: User, amara: User, reablement: Unit) -> None:
    lena_client.post(f"{at(amara.person)}posts/new/", {"on": today(-10), "unit": reablement.pk})
    second = amara.person.memberships.get(unit=reablement)
    first = amara.person.memberships.exclude(pk=second.pk).get()
    lena_client.post(f"{at(amara.person)}posts/{second.pk}/end/", {"last_day": today(-1)})
    assert there(lena, reablement, today(-1)) == {"Amara Okafor"}
    assert there(lena, reablement, today()) == set()
    only = lena_client.post(f"{at(amara.person)}posts/{first.pk}/end/", {"last_day": today()})
    assert "only post" in words(only.content.decode())


def test_leaving_keeps_the_past_and_the_login(ben: User, ben_client: Client, amara: User, assessments: Unit) -> None:
    page = words(ben_client.get(f"{at(amara.person)}leave/").content.decode())
    assert "Their records are kept" in page
    assert "take their certificates" in page
    ben_client.post(f"{at(amara.person)}leave/", {"last_day": today(-1)})
    assert there(ben, assessments, today(-1)) == {"Amara Okafor"}
    assert there(ben, assessments, today()) == set()
    amara.refresh_from_db()
    assert amara.is_active
    leavers = ben_client.get("/manage/leavers/").content.decode()
    assert "Amara Okafor" in leavers
    last_page = f"{at(amara.person)}?as_at={today(-1):%Y-%m-%d}"
    assert last_page in leavers
    assert ben_client.get(last_page).status_code == 200
    assert ben_client.get(f"{at(amara.person)}posts/").status_code == 404
    assert "Amara" not in ben_client.get("/manage/leavers/?q=Chidi").content.decode()


def test_a_manager_ends_no_more_than_she_sees(ben_client: Client, amara: User, reablement: Unit) -> None:
    MembershipFactory(person=amara.person, unit=reablement)
    page = ben_client.get(f"{at(amara.person)}leave/")
    assert "for the training lead to say" in words(page.content.decode())
    assert "Reablement" not in page.content.decode()
    assert ben_client.post(f"{at(amara.person)}leave/", {"last_day": today()}).status_code == 403
    assert not amara.person.memberships.exclude(ends_on=None).exists()


def test_the_last_lead_does_not_leave(lena_client: Client, lena: User, assessments: Unit) -> None:
    MembershipFactory(person=lena.person, unit=assessments)
    page = lena_client.post(f"{at(lena.person)}leave/", {"last_day": today()})
    assert "Nobody would lead the organisation" in words(page.content.decode())


def test_leave_of_absence(ben_client: Client, amara: User) -> None:
    assert "Why they are away is not asked" in words(ben_client.get(f"{at(amara.person)}absence/").content.decode())
    ben_client.post(f"{at(amara.person)}absence/", {"starts_on": today(-3), "ends_on": today(40)})
    leave = Absence.objects.get()
    twice = ben_client.post(f"{at(amara.person)}absence/", {"starts_on": today(5)})
    assert "on leave in that time already" in words(twice.content.decode())
    ben_client.post(f"{at(amara.person)}absence/{leave.pk}/end/", {"last_day": today()})
    leave.refresh_from_db()
    assert (leave.starts_on, leave.ends_on) == (today(-3), today())
    assert AuditEntry.objects.filter(what="leave", about=amara.person).count() == 2


@pytest.mark.parametrize("who", ["amara", "tariq", "olga", "chidis_manager"])
def test_nobody_else(who: str, amara: User, reablement: Unit, request: pytest.FixtureRequest) -> None:
    if who == "chidis_manager":
        manager = MembershipFactory(
            person=request.getfixturevalue("chidi").person, unit=reablement, role="unit-manager"
        )
        client = signed_in(manager.person.logins.get())
    else:
        client = signed_in(request.getfixturevalue(who))
    post = amara.person.memberships.get()
    for part in ("posts/", "posts/new/", f"posts/{post.pk}/", f"posts/{post.pk}/end/", "leave/", "absence/"):
        for response in (client.get(f"{at(amara.person)}{part}"), client.post(f"{at(amara.person)}{part}")):
            assert response.status_code in {403, 404, 405}, part
    assert amara.person.memberships.get().ends_on is None


def test_budgets(lena_client: Client, amara: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    post = amara.person.memberships.get()
    for path, most in {
        "/manage/people/new/": 6,
        f"{at(amara.person)}posts/": 8,
        f"{at(amara.person)}posts/{post.pk}/": 8,
        f"{at(amara.person)}leave/": 10,
        f"{at(amara.person)}absence/": 6,
        "/manage/leavers/": 5,
    }.items():
        with django_assert_max_num_queries(most):
            assert lena_client.get(path).status_code == 200
