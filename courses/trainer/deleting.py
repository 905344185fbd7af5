"""Refuses in the CMS what would break a record or a page, explains it, and offers what to do instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string
from wagtail.models import Page
from wagtailmedia.models import get_media_model

from courses.content.deleting import reasons_to_keep, taught_modules

FILES: dict[str, tuple[Callable[[], str], str]] = {
    "wagtailimages:delete": (get_image_model_string, "image_id"),
    "wagtailimages:delete_multiple": (get_image_model_string, "image_id"),
    "wagtaildocs:delete": (get_document_model_string, "document_id"),
    "wagtaildocs:delete_multiple": (get_document_model_string, "doc_id"),
    "wagtailmedia:delete": (lambda: get_media_model()._meta.label, "media_id"),
}
"""Wagtail has no hook before it deletes a file, so these views are asked by name."""


def before_delete_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A module that was taught is archived, never deleted; neither is a page above it."""
    return _kept(request, [page], archive=list(taught_modules(page).filter(live=True)))


def before_delete_snippet(request: HttpRequest, instances: Iterable[Any]) -> HttpResponse | None:
    """A question, figure, story or term in use stays."""
    return _kept(request, instances)


def before_bulk_action(request: HttpRequest, action_type: str, objects: Iterable[Any], _: Any) -> HttpResponse | None:
    """The same for many at once: all of them, or none."""
    if action_type == "delete" and (reasons := reasons_to_keep(objects)):
        messages.error(request, render_to_string("trainer/not_deleted.html", {"reasons": reasons}))
        return redirect(get_valid_next_url_from_request(request) or "wagtailadmin_home")
    return None


def keeps_files_in_use(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator of every admin view: a picture, document or film in use is not deleted."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        if match and match.view_name in FILES:
            model, name = FILES[match.view_name]
            thing = apps.get_model(model()).objects.filter(pk=kwargs.get(name)).first()
            if thing and request.user.has_perm("wagtailadmin.access_admin") and (kept := _kept(request, [thing])):
                return kept
        return view(request, *args, **kwargs)

    return wrapped


def _kept(request: HttpRequest, things: Iterable[Any], archive: Iterable[Page] = ()) -> HttpResponse | None:
    reasons = reasons_to_keep(things)
    if not reasons:
        return None
    return render(request, "trainer/kept.html", {"reasons": reasons, "archive": archive})
