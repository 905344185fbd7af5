"""`/my-learning/data/`: she downloads what is held about her. GET explains, POST downloads; hers alone."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.learner import my_data
from courses.learner.my_completions import completions_table
from courses.learner.requests import LearnerRequest
from courses.learner.views.evidence import files_of
from courses.privacy.queries import request_of
from courses.spreadsheets import csv_response

MOST_AN_HOUR = 20
"""Downloads of one person in an hour: far more than anybody needs, too few to load the server with."""
CRUMBS = [("My learning", "/my-learning/")]


@login_required
@never_cache
@require_safe
def data(request: LearnerRequest) -> HttpResponse:
    """What can be downloaded, what each key of the file holds, and where a request for erasure stands. Budget: 8
    queries."""
    return _page(request)


@login_required
@never_cache
@require_POST
def data_json(request: LearnerRequest) -> HttpResponseBase:
    """Everything, as JSON."""
    if not _within_limit(request):
        return _page(request, status=429)
    response = StreamingHttpResponse(my_data.as_json(request.user.person), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@login_required
@never_cache
@require_POST
def data_csv(request: LearnerRequest) -> HttpResponseBase:
    """What she completed, as CSV."""
    if not _within_limit(request):
        return _page(request, status=429)
    return csv_response(completions_table(request.user.person), f"my-completions-{timezone.localdate():%Y-%m-%d}")


def _page(request: LearnerRequest, status: int = 200) -> HttpResponse:
    person = request.user.person
    asked = request_of(person)
    parts = list(asked.parts.all()) if asked else []
    context = {
        "sections": my_data.SECTIONS,
        "crumbs": CRUMBS,
        "too_many": status == 429,
        "files": files_of(person),
        "asked": asked,
        "parts": parts,
        "may_withdraw": asked is not None and not any(part.decision for part in parts),
    }
    return render(request, "learner/my_learning/data.html", context, status=status)


def _within_limit(request: LearnerRequest) -> bool:
    key = f"my-data:{request.user.person_id}:{timezone.now():%Y%m%d%H}"
    cache.add(key, 0, 3600)
    try:
        return cache.incr(key) <= MOST_AN_HOUR
    except ValueError:  # thrown out of a full cache between the two calls
        return True
