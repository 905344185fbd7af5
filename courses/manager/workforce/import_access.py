"""The door of what a training lead alone does: bringing people in and taking them out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from courses.manager.access import for_managers
from courses.people.models import Organisation
from courses.records.team import Team

P = ParamSpec("P")


class Lead:
    """A team, and the organisations that its reader leads."""

    def __init__(self, team: Team, organisations: list[Organisation]) -> None:
        self.team, self.organisations = team, organisations

    @property
    def organisation_ids(self) -> list[int]:
        return [organisation.pk for organisation in self.organisations]


def for_leads(
    view: Callable[Concatenate[HttpRequest, Lead, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """As `for_managers`, and refused to who leads no organisation. No query more."""

    @wraps(view)
    def guarded(request: HttpRequest, team: Team, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        organisations = sorted(team.led.values(), key=lambda one: one.name)
        if not organisations:
            raise PermissionDenied
        return view(request, Lead(team, organisations), *args, **kwargs)

    return for_managers(cast("Callable[Concatenate[HttpRequest, Team, P], HttpResponseBase]", guarded))
