"""`/manage/people/` and the page of one person."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.credentials.models import Certificate, Revocation
from courses.people.models import Organisation, Unit, User
from courses.records.models import Completion, CpdNote, ExemptionReason, Reflection
from tests.factories import MembershipFactory

from .history import completed, exempted, make_module, require, revoked, started, today
from .reading import lines, said, table

pytestmark = pytest.mark.django_db
URL = "/manage/people/"


@pytest.fixture
def awareness(assessments: Unit) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    return module


def certificate(completion: Completion, number: str = "KX7M-42QD-9PLT") -> Certificate:
    return Certificate.objects.create(
        completion=completion,
        person=completion.person,
        number=number,
        issued_at=timezone.now(),
        issuer="Northfield Council",
    )


def of(user: User) -> str:
    return f"{URL}{user.person.public_id}/"


def test_the_list_says_what_each_holds(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    require(make_module("Young carers"), assessments, due=20)
    completed(amara.person, awareness, valid=400)
    head, row = table(ben_client, URL)
    assert head == ["Person", "Holds what is required", "Overdue", "Next date"]
    assert row[:3] == ["Amara Okafor Adult Assessments", "1 of 2", "0"]
    assert lines(ben_client, "/manage/exports/people.csv")[1] == [
        "Amara Okafor",
        "",
        "Adult Assessments",
        "1",
        "2",
        "0",
        today(20).isoformat(),
    ]


def test_the_search_finds_by_part_of_the_name(
    amara: User, chidi: User, lena_client: Client, awareness: ModulePage
) -> None:
    assert len(table(lena_client, URL)) == 3
    assert table(lena_client, URL)[0][1] == "Unit"
    assert table(lena_client, f"{URL}?q=okaf")[1][0].startswith("Amara Okafor")
    assert "Nobody matches" in said(lena_client, f"{URL}?q=100%25")


def test_the_page_says_what_she_did_and_why_it_counts(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    certificate(completed(amara.person, awareness, valid=400, score=93))
    html = said(ben_client, of(amara))
    assert "Holds 1 of 1 required modules (100%)" in html
    assert "Required of everybody in Adult Assessments, by" in html
    assert "version 1 score 93%" in html
    assert "KX7M-42QD-9PLT" in html
    assert 'href="/verify/KX7M-42QD-9PLT/"' in ben_client.get(of(amara)).content.decode()


def test_why_in_words(amara: User, assessments: Unit, council: Organisation, ben_client: Client) -> None:
    late, new, help_, spare, over = (make_module(name) for name in ("Late", "New", "Help", "Spare", "Over"))
    require(late, assessments, due=-5)
    require(late, council, due=100)
    require(new, council, after_joining=900)
    amara.person.memberships.update(starts_on=today(-880))
    require(help_, assessments)
    started(amara.person, help_, failed=True)
    require(spare, assessments)
    exempted(amara.person, spare)
    require(over, assessments)
    completed(amara.person, over, valid=-3)
    html = said(ben_client, of(amara))
    assert "passed without a valid completion" in html
    assert "1 other requirement asks for it too; the earliest date counts." in html
    assert "Never held, and due within 60 days" in html
    assert "Required of everybody in the organisation, within 900 days of joining" in html
    assert "Every try is used" in html
    assert "Equivalent training accepted, from" in html
    assert "What they held expired at the end of" in html


def test_a_unit_above_or_beside_is_not_named(
    amara: User, adult_care: Unit, reablement: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    above, beside = make_module("Above"), make_module("Beside")
    require(above, adult_care)
    require(beside, reablement)
    MembershipFactory(person=amara.person, unit=reablement, job_title="Night worker")
    html = said(ben_client, of(amara))
    assert "Required of a wider part of the organisation, theirs included" in html
    assert "Another post of theirs asks for it" in html
    assert "Adult Care" not in html
    assert "Reablement" not in html
    assert "Night worker" not in html


def test_a_revoked_certificate_is_said(amara: User, ben: User, ben_client: Client, awareness: ModulePage) -> None:
    completion = completed(amara.person, awareness)
    Revocation.objects.create(certificate=certificate(completion), revoked_at=timezone.now(), revoked_by=ben.person)
    revoked(completion)
    html = said(ben_client, of(amara))
    assert "KX7M-42QD-9PLT , revoked" in html
    assert "Holds 0 of 1" in html


def test_what_is_hers_alone_stays_hers(
    amara: User, assessments: Unit, ben_client: Client, awareness: ModulePage
) -> None:
    completion = completed(amara.person, awareness)
    CpdNote.objects.create(person=amara.person, completion=completion, learned="My own mother")
    Reflection.objects.create(
        attempt=completion.attempt, block_id="b", text="My own mother", given_at=timezone.now(), saved_at=timezone.now()
    )
    exemption = exempted(amara.person, awareness)
    ExemptionReason.objects.create(exemption=exemption, text="My own mother")
    private = make_module("When home is hard", private=True)
    require(private, assessments, due=-5)
    certificate(completed(amara.person, private), number="PRIV-ATE0-0000")
    for url in (of(amara), URL, "/manage/matrix/", "/manage/assignments/", "/manage/exports/"):
        html = said(ben_client, url)
        assert "My own mother" not in html
        assert "When home" not in html
        assert "PRIV-ATE" not in html


@pytest.mark.parametrize("who", ["chidi", "omar", "ben"])
def test_somebody_elses_people_are_not_found(who: str, ben_client: Client, request: pytest.FixtureRequest) -> None:
    user: User = request.getfixturevalue(who)
    assert ben_client.get(of(user)).status_code == 404
    assert ben_client.get(f"{URL}{uuid.uuid4()}/").status_code == 404


def test_who_has_left_is_no_longer_shown(amara: User, ben_client: Client, awareness: ModulePage) -> None:
    amara.person.memberships.update(ends_on=today(-1))
    assert ben_client.get(of(amara)).status_code == 404
    assert "Nobody learns in your units yet" in said(ben_client, URL)


def test_budgets(
    amara: User, ben_client: Client, lena_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(6):
        completed(amara.person, make_module(f"Module {number}"))
    ben_client.get(URL)
    with django_assert_max_num_queries(8):
        ben_client.get(URL)
    with django_assert_max_num_queries(9):  # with the line in the audit log
        ben_client.get(of(amara))
    lena_client.get(of(amara))
    for client in (ben_client, lena_client):
        with django_assert_max_num_queries(8):
            client.get(of(amara))
