from __future__ import annotations

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel


class Figure(models.Model):
    """A dated number with its source, kept once. Lessons point to it and never type it, so that an old number is
    changed in one place and each published version keeps the number it was taught with."""

    key = models.SlugField(max_length=80, unique=True, help_text="Write {{ key }} in a lesson to show the value.")
    value = models.CharField(max_length=80)
    says = models.CharField("what it says", max_length=255)
    source = models.CharField(max_length=255)
    dated = models.DateField("date of the data")
    dated_words = models.CharField("date in words", max_length=120, blank=True)
    checked_on = models.DateField()
    review_by = models.DateField()
    nations = models.CharField(max_length=120, blank=True)

    panels = [
        FieldPanel("key"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("says")]),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("source", "dated", "dated_words", "checked_on", "review_by", "nations")],
            heading="Where it comes from",
        ),
    ]

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.value} {self.says}"
