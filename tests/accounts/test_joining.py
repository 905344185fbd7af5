"""Joining an organisation by an invitation link or an approved e-mail domain, and leaving it."""

from __future__ import annotations

import datetime
import threading

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.utils import timezone

from courses.people.models import EmailDomain, Invitation, Membership, Organisation, Role, Unit, User
from courses.people.services import InvitationError, accept, invite, join_by_domain, leave, withdraw
from tests.factories import MembershipFactory, PersonFactory, UnitFactory, UserFactory
from tests.people import signed_in


def path_of(link: str) -> str:
    return link.removeprefix("http://localhost:8000")


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


@pytest.fixture
def link(ben: User, assessments: Unit) -> str:
    """A link of Ben's into Adult Assessments, for one learner."""
    return invite(unit=assessments, role=Role.LEARNER, by=ben)[1]


@pytest.fixture
def newcomer(db: None) -> User:
    return UserFactory(person=PersonFactory(name="Noor Haddad"), email="noor@example.org")


@pytest.fixture
def newcomer_client(newcomer: User) -> Client:
    client = Client()
    client.force_login(newcomer)
    return client


def test_link_is_shown_confirmed_and_used(
    link: str, newcomer: User, newcomer_client: Client, assessments: Unit
) -> None:
    page = newcomer_client.get(path_of(link)).content.decode()
    assert "Ben Hughes invites you to join <strong>Adult Assessments</strong>" in page
    assert not Membership.objects.filter(person=newcomer.person).exists(), "looking joins nothing"
    answer = newcomer_client.post(path_of(link), follow=True)
    assert answer.redirect_chain == [("/accounts/join/", 302)]
    assert "You have joined Adult Assessments, Northfield Council." in answer.content.decode()
    membership = Membership.objects.get(person=newcomer.person)
    assert (membership.unit, membership.role, membership.organisation) == (
        assessments, "learner", assessments.organisation,
    )  # fmt: skip
    assert newcomer_client.session["roles"] == ["learner"]


def test_signed_out_she_is_asked_to_sign_up_or_in_and_brought_back(link: str, client: Client) -> None:
    page = client.get(path_of(link)).content.decode()
    assert f'href="/accounts/signup/?next={path_of(link)}"' in page
    assert f'href="/accounts/login/?next={path_of(link)}"' in page
    assert client.post(path_of(link)).status_code == 200
    assert not Invitation.objects.exclude(used_at=None).exists()


def test_only_a_hash_is_kept(link: str) -> None:
    kept = Invitation.objects.values().get()
    assert token_of(link) not in str(kept)


def test_a_link_works_for_one_person_and_for_her_again(link: str, newcomer: User, chidi: User) -> None:
    first = accept(token=token_of(link), person=newcomer.person)
    assert accept(token=token_of(link), person=newcomer.person) == first
    with pytest.raises(InvitationError):
        accept(token=token_of(link), person=chidi.person)
    assert Membership.objects.filter(person=newcomer.person).count() == 1


def refused(client: Client, path: str) -> bytes:
    seen, posted = client.get(path), client.post(path)
    assert (seen.status_code, posted.status_code) == (404, 404)
    return seen.content.replace(path.encode(), b"")


def test_used_withdrawn_expired_foreign_and_unknown_links_answer_alike(
    ben: User, assessments: Unit, chidi: User, newcomer_client: Client
) -> None:
    def make(email: str = "") -> tuple[Invitation, str]:
        invitation, link = invite(unit=assessments, role=Role.LEARNER, by=ben, email=email)
        return invitation, path_of(link)

    (_, used), (expired, too_old), (taken_back, withdrawn) = make(), make(), make()
    _, foreign = make("somebody.else@example.org")
    accept(token=token_of(used), person=chidi.person)
    Invitation.objects.filter(pk=expired.pk).update(expires_at=timezone.now())
    withdraw(invitation=taken_back)
    pages = [refused(newcomer_client, path) for path in (used, too_old, withdrawn, foreign, "/join/no-such-token/")]
    without_tokens = {
        b"".join(part for part in page.split(b"\n") if b"csrf" not in part and b"report" not in part) for page in pages
    }
    assert len(without_tokens) == 1
    assert b"Ask the person who invited you" in pages[0]


def test_bound_to_an_address_it_works_for_her_who_has_proved_it(ben: User, assessments: Unit, newcomer: User) -> None:
    _, link = invite(unit=assessments, role=Role.LEARNER, by=ben, email="Noor@Example.org")
    address = EmailAddress.objects.get(user=newcomer)
    address.verified = False
    address.save()
    with pytest.raises(InvitationError):
        accept(token=token_of(link), person=newcomer.person)
    address.verified = True
    address.save()
    assert accept(token=token_of(link), person=newcomer.person).unit == assessments


