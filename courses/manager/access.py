"""The door of every manager's screen: who comes in, and with whose people."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from courses.records.team import Team

P = ParamSpec("P")


def beside(request: HttpRequest) -> str:
    """The key of the unit that the address chooses; with or without all below it."""
    return request.GET.get("unit", "").partition("-")[0]


def for_managers(
    view: Callable[Concatenate[HttpRequest, Team, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Gives the view the team of whoever is signed in; a visitor is sent to sign in, anyone else is refused.

    Answers are never cached: a training record must not stay behind on a shared computer.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        team = Team.of(request.user, beside=beside(request))
        if team is None:
            raise PermissionDenied
        return view(request, team, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", never_cache(login_required(guarded)))
