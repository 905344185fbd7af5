"""Lists and forms of what modules are made of: questions, figures, stories, and the terms an administrator keeps."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton
from wagtail.snippets.views.snippets import EditView, SnippetViewSet, SnippetViewSetGroup

from courses.content.models import Figure, Nation, Principle, Question, Sector, Story

from .forms import QuestionForm

USE_WORDS = {"assessment": "Assessment", "practice": "Knowledge check"}
KIND_WORDS = {"single": "One right answer", "several": "Several right", "true-false": "True or false"}
SOON = datetime.timedelta(days=60)


def review_words(day: datetime.date | None) -> str:
    """Whether the day of review is past or near, in words."""
    if day is None:
        return ""
    today = timezone.localdate()
    if day < today:
        return "Needs review"
    return "Soon" if day <= today + SOON else "Up to date"


class QuestionViewSet(SnippetViewSet):
    """The question banks of all modules."""

    model = Question
    icon = "help"
    menu_label = "Questions"
    list_display = [
        "__str__",
        Column("key", label="Key"),
        "module",
        "outcome",
        Column("use", label="Use", accessor=lambda q: USE_WORDS[q.use]),
        Column("kind", label="Kind", accessor=lambda q: KIND_WORDS[q.kind]),
        Column("review", label="Review", accessor=lambda q: "Withdrawn" if q.withdrawn else review_words(q.review_by)),
    ]
    list_filter = ["module", "use", "outcome", "kind", "withdrawn"]
    list_per_page = 50
    search_fields = ["key", "stem"]
    edit_handler = ObjectList(Question.panels, base_form_class=QuestionForm)
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """One query for the list, modules included."""
        every: QuerySet[Question] = Question.objects.select_related("module")
        return every


class FigureViewSet(SnippetViewSet):
    """The register of dated numbers, the one to look at next on top."""

    model = Figure
    icon = "pick"
    menu_label = "Figures"
    list_display = [
        "key",
        "value",
        "says",
        "source",
        "review_by",
        Column("review", label="Review", accessor=lambda f: review_words(f.review_by)),
    ]
    list_filter = ["review_by"]
    list_per_page = 100
    ordering = ["review_by"]
    search_fields = ["key", "value", "says", "source"]


class StoryEditView(EditView):
    """A carer's words, with the way out of everything."""

    @property
    def header_more_buttons(self) -> list[Any]:
        buttons: list[Any] = super().header_more_buttons
        if self.object.withdrawn_at is None:
            url = reverse("trainer_withdraw_story", args=[self.object.pk])
            buttons.append(HeaderButton(label="Withdraw this story", url=url, icon_name="no-view"))
        return buttons


class StoryViewSet(SnippetViewSet):
    """Carers' words, and the consent they stand on."""

    model = Story
    icon = "openquote"
    menu_label = "Stories"
    list_display = ["who", "consent", "consent_until", Column("withdrawn_at", label="Withdrawn")]
    list_filter = ["consent"]
    search_fields = ["who", "text"]
    edit_view_class = StoryEditView
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Story]:
        """Those whose consent ends first on top."""
        return Story.objects.order_by(F("consent_until").asc(nulls_last=True), "who")


class ContentGroup(SnippetViewSetGroup):
    """What lessons are made of."""

    items = (QuestionViewSet, FigureViewSet, StoryViewSet)
    menu_label = "Building blocks"
    menu_icon = "list-ul"
    menu_order = 150


class PrincipleViewSet(SnippetViewSet):
    model = Principle
    icon = "key"
    list_display = ["code", "title"]


class SectorViewSet(SnippetViewSet):
    model = Sector
    icon = "group"


class NationViewSet(SnippetViewSet):
    model = Nation
    icon = "globe"


class TermsGroup(SnippetViewSetGroup):
    """Terms that every module uses: kept by platform administrators."""

    items = (PrincipleViewSet, SectorViewSet, NationViewSet)
    menu_label = "Terms"
    menu_icon = "key"
    menu_order = 800
