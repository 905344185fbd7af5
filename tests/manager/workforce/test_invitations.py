"""`/manage/invitations/`: everybody of a unit is asked once; who accepts becomes whom the employer's file made."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.people.models import EmailDomain, Employment, Invitation, Membership, Person, Role, Unit, User
from courses.people.services import InvitationError, accept, join_by_domain
from courses.records.models import Event
from tests.factories import MembershipFactory, UserFactory
from tests.importing.files import ADA, BEA, Importing, csv_of
from tests.manager.reading import words
from tests.people import signed_in

pytestmark = pytest.mark.django_db
Commits = Callable[..., Any]
PAGE = "/manage/invitations/"


def link_of(message: Any) -> str:
    found = re.search(r"/join/([^/\s]+)/", message.body)
    assert found
    return found[1]


def ask(client: Client, unit: Unit, commits: Commits) -> Any:
    with commits(execute=True):
        return client.post(PAGE, {"unit": unit.pk, "sure": "1"})


def test_everybody_of_a_unit_gets_one_mail(
    importing: Importing, lena_client: Client, adult_care: Unit, django_capture_on_commit_callbacks: Commits
) -> None:
    importing.write(csv_of(ADA, BEA, ("E3", "Cy", "Dee", "", *ADA[4:])))
    assert "Send 2 invitations?" in words(lena_client.post(PAGE, {"unit": adult_care.pk}).content.decode())
    assert not mail.outbox
    response = ask(lena_client, adult_care, django_capture_on_commit_callbacks)
    assert response.headers["Location"].startswith("/manage/jobs/")
    assert sorted(message.to[0] for message in mail.outbox) == ["ada@northfield.example", "bea@northfield.example"]
    ask(lena_client, adult_care, django_capture_on_commit_callbacks)
    assert len(mail.outbox) == 2, "who has an open invitation gets no second one"
    page = words(lena_client.get(PAGE).content.decode())
    assert "Ada Obi" in page
    assert "2 invitations" in page


def test_an_import_invites_when_the_lead_says_so(importing: Importing) -> None:
    importing.write(csv_of(ADA))
    assert not mail.outbox
    importing.write(csv_of(BEA), invite=True)
    assert [message.to for message in mail.outbox] == [["bea@northfield.example"]]


def test_a_mail_that_cannot_be_handed_over_is_told_and_asked_again(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    from courses.people.models import Job
    from courses.people.services import inviting

    def broken(**_: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(inviting, "send_invitation", broken)
        importing.write(csv_of(ADA), invite=True)
    job = Job.objects.get(kind=inviting.INVITE)
    assert "1 could not be handed to the mail server" in job.said
    with importing.commits(execute=True):
        inviting.ask_to_invite_unit(unit=Unit.objects.get(name="Adult Assessments"), by=importing.by)
    assert [message.to for message in mail.outbox] == [["ada@northfield.example"]]


def test_a_new_account_becomes_the_person_of_the_file(importing: Importing) -> None:
    importing.write(csv_of(ADA), invite=True)
    ada = Person.objects.get(name="Ada Obi")
    account = UserFactory(email="ada@northfield.example")
    fresh = account.person_id
    response = signed_in(account).post(f"/join/{link_of(mail.outbox[0])}/", follow=True)
    assert "You have joined" in response.content.decode()
    account.refresh_from_db()
    assert account.person == ada
    assert not Person.objects.filter(pk=fresh).exists()
    assert Membership.objects.filter(person=ada, role=Role.LEARNER).count() == 1


def test_an_account_with_learning_of_its_own_keeps_it_and_takes_the_post(importing: Importing) -> None:
    importing.write(csv_of(ADA), invite=True)
    account = UserFactory(email="ada@northfield.example")
    Event.objects.create(person=account.person, kind="enrolled", at=timezone.now())
    invited = Person.objects.get(name="Ada Obi")
    accept(token=link_of(mail.outbox[0]), person=account.person)
    account.refresh_from_db()
    assert Employment.objects.get(reference="E1").person == account.person
    assert Membership.objects.get(person=account.person, role=Role.LEARNER).joined_on == datetime.date(2024, 4, 1)
    assert not Person.objects.filter(pk=invited.pk).exists()
    assert importing.check(csv_of(ADA)).counts == {"same": 1}


def test_who_joins_by_her_work_address_becomes_the_person_of_the_file(
    importing: Importing, reablement: Unit, assessments: Unit
) -> None:
    found = importing.write(csv_of(ADA))
    assert not found.file, "the file is not kept once it is written"
    EmailDomain.objects.create(organisation=importing.organisation, unit=reablement, domain="northfield.example")
    account = UserFactory(email="Ada@Northfield.example")
    joined = join_by_domain(user=account)
    assert [post.unit for post in joined] == [assessments], "the post of the file, and no other"
    assert account.person == Person.objects.get(name="Ada Obi")
    assert not join_by_domain(user=account), "asked again, she is employed there already"


def test_the_link_is_for_the_address_alone_and_works_once(importing: Importing) -> None:
    importing.write(csv_of(ADA), invite=True)
    token = link_of(mail.outbox[0])
    stranger = UserFactory(email="stranger@example.org")
    with pytest.raises(InvitationError):
        accept(token=token, person=stranger.person)
    unproved = UserFactory(email="ada@northfield.example", verified=False)
    with pytest.raises(InvitationError):
        accept(token=token, person=unproved.person)
    unproved.emailaddress_set.create(email=unproved.email, verified=True)  # type: ignore[attr-defined]
    accept(token=token, person=unproved.person)
    with pytest.raises(InvitationError):
        accept(token=token, person=stranger.person)


def test_sent_again_the_old_link_stops(
    importing: Importing, lena_client: Client, django_capture_on_commit_callbacks: Commits
) -> None:
    importing.write(csv_of(ADA), invite=True)
    first = Invitation.objects.get()
    Invitation.objects.update(created_at=timezone.now() - datetime.timedelta(days=40))
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(days=10))
    assert "Ran out" in words(lena_client.get(f"{PAGE}?state=over").content.decode())
    with django_capture_on_commit_callbacks(execute=True):
        lena_client.post(f"{PAGE}{first.pk}/resend/")
    account = UserFactory(email="ada@northfield.example")
    with pytest.raises(InvitationError):
        accept(token=link_of(mail.outbox[0]), person=account.person)
    accept(token=link_of(mail.outbox[1]), person=account.person)


@pytest.mark.parametrize(("who", "status"), [("ben", 404), ("olga", 404), ("amara", 403), ("tariq", 403)])
def test_nobody_else_sends_or_withdraws(
    who: str, status: int, importing: Importing, request: pytest.FixtureRequest
) -> None:
    importing.write(csv_of(BEA), invite=True)
    user: User = request.getfixturevalue(who)
    client, found = signed_in(user), Invitation.objects.get()
    for what in ("resend", "withdraw"):
        assert client.post(f"{PAGE}{found.pk}/{what}/").status_code == status
    assert b"bea@" not in client.get(PAGE).content
    unit = Unit.objects.get(name="Reablement")
    assert client.post(PAGE, {"unit": unit.pk, "sure": "1"}).status_code in {403, 422}
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("people", [2, 60])
def test_eight_queries(
    people: int,
    lena_client: Client,
    lena: User,
    assessments: Unit,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(people):
        person = MembershipFactory(unit=assessments).person
        Invitation.objects.create(
            token_hash=str(number), organisation=assessments.organisation, unit=assessments, person=person,
            email=f"e{number}@example.org", created_by=lena, expires_at=timezone.now(),
        )  # fmt: skip
    with django_assert_max_num_queries(8):
        lena_client.get(PAGE)
