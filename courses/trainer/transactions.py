"""Every change made in the CMS is one transaction: it happens whole, or not at all (DESIGN §3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from courses.content.publishing import PublishingRefused

View = Callable[..., HttpResponseBase]
_one_editor_form = threading.RLock()
EDITING = {"wagtailadmin_pages:edit", "wagtailadmin_pages:add"}


def one_transaction(view: View) -> View:
    """Decorator of every admin view: a POST runs in one transaction, undone when refused or answered by an error.

    Why: Wagtail's edit view makes a page live outside of any transaction, and so it could be live without its version.
    A refused publishing from the editor is done again as a plain save, so that no word of the trainer's is lost.
    One editor's form at a time in a process: while a draft is saved, Wagtail 8 marks the shared definitions of blocks
    as "nothing is required", and a form of another thread would pass in that moment.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        if _is_editor(request):
            with _one_editor_form:
                return _answer(view, request, *args, **kwargs)
        return _answer(view, request, *args, **kwargs)

    return wrapped


def _answer(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    try:
        return _whole(view, request, *args, **kwargs)
    except PublishingRefused as refused:
        messages.error(
            request, render_to_string("trainer/refused.html", {"page": refused.page, "problems": refused.messages})
        )
        if _keeps_the_form(request):
            request.POST = _without_actions(request)
            return _whole(view, request, *args, **kwargs)
        return _back(request, refused.messages)
    except ProtectedError:
        text = "This was not deleted: records of what people learned depend on it. Nothing was changed."
        messages.error(request, text)
        return _back(request, [text])


def _whole(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    with transaction.atomic():
        response = view(request, *args, **kwargs)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        return response


def _is_editor(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.view_name in EDITING)


def _keeps_the_form(request: HttpRequest) -> bool:
    return _is_editor(request) and any(key.startswith("action-") for key in request.POST)


def _without_actions(request: HttpRequest) -> Any:
    """The posted form without its button, which Wagtail takes as "save draft"."""
    data = request.POST.copy()
    for key in [key for key in data if key.startswith("action-")]:
        del data[key]
    return data


def _back(request: HttpRequest, problems: list[str]) -> HttpResponse:
    """To where the trainer came from; to scripts in their own language."""
    referer = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        referer = ""
    url = get_valid_next_url_from_request(request) or referer or "/cms/"
    if request.path.startswith("/cms/api/"):
        return JsonResponse({"detail": problems}, status=400)
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": url})
    return redirect(url)
