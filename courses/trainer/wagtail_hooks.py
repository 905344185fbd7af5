"""Where the trainer's screens meet Wagtail: registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from courses.content.copying import copy_module_questions
from courses.content.models import ModulePage
from courses.content.publishing import refuse_unless_publishable

from . import deleting
from .viewsets import ContentGroup, TermsGroup

register_snippet(ContentGroup)
register_snippet(TermsGroup)

hooks.register("before_delete_page", deleting.before_delete_page)
hooks.register("before_delete_snippet", deleting.before_delete_snippet)
hooks.register("before_bulk_action", deleting.before_bulk_action)


@hooks.register("before_publish_page")
def refuse_what_cannot_be_published(request: HttpRequest, page: Page) -> None:
    """Asked before Wagtail's button publishes or schedules: `one_transaction` keeps the form and says why."""
    if isinstance(page, ModulePage):
        refuse_unless_publishable(page)


@hooks.register("before_copy_page")
def copies_begin_as_drafts(request: HttpRequest, page: Page) -> None:
    """A copied module has no version: it begins as a draft, and is never a mirror of another module."""
    has_modules = ModulePage.objects.descendant_of(page, inclusive=True).exists()
    if request.method == "POST" and has_modules and {"publish_copies", "alias"} & set(request.POST):
        data = request.POST.copy()
        data.pop("publish_copies", None)
        data.pop("alias", None)
        request.POST = data  # type: ignore[assignment]
        messages.info(
            request,
            "Copies of modules begin as drafts, with a copy of their questions. Publish them when they are ready.",
        )


@hooks.register("after_copy_page")
def copy_the_questions(request: HttpRequest, page: Page, copy: Page) -> None:
    """The question bank goes with the module."""
    copy_module_questions(source=page, target=copy)


@hooks.register("register_log_actions")
def register_log_actions(actions: Any) -> None:
    """Names what our own code writes into a page's history."""
    actions.register_action("alongside.story_withdrawn", "Story withdrawn", "The story was withdrawn")
    actions.register_action("alongside.publish_refused", "Publishing refused", "The scheduled publishing was refused")
