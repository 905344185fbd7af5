"""`/manage/reminders/`: the plan, the log, and reminding people now."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.people.models import AuditEntry, Organisation, Unit, User
from courses.reminders.models import ReminderMail, ReminderPlan
from tests.manager.history import make_module, require

pytestmark = pytest.mark.django_db
PLAN = {
    "on": "on",
    "first": 60,
    "second": 30,
    "third": 7,
    "after_every": 14,
    "opens": "08:00",
    "closes": "18:00",
    "digest": "on",
    "digest_on": 0,
    "subject": "",
    "words": "",
}


@pytest.fixture(autouse=True)
def asked(amara: User, assessments: Unit) -> None:
    require(make_module("Carer awareness"), assessments, due=-5)


def test_the_lead_says_how_people_are_reminded(lena_client: Client, council: Organisation) -> None:
    answer = lena_client.post("/manage/reminders/", {**PLAN, "first": 90, "words": "Please take <b>care</b>."})
    assert answer.status_code == 302
    plan = ReminderPlan.objects.get(organisation=council)
    assert (plan.first, plan.words) == (90, "Please take <b>care</b>.")
    assert AuditEntry.objects.filter(what="reminder-plan").exists()


def test_she_sees_the_mail_first(lena_client: Client) -> None:
    answer = lena_client.post("/manage/reminders/", {**PLAN, "words": "Please take <b>care</b>.", "preview": "yes"})
    assert "Please take &lt;b&gt;care&lt;/b&gt;." in answer.content.decode()
    assert "Carer awareness: " in answer.content.decode()
    assert not ReminderPlan.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("second", 60, "Give fewer days than for the first reminder."),
        ("third", 30, "Give fewer days than for the second reminder."),
        ("closes", "08:00", "Give a later time than the one from which mails go out."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(lena_client: Client, field: str, value: object, said: str) -> None:
    answer = lena_client.post("/manage/reminders/", {**PLAN, field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [said]
    assert not ReminderPlan.objects.exists()


def test_a_manager_reminds_her_people_now(ben_client: Client, ben: User, amara: User, chidi: User) -> None:
    people = [amara.person.public_id, chidi.person.public_id, "nonsense"]
    answer = ben_client.post("/manage/reminders/now/", {"person": people}, follow=True)
    assert "1 person reminded." in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == [amara.email]
    assert "Ben" in sent.body
    assert ReminderMail.objects.get().by == ben.person
    again = ben_client.post(f"/manage/people/{amara.person.public_id}/remind/", follow=True)
    assert "had a mail today" in again.content.decode()
    assert len(mail.outbox) == 1


def test_the_pages_cost_the_same_for_many(
    lena_client: Client, ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lena_client.get("/manage/reminders/")
    with django_assert_max_num_queries(8):
        lena_client.get("/manage/reminders/")
    with django_assert_max_num_queries(8):
        assert b"Amara" in ben_client.get("/manage/reminders/now/").content


def test_another_team_is_not_reminded(olga_client: Client, amara: User) -> None:
    assert olga_client.post(f"/manage/people/{amara.person.public_id}/remind/").status_code == 404
    olga_client.post("/manage/reminders/now/", {"person": [amara.person.public_id]})
    assert mail.outbox == []
