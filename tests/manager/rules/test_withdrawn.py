"""A requirement that was withdrawn before it began: whoever comes to it late is told what happened, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from courses.content.models import ModulePage
from courses.people.models import Unit, User
from courses.records.models import Requirement
from courses.records.services import requiring
from tests.manager.history import make_module, require, today
from tests.manager.reading import words

from .test_assignments import NEW, URL, form, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def awareness(db: None) -> ModulePage:
    return make_module("Carer awareness")


@pytest.fixture
def withdrawn(assessments: Unit, ben: User, awareness: ModulePage) -> dict[str, Any]:
    """What a form opened before holds: it was to begin in three days, and Ben withdrew it."""
    rule = require(awareness, assessments, after_joining=30, starts_on=today(3))
    seen = {"pk": rule.pk, "mark": requiring.mark(rule)}
    requiring.end(requirement=rule, by=ben.person)
    return seen


def test_the_second_editor_is_told_and_keeps_what_she_typed(
    withdrawn: dict[str, Any], assessments: Unit, lena_client: Client
) -> None:
    url = f"{URL}{withdrawn['pk']}/edit/"
    answer = lena_client.post(url, form(assessments, grace_days="21", seen=withdrawn["mark"]))
    assert answer.status_code == 409
    assert "Ben" in words(text(answer))
    assert "withdrew this requirement while you were writing." in words(text(answer))
    assert "asked of nobody" in words(text(answer))
    assert 'value="21"' in text(answer)
    assert f'action="{NEW}"' in text(answer), "going on makes a new one"
    assert not Requirement.objects.exists()


def test_what_it_was_to_replace_goes_on_and_is_what_she_changes(
    assessments: Unit, ben: User, lena_client: Client, awareness: ModulePage
) -> None:
    old = require(awareness, assessments, after_joining=30)
    later = {**form(assessments, days_after_joining="60", starts_on=today(3).isoformat()), "seen": requiring.mark(old)}
    lena_client.post(f"{URL}{old.pk}/edit/", later)
    new = Requirement.objects.get(replaces=old)
    seen = requiring.mark(new)
    requiring.end(requirement=new, by=ben.person)
    answer = lena_client.post(f"{URL}{new.pk}/edit/", {**later, "days_after_joining": "90", "seen": seen})
    assert "it was to replace goes on" in words(text(answer))
    assert f'action="{URL}{old.pk}/edit/"' in text(answer)
    old.refresh_from_db()
    data = {**later, "days_after_joining": "90", "seen": requiring.mark(old)}
    assert lena_client.post(f"{URL}{old.pk}/edit/", data).status_code == 302
    assert Requirement.objects.get(replaces=old).days_after_joining == 90


@pytest.mark.parametrize("part", ["", "edit/", "end/"])
def test_its_pages_say_so_too(part: str, withdrawn: dict[str, Any], lena_client: Client, ben_client: Client) -> None:
    url = f"{URL}{withdrawn['pk']}/{part}"
    answer = lena_client.get(url, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    assert "withdrew this requirement before it began" in words(text(answer))
    mine = words(text(ben_client.get(url, follow=True)))
    assert "This requirement was withdrawn before it began" in mine, "she knows who she is"


def test_withdrawing_twice_is_withdrawing_once(withdrawn: dict[str, Any], ben_client: Client) -> None:
    assert ben_client.post(f"{URL}{withdrawn['pk']}/end/").status_code == 302


def test_nobody_else_learns_that_there_was_one(
    withdrawn: dict[str, Any], olga_client: Client, amara_client: Client, reablement: Unit, awareness: ModulePage
) -> None:
    url = f"{URL}{withdrawn['pk']}/edit/"
    assert olga_client.get(url).status_code == 404
    assert olga_client.post(url, {"who": "1"}).status_code == 404
    assert amara_client.get(url).status_code in {403, 404}


def test_one_of_a_module_made_private_stays_unknown(
    withdrawn: dict[str, Any], lena_client: Client, awareness: ModulePage
) -> None:
    ModulePage.objects.filter(pk=awareness.pk).update(private=True)
    assert lena_client.get(f"{URL}{withdrawn['pk']}/edit/").status_code == 404


def test_withdrawn_between_looking_and_writing(
    assessments: Unit, ben: User, lena_client: Client, awareness: ModulePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = require(awareness, assessments, after_joining=30, starts_on=today(3))
    seen, change = requiring.mark(rule), requiring.change

    def late(**given: Any) -> Requirement:
        requiring.end(requirement=rule, by=ben.person)
        return change(**given)

    monkeypatch.setattr(requiring, "change", late)
    answer = lena_client.post(f"{URL}{rule.pk}/edit/", form(assessments, grace_days="21", seen=seen))
    assert answer.status_code == 409
    assert "withdrew this requirement" in words(text(answer))
