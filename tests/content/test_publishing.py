"""Publishing makes exactly one version, whole or not at all; the same content makes none."""

from __future__ import annotations

import datetime
import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Revision

from courses.content import publishing
from courses.content.copying import copy_questions
from courses.content.models import ChangeKind, ModulePage, ModuleVersion
from courses.content.publishing import PublishingRefused
from courses.content.readiness import readiness
from courses.people.services.cms import sync_cms_groups
from tests.factories import ModuleFactory, lesson_block, principle, republish

pytestmark = pytest.mark.django_db


def fresh(page: ModulePage) -> ModulePage:
    found: ModulePage = ModulePage.objects.get(pk=page.pk)
    return found


def numbers(page: ModulePage) -> list[int]:
    return sorted(page.versions.values_list("number", flat=True))


def test_publishing_makes_a_version() -> None:
    page = fresh(ModuleFactory(published=True, title="Noticing carers"))
    version = page.current_version
    assert version is not None
    assert (version.number, version.title, version.lessons.count(), version.questions.count()) == (
        1,
        "Noticing carers",
        2,
        6,
    )
    assert page.live


def test_the_same_content_again_makes_none() -> None:
    page = fresh(ModuleFactory(published=True))
    again = republish(page)
    assert numbers(again) == [1]
    assert again.current_version == page.current_version


def test_a_change_makes_the_next_one_and_says_what_it_was(tariq: Any) -> None:
    sync_cms_groups(tariq)
    page = republish(ModuleFactory(published=True), user=tariq, note="Clearer summary.", summary="A clearer summary.")
    version = page.current_version
    assert version is not None
    assert (version.number, version.change_note, version.published_by) == (2, "Clearer summary.", tariq.person)


def test_what_was_said_of_a_change_is_cleared_on_the_page_and_in_its_revision() -> None:
    page = ModuleFactory(published=True)
    republish(page, kind=ChangeKind.NEW_TRAINING, note="New law.", summary="New.")
    page = fresh(page)
    draft = page.get_latest_revision_as_object()
    for state in (page, draft):
        assert (state.change_kind, state.change_note, state.holders_due_by) == ("", "", None)
    assert page.versions.get(number=2).holders_due_by


def test_a_second_publishing_must_say_what_kind_of_change_it_is() -> None:
    page = ModuleFactory(published=True)
    page.summary = "Changed without a word."
    with pytest.raises(PublishingRefused, match="what kind of change"):
        page.save_revision().publish()
    assert numbers(page) == [1]
    assert fresh(page).summary != "Changed without a word."


def test_a_failing_freeze_leaves_the_page_not_live(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    page = ModuleFactory()
    monkeypatch.setattr(publishing, "freeze_module", fail)
    with pytest.raises(OSError, match="disk full"):
        page.save_revision().publish()
    assert not fresh(page).live
    assert numbers(page) == []


def test_publishing_an_older_revision_makes_a_new_version_at_once() -> None:
    page = fresh(ModuleFactory(published=True))
    first = page.live_revision
    assert first is not None
    page = republish(page, summary="The second.")
    old = first.as_object()
    old.change_kind = ChangeKind.CORRECTION
    old.save_revision().publish()
    page = fresh(page)
    assert numbers(page) == [1, 2, 3]
    assert page.current_version is not None
    assert page.current_version.number == 3
    assert page.current_version.outline["summary"] == page.versions.get(number=1).outline["summary"]


def test_unpublishing_keeps_the_versions_and_publishing_again_makes_none() -> None:
    page = ModuleFactory(published=True)
    page.unpublish()
    assert numbers(page) == [1]
    page = fresh(page)
    page.save_revision().publish()
    assert fresh(page).live
    assert numbers(page) == [1]


# Scheduled


def scheduled(page: ModulePage, **changes: Any) -> Revision:
    page = fresh(page)
    for name, value in changes.items():
        setattr(page, name, value)
    page.go_live_at = timezone.now() + datetime.timedelta(days=1)
    revision = page.save_revision()
    revision.publish()
    return revision


def make_due(revision: Revision) -> None:
    """As if the day had come."""
    past = timezone.now() - datetime.timedelta(minutes=1)
    revision.refresh_from_db()
    content = {**revision.content, "go_live_at": past.isoformat()}
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past, content=content)


def test_scheduling_makes_no_version_until_the_day_comes() -> None:
    page = ModuleFactory()
    revision = scheduled(page)
    assert not fresh(page).live
    assert numbers(page) == []
    make_due(revision)
    call_command("publish_scheduled")
    assert fresh(page).live
    assert numbers(page) == [1]


def test_scheduling_a_change_of_a_live_module_makes_its_version_on_the_day() -> None:
    page = ModuleFactory(published=True)
    revision = scheduled(page, summary="From tomorrow.", change_kind=ChangeKind.CORRECTION)
    assert numbers(page) == [1]
    make_due(revision)
    call_command("publish_scheduled")
    assert numbers(page) == [1, 2]
    assert fresh(page).change_kind == ""