def test_nobody_invites_where_she_does_not_manage(ben: User, amara: User, reablement: Unit, other_unit: Unit) -> None:
    for by, unit, role in (
        (ben, reablement, Role.LEARNER),
        (ben, other_unit, Role.LEARNER),
        (amara, reablement, Role.LEARNER),
        (ben, reablement, Role.PLATFORM_ADMINISTRATOR),
    ):
        with pytest.raises(PermissionDenied):
            invite(unit=unit, role=role, by=by)
    assert not Invitation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment_only_one_gets_in(link: str, newcomer: User, chidi: User) -> None:
    ready, outcomes = threading.Barrier(2), []

    def try_it(user: User) -> None:
        ready.wait()
        try:
            accept(token=token_of(link), person=user.person)
            outcomes.append("in")
        except InvitationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(user,)) for user in (newcomer, chidi)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in", "refused"]
    people = [newcomer.person, chidi.person]
    assert Membership.objects.filter(person__in=people, unit__name="Adult Assessments").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_person_make_one_membership(link: str, newcomer: User) -> None:
    ready = threading.Barrier(2)
    outcomes: list[int | None] = []

    def try_it() -> None:
        ready.wait()
        try:
            outcomes.append(accept(token=token_of(link), person=newcomer.person).pk)
        except InvitationError:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes[0] == outcomes[1] is not None
    assert Membership.objects.filter(person=newcomer.person).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_invite_one_address_send_one_invitation(
    ben: User, assessments: Unit, mailoutbox: list[EmailMessage]
) -> None:
    clients = [signed_in(ben), signed_in(ben)]
    data = {"unit": assessments.pk, "role": Role.LEARNER, "email": "noor@example.org", "days": 14}
    ready, codes = threading.Barrier(2), []

    def press(client: Client) -> None:
        ready.wait()
        try:
            codes.append(client.post("/accounts/invitations/", data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [302, 302]
    assert Invitation.objects.filter(email="noor@example.org").count() == 1
    assert [mail.to for mail in mailoutbox] == [["noor@example.org"]]


@pytest.fixture
def domain(council: Organisation, assessments: Unit) -> EmailDomain:
    return EmailDomain.objects.create(organisation=council, unit=assessments, domain="Northfield.example")


def at(address: str, *, verified: bool = True) -> User:
    user = UserFactory(email=address, verified=False)
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    return user


def test_verified_address_of_an_approved_domain_joins_when_asked(domain: EmailDomain, assessments: Unit) -> None:
    user = at("noor@northfield.example")
    client = Client()
    client.force_login(user)
    page = client.get("/accounts/join/").content.decode()
    assert "<strong>Northfield Council</strong>" in page
    assert not Membership.objects.filter(person=user.person).exists(), "she is asked first"
    client.post("/accounts/join/")
    client.post("/accounts/join/")
    membership = Membership.objects.get(person=user.person)
    assert (membership.unit, membership.role) == (assessments, "learner")
    assert "<strong>Northfield Council</strong>" not in client.get("/accounts/join/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "noor@mail.northfield.example",
        "noor@notnorthfield.example",
        "noor@northfield.example.evil.example",
        "noor@northfield.exampl",
    ],
)
def test_the_whole_domain_has_to_match(domain: EmailDomain, address: str) -> None:
    assert join_by_domain(user=at(address)) == []


def test_unverified_address_joins_nothing(domain: EmailDomain) -> None:
    assert join_by_domain(user=at("noor@northfield.example", verified=False)) == []


def test_two_domains_of_one_unit_make_one_membership(domain: EmailDomain) -> None:
    EmailDomain.objects.create(organisation=domain.organisation, unit=domain.unit, domain="northfield2.example")
    user = at("noor@northfield.example")
    EmailAddress.objects.create(user=user, email="noor@northfield2.example", verified=True)
    join_by_domain(user=user)
    assert Membership.objects.filter(person=user.person).count() == 1


def test_leaving_ends_the_membership_and_keeps_the_record(amara: User, amara_client: Client) -> None:
    membership = Membership.objects.get(person=amara.person)
    assert "Leave Northfield Council?" in amara_client.get(f"/accounts/join/{membership.pk}/leave/").content.decode()
    amara_client.post(f"/accounts/join/{membership.pk}/leave/")
    membership.refresh_from_db()
    assert membership.ends_on == timezone.localdate()
    assert not Membership.objects.current(timezone.localdate() + datetime.timedelta(days=1)).exists()


def test_nobody_ends_anothers_membership_nor_a_post(amara: User, ben: User, ben_client: Client) -> None:
    for user in (amara, ben):
        membership = Membership.objects.get(person=user.person)
        assert ben_client.post(f"/accounts/join/{membership.pk}/leave/").status_code == 404
        leave(person=PersonFactory(), membership=membership)
        membership.refresh_from_db()
        assert membership.ends_on is None


def test_who_leaves_and_comes_back_on_one_day_never_left(amara: User, ben: User, assessments: Unit) -> None:
    membership = Membership.objects.get(person=amara.person)
    leave(person=amara.person, membership=membership)
    _, link = invite(unit=assessments, role=Role.LEARNER, by=ben)
    assert accept(token=token_of(link), person=amara.person) == membership
    membership.refresh_from_db()
    assert membership.ends_on is None


def test_who_comes_back_later_has_two_memberships(ben: User, assessments: Unit, newcomer: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    MembershipFactory(person=newcomer.person, unit=assessments, ends_on=yesterday)
    _, link = invite(unit=assessments, role=Role.LEARNER, by=ben)
    accept(token=token_of(link), person=newcomer.person)
    assert Membership.objects.filter(person=newcomer.person).count() == 2


def test_a_planned_post_begins_earlier(ben: User, assessments: Unit, newcomer: User) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    planned = MembershipFactory(person=newcomer.person, unit=assessments, starts_on=tomorrow)
    _, link = invite(unit=assessments, role=Role.LEARNER, by=ben)
    assert accept(token=token_of(link), person=newcomer.person) == planned
    planned.refresh_from_db()
    assert planned.starts_on == timezone.localdate()


def test_pages_of_who_belongs_to_nothing_say_what_to_do(newcomer_client: Client) -> None:
    assert "You belong to none." in newcomer_client.get("/accounts/join/").content.decode()
    answer = newcomer_client.post("/accounts/join/", follow=True)
    assert "None of your confirmed addresses" in answer.content.decode()


def test_unit_of_another_organisation_is_named_with_it(lena: User, council: Organisation) -> None:
    unit = UnitFactory(organisation=council, name="Housing")
    invitation, _ = invite(unit=unit, role=Role.UNIT_MANAGER, by=lena)
    assert invitation.organisation == council
