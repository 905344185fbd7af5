"""What stands before every page of the player: a signed-in person, her attempt, and answers that are hers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from courses.learner.player import kept
from courses.learner.player.addresses import Addresses
from courses.learner.player.given import Given, Refused, from_form, from_script, is_script
from courses.people.models import Person
from courses.privacy.services.merging import successor
from courses.records import queries
from courses.records.errors import BadAnswer, RecordsError
from courses.records.models import Attempt

P = ParamSpec("P")
AttemptView = Callable[Concatenate[HttpRequest, Attempt, Addresses, P], HttpResponse]

SIGN_IN_AGAIN = "You have been signed out. Sign in again in a new tab; your answer is kept."
SOMEBODY_ELSE = (
    "Somebody else is signed in on this device now, so this was not saved. Sign out, then sign in as yourself."
)
ANOTHER_RUN = "This page belongs to an earlier run through the module, so nothing was changed. Load the page again."


def for_attempt(view: AttemptView[P]) -> Callable[..., HttpResponse]:
    """Gives a view the signed-in person's attempt at the module instead of its slug, and the addresses around it.

    Whoever is not signed in is asked to; a form she has just sent is kept meanwhile. Whoever has not started is led to
    the module's page. What is refused becomes a page, or JSON for the script, with the reason in words.
    """

    @never_cache
    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                return sign_in(request)
            attempt = queries.attempt_for(request.user.person, slug)
            if attempt is None:
                return not_started(request, slug)
            return view(request, attempt, Addresses.of(slug), *args, **kwargs)
        except Refused as error:
            return refuse(request, slug, error)
        except RecordsError as error:
            return refuse(request, slug, Refused(400 if isinstance(error, BadAnswer) else 409, error.message))
        except Http404:
            if not is_script(request):
                raise
            return JsonResponse({"message": "There is no such page, so nothing was saved."}, status=404)

    return wrapped


def not_started(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody without an attempt is led to the module's page, where it can be started; a post finds nothing."""
    if request.method == "POST":
        raise Http404
    return redirect(f"/modules/{slug}/")


def given(request: HttpRequest, attempt: Attempt) -> Given | None:
    """What was sent with this request, or kept from before the sign-in; None for a plain visit.

    Refuses what somebody else wrote in this browser and what belongs to another attempt. A page that she opened before
    two accounts of hers became one is hers still.
    """
    person = person_of(request)
    if request.method == "POST":
        sent = from_script(request) if is_script(request) else from_form(request.POST)
    else:
        found = kept.take(request, person=str(person.public_id))
        if found is None:
            return None
        sent = found
    said = sent.one("person")
    if said not in ("", str(person.public_id)) and successor(said) != person:
        raise Refused(409, SOMEBODY_ELSE, code="somebody-else")
    if sent.one("attempt") not in ("", str(attempt.pk)):
        raise Refused(409, ANOTHER_RUN)
    return sent


def person_of(request: HttpRequest) -> Person:
    """The person who is signed in; views ask only behind `for_attempt`."""
    if not request.user.is_authenticated:
        raise PermissionDenied
    return request.user.person


def sign_in(request: HttpRequest, *, anybody: bool = False) -> HttpResponse:
    """Leads to the sign-in and back here; what was sent is kept. The script is told in JSON."""
    if is_script(request):
        address = f"{reverse('account_login')}?{urlencode({'next': '/my-learning/'})}"
        return JsonResponse({"message": SIGN_IN_AGAIN, "sign_in": address}, status=401)
    if request.method == "POST":
        kept.keep(request, anybody=anybody)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")


def refuse(request: HttpRequest, slug: str, error: Refused) -> HttpResponse:
    """Why nothing was done, and where to go on."""
    if is_script(request):
        return JsonResponse({"message": error.message, "code": error.code}, status=error.status)
    context: dict[str, Any] = {"message": error.message, "slug": slug, "somebody_else": error.code == "somebody-else"}
    return render(request, "learner/player/refused.html", context, status=error.status)
