"""Makes a ModuleVersion whenever a module is published, in the transaction that publishes it (DESIGN §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Revision

from .checks import publishing_problems
from .freezing import FrozenModule, freeze_module
from .models import ChangeKind, LessonVersion, ModulePage, ModuleVersion, QuestionVersion
from .queries import bump_generation


class PublishingRefused(ValidationError):
    """The module cannot be published as it stands; `messages` says why, for the trainer.

    A dictionary inside, because Wagtail's admin API reads `message_dict` of every validation error.
    """

    def __init__(self, page: ModulePage, problems: list[str]) -> None:
        super().__init__({NON_FIELD_ERRORS: problems})
        self.page = page


after_version: list[Callable[[ModuleVersion], None]] = []
"""What higher layers want done in the transaction that made a version; they register in their AppConfig.ready()."""


def on_published(
    sender: type[Page], instance: Page, revision: Revision | None = None, alias: bool = False, **_: Any
) -> None:
    """Receiver of Wagtail's `page_published`: the one seam through which every way of publishing passes.

    The signal also comes for a page that is only scheduled (`live` is False), for aliases, and for the same content
    again: none of these makes a version.
    """
    bump_generation()
    if not isinstance(instance, ModulePage):
        return
    if alias or instance.alias_of_id is not None:
        ModulePage.objects.filter(pk=instance.pk).update(current_version=None)
    elif instance.live:
        make_version(page=instance, revision=revision)


def refuse_unless_publishable(page: ModulePage) -> None:
    """Raises PublishingRefused when `page`, as given, has problems. For what is published later: a scheduled revision
    is asked on the day that it is scheduled, and again by `make_version` on the day that it goes live."""
    if problems := publishing_problems(page, freeze_module(page, store=False), timezone.localdate()):
        raise PublishingRefused(page, problems)


@transaction.atomic
def make_version(*, page: ModulePage, revision: Revision | None = None) -> ModuleVersion | None:
    """The new version of a published page, or None when nothing a learner sees has changed.

    Raises PublishingRefused, which undoes the publishing, when the page has problems. Idempotent: the same content
    twice is one version.
    """
    ModulePage.objects.select_for_update().get(pk=page.pk)
    frozen = freeze_module(page)
    latest = page.versions.order_by("-number").first()
    if latest and latest.sha256 == frozen.sha256:
        _finish(page, latest, revision)
        return None
    if problems := publishing_problems(page, frozen, timezone.localdate()):
        raise PublishingRefused(page, problems)
    version = _write(page, frozen, number=latest.number + 1 if latest else 1, revision=revision)
    _finish(page, version, revision)
    for step in after_version:
        step(version)
    return version


def _write(page: ModulePage, frozen: FrozenModule, *, number: int, revision: Revision | None) -> ModuleVersion:
    author = revision.user if revision else None
    version = ModuleVersion.objects.create(
        module=page,
        number=number,
        sha256=frozen.sha256,
        slug=page.slug,
        title=page.title,
        minutes=page.minutes,
        private=page.private,
        outline=frozen.outline,
        change_kind=page.change_kind or ChangeKind.NEW_TRAINING,
        change_note=page.change_note,
        holders_due_by=page.holders_due_by if number > 1 else None,
        published_at=timezone.now(),
        published_by=author.person if author else None,
        revision_id=revision.pk if revision else None,
    )
    LessonVersion.objects.bulk_create(
        LessonVersion(
            version=version,
            lesson_id=lesson["id"],
            slug=lesson["slug"],
            position=position,
            sha256=lesson["sha256"],
            body=body,
        )
        for position, (lesson, body) in enumerate(zip(frozen.outline["lessons"], frozen.bodies, strict=True), 1)
    )
    QuestionVersion.objects.bulk_create(
        QuestionVersion(version=version, key=question["key"], outcome=question["outcome"], body=question)
        for question in frozen.questions
    )
    return version


CLEARED = {"change_kind": "", "change_note": "", "holders_due_by": None}


def _finish(page: ModulePage, version: ModuleVersion, revision: Revision | None) -> None:
    """Points the page at its version and clears what was said of the change, on the page and in its revision, because
    bulk, scheduled and workflow publishing show no dialog in which to say it anew."""
    ModulePage.objects.filter(pk=page.pk).update(current_version=version, **CLEARED)
    page.current_version = version
    for name, value in CLEARED.items():
        setattr(page, name, value)
    if revision and revision.content:
        revision.content.update(CLEARED)
        Revision.objects.filter(pk=revision.pk).update(content=revision.content)


def on_unpublished(sender: type[Page], **_: Any) -> None:
    """Receiver of `page_unpublished`: the catalogue must not go on showing it. Versions and records stay."""
    bump_generation()
