"""`/my-learning/data/erasure/`: she asks that what is held about her is erased, sees where it stands, takes it back."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.learner.requests import LearnerRequest
from courses.privacy.queries import organisations_of, request_of
from courses.privacy.services import requests

CRUMBS = [("My learning", "/my-learning/"), ("My data", "/my-learning/data/")]


@login_required
@never_cache
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: LearnerRequest) -> HttpResponse:
    """What goes, what stays and why; asking. Her password (or passkey, or code) is asked for first. Budget: 8 queries
    to look, with those of the account."""
    person = request.user.person
    if request.method == "POST":
        if request.POST.get("sure") != "yes":
            return _page(request, missing=True)
        requests.ask(person=person)
        messages.success(request, "You have asked. You will have an answer by mail.")
        return redirect("my_data")
    return _page(request)


@login_required
@never_cache
@require_POST
def erasure_withdraw(request: LearnerRequest) -> HttpResponse:
    """Takes it back, as long as nobody has decided."""
    found = request_of(request.user.person)
    if found is None or found.ended_at is not None:
        return redirect("my_data")
    try:
        requests.withdraw(request=found)
    except requests.RequestError as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "You have taken it back. Nothing was erased.")
    return redirect("my_data")


def _page(request: LearnerRequest, *, missing: bool = False) -> HttpResponse:
    found = request_of(request.user.person)
    context = {
        "crumbs": CRUMBS,
        "open": found is not None and found.ended_at is None,
        "organisations": organisations_of(request.user.person),
        "missing": missing,
    }
    return render(request, "learner/my_learning/erasure.html", context, status=422 if missing else 200)
