from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.content.blocks import ProseStream


class HomePage(Page):
    """The front page: what this is, for whom, how to begin. Its modules come from the catalogue."""

    headline = models.CharField(max_length=120, default="Notice the carer. Know what to do next.")
    intro = models.TextField(blank=True)
    body = StreamField(ProseStream(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("intro"), FieldPanel("body")]
    template = "learner/home.html"
    max_count = 1


class StandardPage(Page):
    """A page of plain prose: accessibility, privacy."""

    summary = models.TextField(blank=True)
    body = StreamField(ProseStream(), blank=True)
    reviewed = models.DateField(null=True, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body"), FieldPanel("reviewed")]
    template = "learner/standard_page.html"
    parent_page_types = ["content.HomePage"]
    subpage_types: list[str] = []


class HelpIndexPage(Page):
    """`/help/`: the list of help pages."""

    intro = models.TextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "learner/help_index.html"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.HelpPage"]
    max_count = 1


class HelpPage(Page):
    """How to do one thing on this site."""

    summary = models.TextField(blank=True)
    body = StreamField(ProseStream(), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    template = "learner/help_page.html"
    parent_page_types = ["content.HelpIndexPage"]
    subpage_types: list[str] = []
