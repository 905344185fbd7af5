"""The versions of a module: listed, read as they were taught, compared."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.content.models import ModulePage
from courses.people.models import User
from tests.factories import ModuleFactory, lesson_block, republish

pytestmark = pytest.mark.django_db


def lessons(words: str) -> list[dict[str, Any]]:
    made = [lesson_block("First lesson", "O1", ("text", f"<p>{words}</p>")), lesson_block("Second lesson", "O2")]
    for number, lesson in enumerate(made):
        lesson["id"] = f"lesson-{number}"
    return made


@pytest.fixture
def module(tariq: User) -> ModulePage:
    page = ModuleFactory(published=True, title="Noticing carers", lessons=lessons("The old words."))
    return republish(page, user=tariq, note="Better words.", lessons=lessons("The new words."))


def test_each_publishing_is_listed_with_who_when_and_why(trainer: Client, module: ModulePage) -> None:
    text = trainer.get(reverse("trainer_versions", args=[module.pk])).content.decode()
    assert "Version 2" in text
    assert "Better words." in text
    assert "Tariq Rahman" in text
    assert text.count("First version") == 1


def test_an_old_version_is_read_as_it_was_taught(trainer: Client, module: ModulePage) -> None:
    overview = trainer.get(reverse("trainer_version", args=[module.pk, 1])).content.decode()
    address = reverse("trainer_version_lesson", args=[module.pk, 1, "first-lesson"])
    assert address in overview
    text = trainer.get(address).content.decode()
    assert "The old words." in text
    assert "The new words." not in text


def test_two_versions_are_compared_line_by_line(trainer: Client, module: ModulePage) -> None:
    response = trainer.get(reverse("trainer_comparison", args=[module.pk]), {"from": "1", "to": "2"})
    changes = {change.what: change.lines for change in response.context["changes"]}
    assert list(changes) == ["Lesson: First lesson"]
    assert ("-", "The old words.") in changes["Lesson: First lesson"]
    assert ("+", "The new words.") in changes["Lesson: First lesson"]


def test_a_module_with_one_version_has_nothing_to_compare(trainer: Client) -> None:
    page = ModuleFactory(published=True)
    response = trainer.get(reverse("trainer_comparison", args=[page.pk]), {"from": "x"})
    assert response["Location"] == reverse("trainer_versions", args=[page.pk])


@pytest.mark.parametrize("address", ["trainer_versions", "trainer_comparison", "trainer_questions"])
def test_a_learner_sees_none_of_it(amara_client: Client, module: ModulePage, address: str) -> None:
    response = amara_client.get(reverse(address, args=[module.pk]))
    assert response.status_code in (302, 403)
    assert b"Noticing" not in response.content


def test_unknown_versions_and_lessons_are_not_found(trainer: Client, module: ModulePage) -> None:
    for address in (
        reverse("trainer_version", args=[module.pk, 9]),
        reverse("trainer_version_lesson", args=[module.pk, 1, "nothing"]),
        reverse("trainer_versions", args=[9999]),
    ):
        assert trainer.get(address).status_code == 404
