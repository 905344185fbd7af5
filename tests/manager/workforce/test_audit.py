"""`/manage/audit/`: who saw, exported and changed what, in words, for the lead alone."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.manager.models import FileKind
from courses.manager.out.sheets import WHAT
from courses.manager.workforce.audit import THINGS, in_words, who
from courses.people.models import Action, AuditEntry, Organisation, Person, User
from tests.manager.history import today
from tests.manager.reading import words
from tests.people import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/manage/audit/"


def noted(organisation: Organisation, by: Person, about: Person | None = None, *, ago: int = 0, **more: str) -> None:
    said = {"action": Action.SAW, "what": "person", "key": "sekrit-key", **more}
    AuditEntry.objects.create(
        organisation=organisation, by=by, about=about, at=timezone.now() - datetime.timedelta(days=ago), **said
    )


def test_the_log_in_words(lena_client: Client, ben: User, amara: User, council: Organisation) -> None:
    noted(council, ben.person, amara.person)
    noted(council, ben.person, amara.person, action=Action.CHANGED, what="role", key="unit-manager")
    noted(council, ben.person, action=Action.EXPORTED, what="something-new")
    page = lena_client.get(PAGE).content.decode()
    text = words(page)
    assert "Ben Hughes Looked at a person's records" in text.replace("What ", "").replace("&#x27;", "'")
    assert "Gave the role “manager of a unit”" in text
    assert "Made a file of something new" in text
    assert "sekrit-key" not in page


def test_filters(lena_client: Client, ben: User, lena: User, amara: User, chidi: User, council: Organisation) -> None:
    noted(council, ben.person, amara.person, ago=3)
    noted(council, lena.person, chidi.person, action=Action.CHANGED, what="post")

    def shown(query: str) -> tuple[bool, bool]:
        text = lena_client.get(f"{PAGE}?{query}").content.decode()
        return "Amara Okafor" in text, "Chidi Nwosu" in text

    assert shown("") == (True, True)
    assert shown("q=amara") == (True, False)
    assert shown("q=ben") == (True, False)
    assert shown("action=changed") == (False, True)
    assert shown(f"day_from={today(-1)}") == (False, True)
    assert shown(f"day_to={today(-1)}") == (True, False)
    assert shown("day_to=9999-12-31") == (True, True)
    assert shown("day_from=never") == (False, False)


def test_pages_go_on_from_the_last_entry(lena_client: Client, ben: User, amara: User, council: Organisation) -> None:
    for number in range(70):
        noted(council, ben.person, amara.person, ago=number)
    first = lena_client.get(PAGE)
    second = lena_client.get(f"{PAGE}?after={first.context['page']['after']}")
    seen = [line.entry.pk for page in (first, second) for line in page.context["lines"]]
    assert len(seen) == len(set(seen)) == 70
    assert not second.context["page"]["after"]


@pytest.mark.parametrize("who", ["amara", "ben", "tariq", "olga", "admin"])
def test_for_the_lead_alone(who: str, council: Organisation, ben: User, request: pytest.FixtureRequest) -> None:
    noted(council, ben.person)
    assert signed_in(request.getfixturevalue(who)).get(PAGE).status_code == 403


def test_nothing_of_another_organisation(
    lena_client: Client, olga: User, omar: User, other_council: Organisation
) -> None:
    noted(other_council, olga.person, omar.person)
    page = lena_client.get(PAGE).content.decode()
    assert "Olga" not in page
    assert "Omar" not in page


def test_budget(
    lena_client: Client, ben: User, amara: User, council: Organisation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    for number in range(60):
        noted(council, ben.person, amara.person, ago=number)
    with django_assert_max_num_queries(6):
        lena_client.get(f"{PAGE}?q=amara&action=saw")


@pytest.mark.parametrize(
    ("what", "data", "said"),
    [
        ("rule", {"did": "set"}, "Set a requirement"),
        ("rule", {"did": "changed"}, "Changed a requirement"),
        ("rule", {"did": "withdrawn"}, "Withdrew a requirement"),
        ("path", {"did": "made"}, "Made a learning path"),
        ("post", {"ended": True}, "Ended a post"),
        ("exempted", {}, "Recorded an exemption"),
        ("accepted", {}, "Accepted training done elsewhere"),
        ("schedule-end", {}, "Ended a scheduled report"),
        ("export-format", {}, "Changed the settings of a file"),
    ],
)
def test_what_was_done_in_plain_words(what: str, data: dict[str, object], said: str) -> None:
    assert in_words(AuditEntry(action=Action.CHANGED, what=what, data=data)) == said


def test_every_list_that_is_taken_away_has_words() -> None:
    """A key without words is shown as it is written, which reads like a slip."""
    assert {*WHAT, *FileKind.values} <= set(THINGS)


def test_an_auditor_with_a_link_is_not_the_site_itself() -> None:
    assert who(AuditEntry(action=Action.SAW, what="share")) == "An auditor, by a link"
    assert who(AuditEntry(action=Action.WITHDREW, what="share")) == "By itself"
