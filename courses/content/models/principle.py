from __future__ import annotations

from django.db import models


class Principle(models.Model):
    """One of the common core principles for working with carers (Skills for Care with Skills for Health, 2011).

    Seeded as data, because the number and wording are not ours to build in; the wording is our summary.
    """

    code = models.CharField(max_length=10, unique=True)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Sector(models.Model):
    """A sector whose people a module is written for: social care, health, education, …"""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title


class Nation(models.Model):
    """A nation whose law or figures a module or question is true for."""

    title = models.CharField(max_length=50, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title
