"""Previews show the draft in the learner's own look, in a frame of the editor alone."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from courses.content.models import FrozenStory, ModulePage, Story
from courses.content.models.story import Consent
from tests.factories import ModuleFactory, lesson_block

from .conftest import module_form

pytestmark = pytest.mark.django_db


def previewed(client: Client, page: ModulePage, mode: str, **form: str) -> str:
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    if form:
        assert client.post(url, module_form(page, "First lesson", **form)).json()["is_available"]
    response = client.get(url, {"mode": mode})
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    return response.content.decode()


def test_the_module_page_is_previewed_as_a_visitor_sees_it(trainer: Client) -> None:
    page = ModuleFactory(title="Noticing carers")
    text = previewed(trainer, page, "", summary="Words not saved yet.")
    assert "Words not saved yet." in text
    assert "Sign in to start" in text


def test_each_lesson_is_previewed_with_its_blocks(trainer: Client) -> None:
    page = ModuleFactory()
    assert [title for _, title in page.preview_modes] == ["Module page", "1. First lesson", "2. Second lesson"]
    text = previewed(trainer, page, "lesson-1", title="Not saved yet")
    assert "Words." in text
    assert "Not saved yet" in text
    assert "Preview, not published" in text


def shown(page: ModulePage, mode: str) -> str:
    return str(page.make_preview_request(preview_mode=mode).content.decode())


def test_a_preview_shows_a_new_story_and_stores_nothing() -> None:
    story = Story.objects.create(text="Nobody asked me.", who="Mina", consent=Consent.COMPOSITE)
    page = ModuleFactory(lessons=[lesson_block("First lesson", "O1", ("story", story.pk))])
    assert "Nobody asked me." in shown(page, "lesson-1")
    assert not FrozenStory.objects.exists()
    assert not page.versions.exists()


def test_a_knowledge_check_shows_what_is_said_of_every_answer() -> None:
    page = ModuleFactory()
    question = page.questions.first()
    assert question
    page = ModulePage.objects.get(pk=page.pk)
    block = lesson_block("First lesson", "O1", ("knowledge_check", question.pk), ("reflection", {"prompt": "And you?"}))
    page.lessons = page.lessons.stream_block.to_python([block])
    text = shown(page, "lesson-1")
    for option in question.options.all():
        assert option.feedback in text
    assert "And you?" in text


def test_a_page_of_the_site_cannot_be_framed(client: Client) -> None:
    page = ModuleFactory(published=True)
    response = client.get(f"/modules/{page.slug}/")
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
