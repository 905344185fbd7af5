from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from courses.content.blocks import ResourceStream

from .principle import Nation


class ResourceKind(models.TextChoices):
    READ_ME = "read-me", "Read me first"
    ASSEMBLY = "assembly", "Assembly"
    LESSON_PLAN = "lesson-plan", "Lesson plan"
    WORKSHEET = "worksheet", "Worksheet"
    LEAFLET = "leaflet", "Leaflet"
    PROFILE = "profile", "One-page profile"
    POSTER = "poster", "Poster"
    GUIDE = "guide", "Guide"


class ResourceIndexPage(Page):
    """`/resources/`: packs and guides, free without an account."""

    intro = models.TextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "learner/resource_index.html"
    parent_page_types = ["content.HomePage"]
    subpage_types = ["content.ResourcePackPage"]
    max_count = 1


class ResourcePackPage(Page):
    """A pack: resources that belong together, for one audience."""

    summary = models.TextField(blank=True)
    audience = models.CharField(max_length=255, blank=True)
    collects = models.CharField("what it collects", max_length=255, blank=True)
    nations = ParentalManyToManyField(Nation, blank=True)
    content_panels = [*Page.content_panels] + [FieldPanel(n) for n in ("summary", "audience", "collects", "nations")]
    template = "learner/resource_pack.html"
    parent_page_types = ["content.ResourceIndexPage"]
    subpage_types = ["content.ResourcePage"]


class ResourcePage(Page):
    """One resource, as accessible HTML and as tagged PDF from the same body."""

    kind = models.CharField(max_length=20, choices=ResourceKind.choices, default=ResourceKind.GUIDE)
    summary = models.TextField(blank=True)
    audience = models.CharField(max_length=255, blank=True)
    reviewed = models.DateField(null=True, blank=True)
    body = StreamField(ResourceStream(), blank=True)

    content_panels = [*Page.content_panels] + [
        FieldPanel(name) for name in ("kind", "summary", "audience", "reviewed", "body")
    ]
    template = "learner/resource.html"
    parent_page_types = ["content.ResourcePackPage"]
    subpage_types: list[str] = []
