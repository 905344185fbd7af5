"""`/modules/`: find a module. Budget: 8 queries signed in, 1 signed out (BEGIN and COMMIT counted; there are none)."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from wagtail.models import PageViewRestriction

from courses.people.models import User
from courses.records.models import Enrolment
from tests.factories import ModuleFactory, republish

pytestmark = pytest.mark.django_db


def page(client: Client, address: str = "/modules/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_shows_every_published_module(client: Client) -> None:
    ModuleFactory(title="Carer awareness", summary="Who carers are.", published=True)
    ModuleFactory(title="Young carers", published=True, minutes=40)
    ModuleFactory(title="Not ready yet")
    html = page(client)
    assert "Carer awareness" in html
    assert "Who carers are." in html
    assert "40 minutes" in html
    assert "<strong>2</strong> modules" in html
    assert "Not ready yet" not in html


def test_says_what_to_do_when_there_is_nothing(client: Client) -> None:
    assert "No modules are open yet" in page(client)


def test_searches_titles_outcomes_and_lessons_in_any_case(client: Client) -> None:
    ModuleFactory(title="Carers’ assessments", published=True)
    ModuleFactory(title="Young carers in school", published=True)
    assert "Young carers" not in page(client, "/modules/?q=carers'+ASSESSMENTS")
    assert "<strong>2</strong> of 2" in page(client, "/modules/?q=say+who+is")
    assert "<strong>2</strong> of 2" in page(client, "/modules/?q=second+lesson")


def test_filters_by_minutes_sector_and_principle(client: Client) -> None:
    ModuleFactory(title="Short one", published=True, minutes=20)
    ModuleFactory(title="Long one", published=True, minutes=75)
    assert "Long one" not in page(client, "/modules/?minutes=30")
    assert "<strong>2</strong> of 2" in page(client, "/modules/?sector=social-care&principle=CCP1")


def test_leads_back_from_a_search_that_finds_nothing(client: Client) -> None:
    ModuleFactory(title="Carer awareness", published=True)
    html = page(client, "/modules/?q=astronomy")
    assert "No module matches all of that" in html
    assert 'href="/modules/">Clear search and filters' in html


@pytest.mark.parametrize(
    "query", ["sector=nowhere", "minutes=-1", "minutes=abc", "principle=%00", "q=" + "x" * 5000, "page=9"]
)
def test_a_value_that_is_not_on_offer_is_left_out(client: Client, query: str) -> None:
    ModuleFactory(title="Carer awareness", published=True)
    assert "Carer awareness" in page(client, f"/modules/?{query}")


def test_markup_in_a_search_stays_text(client: Client) -> None:
    ModuleFactory(published=True)
    html = page(client, "/modules/?q=<script>alert(1)</script>")
    assert "<script>alert" not in html


def test_shows_her_own_state_and_nobody_elses(amara: User, amara_client: Client, olga_client: Client) -> None:
    module = ModuleFactory(title="Carer awareness", published=True)
    now = timezone.now()
    Enrolment.objects.create(person=amara.person, module=module, enrolled_at=now, started_at=now, lessons_done=1)
    assert "In progress, lesson 2 of 2" in page(amara_client)
    assert "Not started" in page(olga_client)


def test_shows_a_change_at_once(client: Client) -> None:
    module = ModuleFactory(title="Old title", published=True)
    assert "Old title" in page(client)
    republish(module, title="New title")
    assert "New title" in page(client)
    module.refresh_from_db()
    module.unpublish()
    assert "New title" not in page(client)


def test_hides_what_is_closed_to_the_visitor(client: Client, amara: User, amara_client: Client) -> None:
    for_members = ModuleFactory(title="For members", published=True)
    for_a_group = ModuleFactory(title="For a group", published=True)
    PageViewRestriction.objects.create(page=for_members, restriction_type="login")
    group = Group.objects.create(name="Panel")
    PageViewRestriction.objects.create(page=for_a_group, restriction_type="groups").groups.add(group)
    assert "For members" not in page(client)
    assert "For members" in page(amara_client)
    assert "For a group" not in page(amara_client)
    amara.groups.add(group)
    assert "For a group" in page(amara_client)


def test_closing_a_module_shows_at_once_to_visitors(client: Client) -> None:
    module = ModuleFactory(title="Carer awareness", published=True)
    assert "Carer awareness" in page(client)
    restriction = PageViewRestriction.objects.create(page=module, restriction_type="login")
    assert "Carer awareness" not in page(client)
    restriction.delete()
    assert "Carer awareness" in page(client)


def test_budget_signed_out(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ModuleFactory(published=True)
    with django_assert_num_queries(5):
        client.get("/modules/")
    with django_assert_num_queries(1):
        client.get("/modules/")


def test_budget_signed_in(
    amara: User, amara_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        module = ModuleFactory(published=True)
    Enrolment.objects.create(person=amara.person, module=module, enrolled_at=timezone.now())
    amara_client.get("/modules/")
    with django_assert_max_num_queries(3):
        amara_client.get("/modules/")
    cache.clear()
    with django_assert_max_num_queries(8):
        amara_client.get("/modules/")


def test_a_browser_that_has_the_page_gets_no_second_copy(client: Client) -> None:
    first = client.get("/modules/")
    assert client.get("/modules/", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_what_is_kept_for_visitors_holds_nothing_of_a_learner(amara_client: Client, client: Client) -> None:
    ModuleFactory(published=True)
    assert "Amara" in page(amara_client)
    html = page(client)
    assert "Amara" not in html
    assert "csrfmiddlewaretoken" not in html
    assert "Amara" in page(amara_client)


def test_due_dates_are_said(amara: User, amara_client: Client) -> None:
    today = timezone.localdate()
    for title, days in (("Late", -3), ("Soon", 9)):
        module = ModuleFactory(title=title, published=True)
        due = today + datetime.timedelta(days=days)
        Enrolment.objects.create(person=amara.person, module=module, enrolled_at=timezone.now(), due_on=due)
    html = page(amara_client)
    assert "Overdue since" in html
    assert "Due by" in html