def test_scheduling_what_cannot_be_published_is_refused_at_once() -> None:
    page = ModuleFactory(questions=0)
    with pytest.raises(PublishingRefused, match="0 assessment questions"):
        scheduled(page)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_a_scheduled_module_that_is_refused_does_not_hold_up_the_next() -> None:
    broken, good = ModuleFactory(title="Broken by then"), ModuleFactory()
    for revision in (scheduled(broken), scheduled(good)):
        make_due(revision)
    broken.questions.all().delete()
    said = StringIO()
    call_command("publish_scheduled", stderr=said)
    assert "Not published: “Broken by then”" in said.getvalue()
    assert not fresh(broken).live
    assert fresh(good).live
    assert numbers(good) == [1]
    call_command("publish_scheduled", stderr=(again := StringIO()))
    assert again.getvalue() == ""


# Mirrors, copies, translations


def test_an_alias_has_no_version_of_its_own() -> None:
    page = ModuleFactory(published=True)
    alias = page.create_alias(update_slug="mirror")
    republish(page, summary="Changed.")
    alias.refresh_from_db()
    assert alias.live
    assert alias.current_version is None
    assert ModuleVersion.objects.filter(module=alias).count() == 0


def test_a_copy_is_a_draft_with_questions_of_its_own() -> None:
    page = ModuleFactory(published=True)
    copy = page.copy(update_attrs={"title": "Copy", "slug": "copy"}, keep_live=False)
    copy_questions(source=page, target=copy)
    assert copy.current_version is None
    assert copy.questions.count() == page.questions.count()
    assert not set(copy.questions.values_list("key", flat=True)) & set(page.questions.values_list("key", flat=True))
    fresh(copy).get_latest_revision().publish()
    assert numbers(copy) == [1]
    assert numbers(page) == [1]


def test_the_lessons_of_a_copy_ask_its_own_questions() -> None:
    page = ModuleFactory()
    check = page.questions.first()
    assert check is not None
    page = fresh(page)
    first = lesson_block("First lesson", "O1", ("text", "<p>Words.</p>"), ("knowledge_check", check.pk))
    lessons = [first, lesson_block("Second lesson", "O2")]
    page.lessons = page.lessons.stream_block.to_python(lessons)
    page.save_revision().publish()
    page = fresh(page)
    copy = page.copy(update_attrs={"title": "Copy", "slug": "copy"}, keep_live=False)
    copy_questions(source=page, target=copy)
    asked = fresh(copy).get_latest_revision_as_object().lessons[0].value["body"][1].value
    assert asked.module == copy
    assert asked.stem == check.stem


def test_a_translated_module_makes_its_own_version() -> None:
    page = ModuleFactory(published=True)
    welsh = Locale.objects.create(language_code="cy")
    translated = page.copy_for_translation(welsh, copy_parents=True)
    assert not translated.live
    assert translated.questions.count() == page.questions.count()
    fresh(translated).get_latest_revision().publish()
    assert numbers(translated) == [1]
    assert numbers(page) == [1]
    assert fresh(translated).current_version == translated.versions.get()


def test_higher_layers_are_told_of_a_version_in_its_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[ModuleVersion] = []
    monkeypatch.setattr(publishing, "after_version", [heard.append])
    page = ModuleFactory(published=True)
    republish(page)
    assert heard == [fresh(page).current_version]


# The same content, seen twice


def test_what_the_editor_does_to_rich_text_is_no_change_of_content() -> None:
    before = [lesson_block("First lesson", "O1", ("text", "<p>A <strong>carer</strong>, <em>unpaid</em>.</p>"))]
    page = ModuleFactory(published=True, lessons=before)
    after = json.loads(json.dumps(before))
    after[0]["value"]["body"][0]["value"] = '<p data-block-key="x1y2z">A <b>carer</b>, <i>unpaid</i>.</p>'
    assert numbers(republish(page, lessons=after)) == [1]


def test_a_draft_with_a_picture_is_what_its_version_teaches() -> None:
    picture = get_image_model().objects.create(title="Dot", file=get_test_image_file(filename="dot.png"))
    shown = {"image": picture.pk, "alt": "A dot", "decorative": False, "caption": ""}
    page = fresh(ModuleFactory(published=True, lessons=[lesson_block("First lesson", "O1", ("image", shown))]))
    assert not readiness(page, timezone.localdate()).changed


def test_a_draft_that_lacks_something_can_be_looked_at_and_says_what_it_lacks() -> None:
    empty = [
        ("statistic", {"figure": None, "says": ""}),
        ("story", None),
        ("document", {"resource": None, "document": None}),
    ]
    page = fresh(ModuleFactory(lessons=[lesson_block("First lesson", "O1", *empty)]))
    found = readiness(page, timezone.localdate())
    assert sum("chooses nothing yet" in problem for problem in found.problems) == 3


def test_principles_taught_and_not_assessed_are_computed() -> None:
    page = fresh(ModuleFactory())
    page.principles = [principle("CCP1"), principle("CCP2")]
    found = readiness(page, timezone.localdate())
    assert [title.split()[0] for title in found.not_assessed] == ["CCP2"]
    assert found.assessed_not_taught == []
