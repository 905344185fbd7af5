"""`manage.py send_reminders`: who is mailed, about what, how often. Over a real mail server on loopback."""

from __future__ import annotations

import datetime
import email
import io
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from courses.people.models import Absence, Membership, Organisation, Unit, User
from courses.people.services.posts import leave_organisation
from courses.reminders.models import MailChoice, ReminderMail, ReminderPlan
from courses.reminders.services.sending import send_all
from scripts.postgres import free_port
from tests.manager.history import completed, make_module, require, today

pytestmark = pytest.mark.django_db


class Post:
    """A mail server's end: keeps what it is given, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "451 Try later"
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def to(self, user: User) -> list[Message]:
        return [mail for mail in self.mails if mail["To"] == user.email]


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A real mail server, to which Django is told to send."""
    handler = Post()
    port = free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield handler
    server.stop()


@pytest.fixture(autouse=True)
def no_digest(council: Organisation) -> ReminderPlan:
    return ReminderPlan.objects.create(organisation=council, digest=False, weekends=True)


def text_of(mail: Message) -> str:
    return mail.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[union-attr,index]


def test_a_learner_is_reminded_once(post: Post, amara: User, assessments: Unit) -> None:
    require(make_module("Carer awareness"), assessments, due=20)
    out = io.StringIO()
    call_command("send_reminders", "--now", stdout=out)
    call_command("send_reminders", "--now", stdout=io.StringIO())
    (mail,) = post.to(amara)
    assert "Carer awareness" not in mail["Subject"]
    assert "Carer awareness: due by" in text_of(mail)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert out.getvalue().startswith("1 reminders, 0 weekly mails")


def test_each_stage_is_mailed_once_over_a_year(post: Post, amara: User, assessments: Unit) -> None:
    require(make_module(), assessments, due=100)
    for day in range(0, 160, 2):
        send_all(now=timezone.now() + datetime.timedelta(days=day), even_if_quiet=True)
    sent = ReminderMail.objects.filter(person=amara.person).order_by("day")
    stages = [mail.modules.get().stage for mail in sent]
    assert stages == ["60", "30", "7", "late-0", "late-1", "late-2", "late-3", "late-4"]


def test_one_mail_names_everything(post: Post, amara: User, assessments: Unit) -> None:
    for title in ("Carer awareness", "Young carers"):
        require(make_module(title), assessments, due=-3)
    send_all(even_if_quiet=True)
    (mail,) = post.to(amara)
    assert "Carer awareness: was due on" in text_of(mail)
    assert "Young carers: was due on" in text_of(mail)


def test_nobody_who_left_or_is_on_leave_is_mailed(
    post: Post, amara: User, ben: User, council: Organisation, assessments: Unit
) -> None:
    require(make_module(), assessments, due=-3)
    Absence.objects.create(
        person=amara.person, organisation=council, starts_on=today(-1), ends_on=today(1), entered_by=ben.person
    )
    send_all(even_if_quiet=True)
    assert post.mails == []
    Absence.objects.all().delete()
    leave_organisation(person=amara.person, organisation=council, last_day=today(-1))
    send_all(even_if_quiet=True)
    assert post.mails == []


def test_private_modules_and_what_is_held_are_not_named(post: Post, amara: User, assessments: Unit) -> None:
    private = make_module("Balancing work and care", private=True)
    completed(amara.person, private, valid=10)
    held = make_module()
    require(held, assessments, due=-3)
    completed(amara.person, held)
    send_all(even_if_quiet=True)
    assert post.mails == []


def test_what_is_not_required_can_be_stopped(post: Post, amara: User, assessments: Unit) -> None:
    module = make_module("Optional")
    completed(amara.person, module, valid=20)
    send_all(even_if_quiet=True)
    (mail,) = post.to(amara)
    assert "Optional: runs out on" in text_of(mail)
    assert "/reminders/stop/" in text_of(mail)
    MailChoice.objects.create(person=amara.person, optional=False)
    send_all(now=timezone.now() + datetime.timedelta(days=15), even_if_quiet=True)
    assert len(post.to(amara)) == 1


def test_what_is_required_cannot_be_stopped(post: Post, amara: User, assessments: Unit) -> None:
    MailChoice.objects.create(person=amara.person, optional=False)
    require(make_module(), assessments, due=20)
    send_all(even_if_quiet=True)
    assert "/reminders/stop/" not in text_of(post.to(amara)[0])


def test_quiet_hours_hold_everything_back(post: Post, amara: User, assessments: Unit, no_digest: ReminderPlan) -> None:
    require(make_module(), assessments, due=-3)
    night = timezone.make_aware(datetime.datetime.combine(today(), datetime.time(6)))
    assert send_all(now=night).quiet >= 1
    assert post.mails == []
    assert send_all(now=night.replace(hour=10)).reminders == 1


def test_quiet_hours_are_those_of_london_before_and_after_the_clocks_change(
    post: Post, amara: User, assessments: Unit, no_digest: ReminderPlan
) -> None:
    """Half past seven in UTC is half past seven in London on the Friday, and half past eight on the Monday after."""
    require(make_module(), assessments, due=-3)
    april = datetime.datetime(today().year + 1, 4, 1, 7, 30, tzinfo=datetime.UTC)
    change = april - datetime.timedelta(days=(april.weekday() + 1) % 7 or 7)  # the last Sunday of March
    assert send_all(now=change - datetime.timedelta(days=2)).quiet >= 1
    assert post.mails == []
    assert send_all(now=change + datetime.timedelta(days=1)).reminders == 1


def test_a_mail_that_was_refused_is_sent_later(post: Post, amara: User, assessments: Unit) -> None:
    require(make_module(), assessments, due=-3)
    post.refuses = True
    assert send_all(even_if_quiet=True).failed == 1
    post.refuses = False
    assert send_all(even_if_quiet=True).resumed == 0, "its worker may still be at it"
    assert send_all(now=timezone.now() + datetime.timedelta(minutes=20), even_if_quiet=True).resumed == 1
    assert len(post.to(amara)) == 1


def test_managers_get_numbers_once_a_week(
    post: Post, amara: User, ben: User, lena: User, assessments: Unit, no_digest: ReminderPlan
) -> None:
    ReminderPlan.objects.update(digest=True)
    require(make_module("Carer awareness"), assessments, due=-3)
    days = [today(offset) for offset in range(14) if today(offset).weekday() < 7]
    for day in days:
        send_all(now=timezone.make_aware(datetime.datetime.combine(day, datetime.time(10))))
    weeks = {day.isocalendar()[:2] for day in days}
    assert len(post.to(ben)) == len(weeks)
    assert len(post.to(lena)) == len(weeks)
    text = text_of(post.to(ben)[0])
    assert "overdue: 1, of 1 person" in text
    assert "Amara" not in text
    assert "List-Unsubscribe" in post.to(ben)[0]


def test_nobody_without_a_proven_address_is_mailed(post: Post, amara: User, assessments: Unit) -> None:
    EmailAddress.objects.filter(user=amara).update(verified=False)
    require(make_module(), assessments, due=-3)
    sent = send_all(even_if_quiet=True)
    assert (sent.reminders, sent.without_address) == (0, 1)
    assert not ReminderMail.objects.exists()
    assert Membership.objects.filter(person=amara.person).exists()
