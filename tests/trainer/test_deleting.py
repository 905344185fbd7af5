"""What was taught is archived, not deleted; what is in use stays. Refused before anything is touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.content.models import Figure, FrozenStory, ModulePage, Principle, Question, Story
from courses.content.models.story import Consent
from courses.people.models import User
from courses.records import services
from tests.factories import ModuleFactory, catalogue, lesson_block, principle, republish

from .test_publishing import bulk

pytestmark = pytest.mark.django_db


def delete(client: Client, page: Any) -> Any:
    return client.post(
        reverse("wagtailadmin_pages:delete", args=[page.pk]), {"confirm_site_name": "Alongside"}, follow=True
    )


def delete_snippet(client: Client, thing: Any) -> Any:
    url = reverse(thing.snippet_viewset.get_url_name("delete"), args=[thing.pk])
    return client.post(url, follow=True)


def figure(key: str = "carers") -> Figure:
    day = "2026-01-01"
    return Figure.objects.create(
        key=key, value="5 million", says="carers", source="ONS", dated=day, checked_on=day, review_by=day
    )


def test_a_draft_can_be_deleted_with_its_questions(trainer: Client) -> None:
    page = ModuleFactory()
    delete(trainer, page)
    assert not ModulePage.objects.exists()
    assert not Question.objects.exists()


def test_a_module_that_was_taught_stays_and_archiving_is_offered(trainer: Client) -> None:
    page = ModuleFactory(published=True, title="Noticing carers")
    response = delete(trainer, page)
    text = response.content.decode()
    assert "“Noticing carers” has been taught" in text
    assert reverse("wagtailadmin_pages:unpublish", args=[page.pk]) in text
    assert ModulePage.objects.filter(pk=page.pk).exists()


def test_a_page_above_a_taught_module_stays_whole(admin_client: Client, admin: User) -> None:
    ModuleFactory(published=True)
    ModuleFactory()
    delete(admin_client, catalogue())
    assert ModulePage.objects.count() == 2


def test_in_bulk_nothing_is_deleted_when_one_must_stay(trainer: Client) -> None:
    draft, taught = ModuleFactory(), ModuleFactory(published=True)
    response = bulk(trainer, "delete", draft, taught)
    assert "Nothing was deleted" in response.content.decode()
    assert ModulePage.objects.count() == 2


def test_over_the_api_nothing_is_deleted_either(trainer: Client) -> None:
    page = ModuleFactory(published=True)
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"])
    response = trainer.post(url, {}, content_type="application/json")
    assert response.status_code == 400
    assert ModulePage.objects.get(pk=page.pk).get_parent().numchild == 1


def test_archiving_lets_those_in_the_middle_finish(trainer: Client, amara: User) -> None:
    page = ModuleFactory(published=True)
    attempt = services.start(person=amara.person, module=ModulePage.objects.get(pk=page.pk))
    trainer.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    assert not ModulePage.objects.get(pk=page.pk).live
    lesson = attempt.version.outline["lessons"][0]
    services.finish_lesson(attempt=attempt, lesson_id=lesson["id"])
    assert services.start(person=amara.person, module=ModulePage.objects.get(pk=page.pk)) == attempt


def test_a_question_that_was_asked_stays(trainer: Client) -> None:
    question = ModuleFactory(published=True).questions.first()
    assert question
    assert "Withdraw it instead" in delete_snippet(trainer, question).content.decode()
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_question_nobody_saw_goes(trainer: Client) -> None:
    question = ModuleFactory().questions.first()
    assert question
    delete_snippet(trainer, question)
    assert not Question.objects.filter(pk=question.pk).exists()


def test_a_figure_written_in_a_lesson_stays(trainer: Client) -> None:
    used, idle = figure("carers"), figure("idle")
    ModuleFactory(lessons=[lesson_block("First lesson", "O1", ("text", "<p>There are {{ carers }}.</p>"))])
    assert "Take it out there first" in delete_snippet(trainer, used).content.decode()
    delete_snippet(trainer, idle)
    assert list(Figure.objects.all()) == [used]


def test_a_principle_that_is_ticked_stays(admin_client: Client, admin: User) -> None:
    ModuleFactory()
    delete_snippet(admin_client, principle())
    assert Principle.objects.exists()


@pytest.mark.usefixtures("wagtail_indexes")
def test_a_picture_in_a_lesson_stays_and_another_goes(trainer: Client, admin_client: Client, admin: User) -> None:
    model = get_image_model()
    used, idle = (
        model.objects.create(title=t, file=get_test_image_file(filename=f"{t}.png")) for t in ("used", "idle")
    )
    shown = {"image": used.pk, "alt": "A dot", "decorative": False, "caption": ""}
    ModuleFactory(lessons=[lesson_block("First lesson", "O1", ("image", shown))])
    for picture in (used, idle):
        admin_client.post(reverse("wagtailimages:delete", args=[picture.pk]))
    assert list(model.objects.all()) == [used]


# Stories


@pytest.fixture
def story(db: None) -> Story:
    return Story.objects.create(text="Nobody asked me.", who="Mina, who cares for her mother", consent=Consent.GIVEN)


def taught_with(story: Story) -> ModulePage:
    return ModuleFactory(published=True, lessons=[lesson_block("First lesson", "O1", ("story", story.pk))])


def test_a_story_that_was_taught_is_withdrawn_and_not_deleted(trainer: Client, story: Story) -> None:
    taught_with(story)
    assert "Withdraw it instead" in delete_snippet(trainer, story).content.decode()


def test_withdrawing_takes_the_words_out_of_every_version(trainer: Client, story: Story) -> None:
    page = taught_with(story)
    url = reverse("trainer_withdraw_story", args=[story.pk])
    assert "Nobody asked me." in trainer.get(url).content.decode()
    trainer.post(url)
    story.refresh_from_db()
    frozen = FrozenStory.objects.get()
    assert (story.text, frozen.text, frozen.who) == ("", "", "")
    assert story.withdrawn_at
    assert frozen.withdrawn_at == story.withdrawn_at
    lesson = reverse("trainer_version_lesson", args=[page.pk, 1, "first-lesson"])
    text = trainer.get(lesson).content.decode()
    assert "Nobody asked me." not in text
    assert "withdrawn" in text


def test_a_module_cannot_be_published_with_a_withdrawn_story(trainer: Client, story: Story) -> None:
    page = taught_with(story)
    trainer.post(reverse("trainer_withdraw_story", args=[story.pk]))
    with pytest.raises(Exception, match=r"withdrawn\. Take it out"):
        republish(page, summary="Anything new.")


def test_a_reviewer_cannot_withdraw_a_story(rosa_client: Client, rosa: User, story: Story) -> None:
    rosa_client.post(reverse("trainer_withdraw_story", args=[story.pk]))
    story.refresh_from_db()
    assert story.withdrawn_at is None
