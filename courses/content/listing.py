"""Lists of pages below a page: help and resources, as this visitor may read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, OuterRef, Subquery
from django.http import HttpRequest
from wagtail.models import Page

from .models import ResourcePackPage, ResourcePage
from .public import gates_of, passes, restrictions


def children(model: type[Page], page: Page, request: HttpRequest) -> list[Any]:
    """Live pages of one kind right below `page`, without those closed to this visitor. 2 queries."""
    rows = model.objects.live().child_of(page).order_by("path")
    return _open(list(rows), request)


def packs(page: Page, request: HttpRequest) -> list[Any]:
    """Packs below the index, each with `resource_count`. 2 queries."""
    inside = (
        ResourcePage.objects.live()
        .filter(path__startswith=OuterRef("path"))
        .order_by()
        .annotate(one=F("live"))
        .values("one")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = ResourcePackPage.objects.live().child_of(page).annotate(resource_count=Subquery(inside)).order_by("path")
    return _open(list(rows), request)


def _open(rows: list[Any], request: HttpRequest) -> list[Any]:
    closed = restrictions()
    return [row for row in rows if passes(gates_of(row.path, closed), request)]
