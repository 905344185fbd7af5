"""The first page of the editor: what waits for a trainer, and only what she may use."""

from __future__ import annotations

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Task, Workflow

from courses.content.models import Figure, Story
from courses.content.models.story import Consent
from courses.people.models import User
from tests.factories import ModuleFactory, catalogue

pytestmark = pytest.mark.django_db


def test_what_waits_is_listed_with_its_day(trainer: Client) -> None:
    today = timezone.localdate()
    soon, past = today + datetime.timedelta(days=20), today - datetime.timedelta(days=3)
    ModuleFactory(published=True, title="Due for review", review_by=soon)
    ModuleFactory(published=True, title="Reviewed just now", review_by=today + datetime.timedelta(days=300))
    ModuleFactory(title="Still a draft")
    Figure.objects.create(
        key="old", value="5 million", says="carers", source="ONS", dated=past, checked_on=past, review_by=past
    )
    Story.objects.create(text="Words.", who="Mina", consent=Consent.GIVEN, consent_until=soon)
    text = trainer.get("/cms/").content.decode()
    waiting = text[text.index("Waiting for you") :]
    for words in ("Due for review", "5 million carers", "Mina", "Still a draft"):
        assert words in waiting
    assert "Reviewed just now" not in waiting


def test_nothing_waiting_is_said(trainer: Client) -> None:
    assert "Every module, figure and story is up to date" in trainer.get("/cms/").content.decode()


def test_the_editor_wears_our_name_and_colours(trainer: Client) -> None:
    text = trainer.get("/cms/").content.decode()
    assert "trainer/cms.css" in text
    assert "trainer/mark-on-plum.svg" in text
    assert "- Alongside" in text


def test_a_trainer_has_no_menu_of_people_and_terms(trainer: Client, admin: User, admin_client: Client) -> None:
    for_trainer, for_admin = trainer.get("/cms/").content.decode(), admin_client.get("/cms/").content.decode()
    assert "Building blocks" in for_trainer
    for name in ('"terms"', '"settings"'):
        assert name not in for_trainer
        assert name in for_admin


def test_the_workflow_is_made_once() -> None:
    catalogue()
    call_command("setup_workflow", stdout=StringIO())
    call_command("setup_workflow", stdout=StringIO())
    workflow = Workflow.objects.get(name="Module review")
    assert [task.name for task in workflow.tasks.order_by("workflow_tasks__sort_order")] == [
        "Quality check",
        "Subject lead",
        "Carers' panel",
    ]
    assert ModuleFactory().get_workflow() == workflow
    assert Task.objects.filter(name="Carers' panel").count() == 1
