"""Where the trainer's screens meet Wagtail: registrations only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from courses.content.copying import copy_module_questions
from courses.content.models import ModulePage
from courses.content.publishing import refuse_unless_publishable

from . import deleting, erasure, homepage, support, views
from .packages.viewset import PackageViewSet
from .people_viewsets import PeopleGroup, person_chooser
from .viewsets import ContentGroup, TermsGroup

register_snippet(ContentGroup)
register_snippet(PackageViewSet)
register_snippet(TermsGroup)
register_snippet(PeopleGroup)
hooks.register("register_admin_viewset", lambda: person_chooser)

hooks.register("before_delete_page", deleting.before_delete_page)
hooks.register("before_delete_snippet", deleting.before_delete_snippet)
hooks.register("before_bulk_action", deleting.before_bulk_action)
hooks.register("construct_homepage_panels", homepage.waiting)

FOR_ADMINISTRATORS = {"settings", "support", "erasure", "terms", "reports"}
"""Menus that a trainer has no business with; what they lead to asks for permission of its own."""


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[URLPattern | URLResolver]:
    """Screens beside Wagtail's. They are under /cms/, so that its sign-in and its transaction are theirs too."""
    return [
        path("modules/<int:page_id>/versions/", views.versions, name="trainer_versions"),
        path("modules/<int:page_id>/versions/compare/", views.comparison, name="trainer_comparison"),
        path("modules/<int:page_id>/versions/<int:number>/", views.version, name="trainer_version"),
        path(
            "modules/<int:page_id>/versions/<int:number>/<slug:lesson>/",
            views.version_lesson,
            name="trainer_version_lesson",
        ),
        path("modules/<int:page_id>/questions/", views.questions, name="trainer_questions"),
        path("packages/", include("courses.trainer.packages.urls")),
        path("support/activities/", support.activities, name="support_activities"),
        path("support/activities/<int:progress_id>/", support.activity, name="support_activity"),
        path("erasure/", erasure.erasure_requests, name="trainer_erasure_requests"),
        path("erasure/<int:pk>/", erasure.erasure_request, name="trainer_erasure_request"),
        path("stories/<int:story_id>/withdraw/", views.withdraw, name="trainer_withdraw_story"),
    ]


def _module_buttons(page: Page) -> list[Button]:
    if not isinstance(page, ModulePage):
        return []
    return [
        Button("Versions", reverse("trainer_versions", args=[page.pk]), icon_name="history", priority=35),
        Button("Answers to its questions", reverse("trainer_questions", args=[page.pk]), icon_name="help", priority=36),
    ]


@hooks.register("register_page_header_buttons")
def module_header_buttons(page: Page, user: Any, view_name: str, next_url: str | None = None) -> list[Button]:
    """On the module's own page in the editor."""
    return _module_buttons(page)


@hooks.register("register_page_listing_more_buttons")
def module_listing_buttons(page: Page, user: Any, next_url: str | None = None) -> list[Button]:
    """In the list of modules."""
    return _module_buttons(page.specific_deferred if page.specific_class is ModulePage else page)


@hooks.register("register_admin_menu_item")
def support_menu_item() -> MenuItem:
    """`menu_for_trainers` takes it out for everybody else."""
    return MenuItem("Support", reverse("support_activities"), name="support", icon_name="help", order=900)


@hooks.register("register_admin_menu_item")
def erasure_menu_item() -> MenuItem:
    """As above."""
    return MenuItem("Erasure", reverse("trainer_erasure_requests"), name="erasure", icon_name="bin", order=910)


@hooks.register("construct_main_menu")
def menu_for_trainers(request: HttpRequest, items: list[Any]) -> None:
    """Trainers see what they write; people, groups, sites and terms are for administrators."""
    if not request.user.has_perm("people.change_person"):
        items[:] = [item for item in items if item.name not in FOR_ADMINISTRATORS]


@hooks.register("insert_global_admin_css")
def our_colours() -> SafeString:
    """A file of ours, not inline."""
    return format_html('<link rel="stylesheet" href="{}">', static("trainer/cms.css"))


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
        request.POST = QueryDict(data.urlencode())
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
    for name, what in (("activities", "activities"), ("activity", "calls of an activity")):
        actions.register_action(f"alongside.{name}_looked_at", f"Looked at {what}", f"Support looked at {what}")
