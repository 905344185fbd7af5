"""Publishing from the CMS: by the button, in bulk, by approval, over the API. Refusals lose nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Locale, Workflow, WorkflowPage, WorkflowTask

from courses.content import publishing
from courses.content.models import ChangeKind, ModulePage
from courses.people.models import User
from tests.factories import ModuleFactory, catalogue

from .conftest import module_form

pytestmark = pytest.mark.django_db


def fresh(page: ModulePage) -> ModulePage:
    found: ModulePage = ModulePage.objects.get(pk=page.pk)
    return found


def edit_url(page: ModulePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_the_button_makes_one_version(trainer: Client, tariq: User) -> None:
    page = ModuleFactory()
    response = trainer.post(edit_url(page), module_form(page, **{"action-publish": "1"}))
    assert response.status_code == 302
    version = fresh(page).current_version
    assert version is not None
    assert (version.number, version.published_by) == (1, tariq.person)


def test_the_button_again_makes_the_next_and_clears_what_was_said(trainer: Client) -> None:
    page = ModuleFactory()
    trainer.post(edit_url(page), module_form(page, **{"action-publish": "1"}))
    page = fresh(page)
    said = {"change_kind": ChangeKind.CORRECTION, "change_note": "A clearer summary.", "summary": "Clearer."}
    trainer.post(edit_url(page), module_form(page, **said, **{"action-publish": "1"}))
    page = fresh(page)
    version = page.current_version
    assert version is not None
    assert (version.number, version.change_note) == (2, "A clearer summary.")
    assert (page.change_kind, page.change_note) == ("", "")


def test_a_refusal_says_why_keeps_the_words_and_leaves_the_module_as_it_was(trainer: Client) -> None:
    page = ModuleFactory(published=True)
    form = module_form(page, summary="Something else altogether.", **{"action-publish": "1"})
    response = trainer.post(edit_url(page), form, follow=True)
    text = response.content.decode()
    assert "was not published" in text
    assert "what kind of change" in text
    assert response.redirect_chain[-1][0] == edit_url(page)
    assert fresh(page).get_latest_revision_as_object().summary == "Something else altogether."
    assert fresh(page).summary != "Something else altogether."
    assert page.versions.count() == 1


def test_creating_and_publishing_at_once_is_refused_for_want_of_questions_and_kept_as_a_draft(trainer: Client) -> None:
    parent = catalogue()
    url = reverse("wagtailadmin_pages:add", args=["content", "modulepage", parent.pk])
    outcomes = {"outcomes-0-id": "", "outcomes-0-key": "O1", "outcomes-0-text": "Say", "outcomes-0-ORDER": "1"}
    form = {**module_form(), **outcomes, "outcomes-TOTAL_FORMS": "1", "action-publish": "1"}
    response = trainer.post(url, form, follow=True)
    page = ModulePage.objects.get(slug="a-new-module")
    assert "Outcome O1 has 0 assessment questions" in response.content.decode()
    assert not page.live
    assert page.outcomes.count() == 1
    assert page.versions.count() == 0


def test_creating_and_publishing_at_once_makes_version_1(trainer: Client) -> None:
    url = reverse("wagtailadmin_pages:add", args=["content", "modulepage", catalogue().pk])
    outcomes = {"outcomes-0-id": "", "outcomes-0-key": "O1", "outcomes-0-text": "Say", "outcomes-0-ORDER": "1"}
    form = {**module_form(questions_per_outcome="0"), **outcomes, "outcomes-TOTAL_FORMS": "1", "action-publish": "1"}
    trainer.post(url, form)
    page = ModulePage.objects.get(slug="a-new-module")
    assert page.live
    assert [version.number for version in page.versions.all()] == [1]


def test_scheduling_what_cannot_be_published_is_refused_in_the_editor(trainer: Client) -> None:
    page = ModuleFactory(questions=0)
    tomorrow = timezone.localtime() + datetime.timedelta(days=1)
    form = module_form(page, go_live_at=f"{tomorrow:%Y-%m-%d %H:%M}", **{"action-publish": "1"})
    response = trainer.post(edit_url(page), form, follow=True)
    assert "was not published" in response.content.decode()
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_fault_in_the_middle_undoes_everything(trainer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    page = ModuleFactory()
    before = page.revisions.count()
    monkeypatch.setattr(publishing, "_write", fail)
    with pytest.raises(OSError, match="disk full"):
        trainer.post(edit_url(page), module_form(page, **{"action-publish": "1"}))
    assert not fresh(page).live
    assert page.revisions.count() == before


# In bulk


def bulk(client: Client, action: str, *pages: ModulePage, **form: Any) -> Any:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    query = "&".join(f"id={page.pk}" for page in pages)
    return client.post(f"{url}?next=/cms/&{query}", form, follow=True)


def test_in_bulk_each_module_gets_its_version(trainer: Client) -> None:
    pages = [ModuleFactory(), ModuleFactory()]
    bulk(trainer, "publish", *pages)
    assert [page.versions.count() for page in pages] == [1, 1]
    assert all(fresh(page).live for page in pages)


def test_in_bulk_one_refusal_publishes_none_and_names_the_module(trainer: Client) -> None:
    good, bad = ModuleFactory(), ModuleFactory(title="Not ready", questions=0)
    response = bulk(trainer, "publish", good, bad)
    assert response.status_code == 200
    assert "“Not ready” was not published" in response.content.decode()
    assert not fresh(good).live
    assert good.versions.count() == 0


# By approval


@pytest.fixture
def review(rosa: User) -> GroupApprovalTask:
    """One task, the carers' panel's."""
    workflow = Workflow.objects.create(name="Panel only")
    task = GroupApprovalTask.objects.create(name="Carers' panel")
    task.groups.set(rosa.groups.all())
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=catalogue(), defaults={"workflow": workflow})
    return task


def submitted(page: ModulePage, user: User) -> Any:
    page.save_revision(user=user)
    state = page.get_workflow().start(page, user)
    return state.current_task_state


def approve(client: Client, page: ModulePage, state: Any, **headers: str) -> Any:
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(url, {"comment": "Fine."}, headers=headers, follow=not headers)


def test_the_last_approval_makes_one_version(review: GroupApprovalTask, tariq: User, rosa_client: Client) -> None:
    page = ModuleFactory()
    approve(rosa_client, page, submitted(page, tariq))
    assert fresh(page).live
    assert page.versions.count() == 1


def test_an_approval_that_cannot_publish_is_undone_and_explained(
    review: GroupApprovalTask, tariq: User, rosa_client: Client
) -> None:
    page = ModuleFactory(questions=0)
    state = submitted(page, tariq)
    response = approve(rosa_client, page, state)
    assert "was not published" in response.content.decode()
    state.refresh_from_db()
    assert state.status == "in_progress"
    assert not fresh(page).live


def test_an_approval_in_the_dialog_is_answered_in_the_language_of_the_dialog(
    review: GroupApprovalTask, tariq: User, rosa_client: Client
) -> None:
    page = ModuleFactory(questions=0)
    response = approve(rosa_client, page, submitted(page, tariq), **{"x-requested-with": "XMLHttpRequest"})
    assert response.json()["step"] == "success"
    assert response.status_code == 200
    assert not fresh(page).live


def test_a_reviewer_cannot_publish_alone(rosa_client: Client) -> None:
    page = ModuleFactory()
    rosa_client.post(edit_url(page), module_form(page, **{"action-publish": "1"}))
    assert not fresh(page).live
    assert page.versions.count() == 0


# Over Wagtail's own API of the editor


def api(client: Client, page: ModulePage, action: str) -> Any:
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    return client.post(url, {}, content_type="application/json")


def test_the_api_makes_one_version(trainer: Client) -> None:
    page = ModuleFactory()
    page.save_revision()
    assert api(trainer, page, "publish").status_code == 200
    assert page.versions.count() == 1


def test_the_api_refuses_in_words_and_leaves_nothing_live(trainer: Client) -> None:
    page = ModuleFactory(questions=0)
    page.save_revision()
    response = api(trainer, page, "publish")
    assert response.status_code == 400
    assert "assessment questions" in response.content.decode()
    assert not fresh(page).live


# Copies and translations


def test_a_copy_begins_as_a_draft_with_its_questions_whatever_was_ticked(trainer: Client) -> None:
    page = ModuleFactory(published=True)
    form = {
        "new_title": "Copy",
        "new_slug": "copy",
        "new_parent_page": catalogue().pk,
        "publish_copies": "on",
        "alias": "on",
    }
    response = trainer.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form, follow=True)
    copy = ModulePage.objects.get(slug="copy")
    assert "begin as drafts" in response.content.decode()
    assert (copy.live, copy.alias_of_id, copy.current_version) == (False, None, None)
    assert copy.questions.count() == page.questions.count()


def test_a_translation_published_by_wagtail_localize_makes_its_own_version(
    admin: User, django_capture_on_commit_callbacks: Any
) -> None:
    from wagtail_localize.models import Translation, TranslationSource

    page = ModuleFactory(published=True)
    welsh = Locale.objects.create(language_code="cy")
    catalogue().get_parent().specific.copy_for_translation(welsh)
    catalogue().copy_for_translation(welsh)
    source, _ = TranslationSource.get_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=welsh)
    with django_capture_on_commit_callbacks(execute=True):
        source.create_or_update_translation(welsh, user=admin, publish=True, fallback=True)
    translated = translation.get_target_instance().specific
    assert translated.live
    assert [version.number for version in translated.versions.all()] == [1]
    assert page.versions.count() == 1
