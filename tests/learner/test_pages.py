"""Front page, help, resources, plain pages, and the frame around every page."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries
from wagtail.models import Page, PageViewRestriction

from courses.content.models import (
    HelpIndexPage,
    HelpPage,
    ResourceIndexPage,
    ResourcePackPage,
    ResourcePage,
    StandardPage,
    Story,
)
from courses.learner.views.errors import broken
from courses.people.models import User
from tests.factories import PASSWORD, ModuleFactory, home

pytestmark = pytest.mark.django_db
P = TypeVar("P", bound=Page)


def add(parent: Page, page: P) -> P:
    """A page below `parent`, published as in the CMS."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def body(*blocks: tuple[str, Any]) -> str:
    return json.dumps([{"type": kind, "value": value, "id": f"b{n}"} for n, (kind, value) in enumerate(blocks)])


def html(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_front_page_says_what_this_is_and_how_to_begin(client: Client) -> None:
    home()
    ModuleFactory(title="Carer awareness", published=True)
    page = html(client, "/")
    assert "Notice the carer. Know what to do next." in page
    assert "Carer awareness" in page
    assert 'href="/accounts/signup/"' in page
    assert "Do you look after someone yourself?" in page


def test_front_page_shows_a_learner_where_she_stands(amara_client: Client) -> None:
    home()
    ModuleFactory(title="Carer awareness", published=True)
    page = html(amara_client, "/")
    assert "Not started" in page
    assert "Go to my learning" in page


def test_front_page_budget(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    home()
    client.get("/")
    with django_assert_num_queries(1):
        client.get("/")


def test_help_lists_its_pages_and_each_opens(client: Client) -> None:
    index = add(home(), HelpIndexPage(title="Help", slug="help"))
    add(
        index,
        HelpPage(
            title="Register", slug="register", summary="How to begin.", body=body(("text", "<p>Type your name.</p>"))
        ),
    )
    assert "How to begin." in html(client, "/help/")
    page = html(client, "/help/register/")
    assert "Type your name." in page
    assert '<a href="/help/">Help</a>' in page


def test_a_help_page_that_is_closed_is_not_listed(client: Client) -> None:
    index = add(home(), HelpIndexPage(title="Help", slug="help"))
    closed = add(index, HelpPage(title="For managers", slug="managers"))
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    assert "For managers" not in html(client, "/help/")


def test_plain_pages(client: Client) -> None:
    text = body(("heading", {"text": "What we hold", "level": "2"}), ("text", "<p>Little.</p>"))
    add(home(), StandardPage(title="Privacy", slug="privacy", summary="In short.", body=text))
    page = html(client, "/privacy/")
    assert '<h2 id="what-we-hold">What we hold</h2>' in page
    assert "In short." in page


def test_resources_are_free_as_page_and_as_pdf(client: Client) -> None:
    index = add(home(), ResourceIndexPage(title="Resources", slug="resources"))
    pack = add(index, ResourcePackPage(title="School pack", slug="school", summary="For schools."))
    tasks = body(("tick_list", {"title": "Bring", "items": ["Scissors"]}), ("lines", {"label": "My name", "count": 2}))
    add(pack, ResourcePage(title="Worksheet one", slug="one", kind="worksheet", summary="Write.", body=tasks))
    assert "1 resource" in html(client, "/resources/")
    assert "Worksheet one" in html(client, "/resources/school/")
    page = html(client, "/resources/school/one/")
    assert "Scissors" in page
    assert page.count("lines__line") == 2
    assert 'href="/resources/school/one/pdf/"' in page


def test_a_withdrawn_story_is_gone_from_every_page(client: Client) -> None:
    story = Story.objects.create(text="Nobody had asked.", who="Mina")
    add(home(), StandardPage(title="Stories", slug="stories", body=body(("story", story.pk))))
    assert "Nobody had asked." in html(client, "/stories/")
    from django.utils import timezone

    story.frozen.update(withdrawn_at=timezone.now(), text="", who="")
    cache.clear()
    page = html(client, "/stories/")
    assert "Nobody had asked." not in page
    assert "has withdrawn it" in page


def test_every_page_has_its_frame(client: Client) -> None:
    ModuleFactory(published=True)
    for address in ("/", "/modules/", "/help/report/", "/nowhere/"):
        page = client.get(address).content.decode()
        assert '<html lang="en-GB"' in page
        assert 'href="#main" class="govuk-skip-link"' in page
        assert '<main id="main"' in page
        assert f'href="/help/report/?page={address}"' in page
        assert page.count("<h1") == 1
        assert "style=" not in page
        assert "<script>" not in page


def test_links_for_roles_come_from_the_sign_in_without_a_query(ben: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": ben.email, "password": PASSWORD})
    page = html(client, "/modules/")
    assert 'href="/manage/"' in page
    assert 'href="/cms/"' not in page


def test_a_learner_sees_no_link_to_the_managers_screens(amara: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": amara.email, "password": PASSWORD})
    page = html(client, "/modules/")
    assert "Sign out" in page
    assert 'href="/manage/"' not in page


def test_a_message_is_shown_once_and_to_one_visitor(amara: User, client: Client) -> None:
    client.post("/accounts/login/", {"login": amara.email, "password": PASSWORD})
    client.post("/accounts/logout/")
    first, second = html(client, "/modules/"), html(client, "/modules/")
    assert "signed out" in first.lower()
    assert "signed out" not in second.lower()
    assert "signed out" not in html(Client(), "/modules/").lower()


def test_an_address_that_is_not_there_helps(client: Client) -> None:
    home()
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "This page is not here" in answer.content.decode()


def test_a_broken_page_needs_neither_request_nor_database() -> None:
    assert "Something went wrong on our side" in render_to_string("500.html")
    answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"It is not your fault" in answer.content


@pytest.mark.parametrize(
    "sent",
    [
        {"path": "/accounts/login/", "data": {f"f{n}": "x" for n in range(20_001)}},
        {"path": "/modules/", "HTTP_HOST": "elsewhere.example"},
    ],
    ids=["too many fields", "another host"],
)
def test_what_cannot_be_read_is_answered_in_our_look(client: Client, sent: dict[str, Any]) -> None:
    answer = client.post(**sent)
    assert answer.status_code == 400
    assert "We could not read what your browser sent" in answer.content.decode()
    assert "elsewhere" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_that_only_show_refuse_to_be_written_to(client: Client, method: str) -> None:
    assert getattr(client, method)("/modules/").status_code == 405
