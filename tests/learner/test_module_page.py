"""`/modules/<slug>/`: one module before one begins. Budget: 8 queries signed in (7 where it is begun), 1 signed out."""

from __future__ import annotations

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from courses.content.models import ModulePage
from courses.people.models import User
from courses.records.models import Enrolment
from tests.factories import ModuleFactory, republish
from tests.learner.taught import taught_module, text
from tests.packages import with_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def module() -> ModulePage:
    return ModuleFactory(title="Carer awareness", minutes=75, published=True)


def enrol(user: User, module: ModulePage, **facts: object) -> Enrolment:
    values = {"enrolled_at": timezone.now(), **facts}
    return Enrolment.objects.create(person=user.person, module=module, **values)


def test_says_what_one_learns_for_whom_and_how_long(client: Client, module: ModulePage) -> None:
    html = client.get("/modules/carer-awareness/").content.decode()
    for words in (
        "Say who is a carer",
        "Anyone who meets carers at work.",
        "75 minutes",
        "First lesson",
        "Principle CCP1",
        "Taught and assessed",
        "you answer 4 questions",
        "80% right",
        "Valid for 2 years",
        "our summary",
    ):
        assert words in html


def test_a_visitor_is_led_to_sign_in_and_back(client: Client, module: ModulePage) -> None:
    html = client.get("/modules/carer-awareness/").content.decode()
    assert 'href="/accounts/login/?next=/modules/carer-awareness/"' in html
    assert "Start this module" not in html


def test_a_learner_can_start(amara_client: Client, module: ModulePage) -> None:
    html = amara_client.get("/modules/carer-awareness/").content.decode()
    assert '<form method="post" action="/learn/carer-awareness/"' in html
    assert "Start this module" in html


def test_a_learner_can_carry_on(amara: User, amara_client: Client, module: ModulePage) -> None:
    enrol(amara, module, started_at=timezone.now(), lessons_done=1)
    html = amara_client.get("/modules/carer-awareness/").content.decode()
    assert "In progress, lesson 2 of 2" in html
    assert "Carry on" in html


def test_a_learner_who_used_her_tries_reads_what_happens_next(
    amara: User, amara_client: Client, module: ModulePage
) -> None:
    enrol(amara, module, started_at=timezone.now(), lessons_done=2, tries_used_up=True)
    html = amara_client.get("/modules/carer-awareness/").content.decode()
    assert "No tries left" in html
    assert "Talk to your training lead" in html
    assert "Carry on" not in html


@pytest.mark.parametrize(
    ("days", "words", "action"),
    [
        (400, "Completed, valid until", "See your certificate"),
        (30, "Expires on", "Take it again"),
        (-1, "Expired on", "Take it again"),
    ],
)
def test_a_learner_who_completed_sees_until_when(
    amara: User, amara_client: Client, module: ModulePage, days: int, words: str, action: str
) -> None:
    until = timezone.localdate() + datetime.timedelta(days=days)
    enrol(amara, module, started_at=timezone.now(), completed_at=timezone.now(), valid_until=until)
    html = amara_client.get("/modules/carer-awareness/").content.decode()
    assert words in html
    assert action in html


def test_the_latest_period_counts(amara: User, amara_client: Client, module: ModulePage) -> None:
    enrol(amara, module, completed_at=timezone.now(), valid_until=timezone.localdate())
    enrol(amara, module, period=2, started_at=timezone.now())
    assert "In progress, lesson 1 of 2" in amara_client.get("/modules/carer-awareness/").content.decode()


def test_shows_the_version_and_never_the_draft(client: Client, module: ModulePage) -> None:
    module.title = "A draft nobody should see"
    module.save_revision()
    assert "A draft" not in client.get("/modules/carer-awareness/").content.decode()
    republish(module, title="Published again")
    assert "Published again" in client.get("/modules/carer-awareness/").content.decode()


def test_an_old_address_leads_to_the_new_one(client: Client, module: ModulePage) -> None:
    republish(module, slug="awareness")
    answer = client.get("/modules/carer-awareness/")
    assert answer.status_code == 301
    assert answer["Location"] == "/modules/awareness/"


def test_what_is_not_published_is_not_there(client: Client) -> None:
    ModuleFactory(title="Not ready")
    assert client.get("/modules/not-ready/").status_code == 404
    assert client.get("/modules/never-heard-of/").status_code == 404


def test_honours_the_restrictions_of_the_page(client: Client, amara_client: Client, module: ModulePage) -> None:
    PageViewRestriction.objects.create(page=module, restriction_type="login")
    answer = client.get("/modules/carer-awareness/")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/modules/carer-awareness/"
    assert amara_client.get("/modules/carer-awareness/").status_code == 200


def test_asks_for_the_password_of_a_page_above(client: Client, module: ModulePage) -> None:
    restriction = PageViewRestriction.objects.create(
        page=module.get_parent(), restriction_type="password", password="open sesame"
    )
    answer = client.get("/modules/carer-awareness/")
    assert b"Say who is a carer" not in answer.content
    assert b"password" in answer.content
    client.post(
        f"/_util/authenticate_with_password/{restriction.pk}/{module.pk}/",
        {"password": "open sesame", "return_url": "/modules/carer-awareness/"},
    )
    assert b"Say who is a carer" in client.get("/modules/carer-awareness/").content


def test_budgets(
    client: Client,
    amara: User,
    amara_client: Client,
    module: ModulePage,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    enrol(amara, module)
    with django_assert_max_num_queries(7):
        amara_client.get("/modules/carer-awareness/")
    with django_assert_num_queries(3):
        amara_client.get("/modules/carer-awareness/")
    cache.clear()
    client.get("/modules/carer-awareness/")
    with django_assert_num_queries(1):
        client.get("/modules/carer-awareness/")


def test_says_where_interactive_activities_are(client: Client) -> None:
    page = with_activity(with_activity(taught_module()), rule="opened")
    said = text(client.get(f"/modules/{page.slug}/"))
    assert said.count("interactive activit") == 1
    assert "With 2 interactive activities" in said
