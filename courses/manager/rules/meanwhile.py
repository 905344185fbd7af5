"""Somebody else was quicker: who wanted to change a requirement learns what happened, and keeps what she typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from courses.people.models import Organisation, Person, User
from courses.records.models import Requirement
from courses.records.rules_in_force import readable
from courses.records.services import requiring
from courses.records.services.requiring import Withdrawn
from courses.records.team import Team

from .forms import RequirementForm
from .words import in_words, what_changed


def asker(request: HttpRequest) -> Person:
    return cast("User", request.user).person


def told(request: HttpRequest, team: Team, changing: Requirement, now: Requirement) -> HttpResponse:
    """What changed, and the form with what she typed. What she does next changes the rule as it is now."""
    leads, seen = team.led, request.POST.get("seen", "")
    current = readable(team).filter(pk=now.pk).first()
    if current is None:
        return gone(request, team, changing.pk)
    fields = requiring.changed_since(seen, current)
    ended = current.ends_on is not None
    context = {
        "team": team,
        "form": _typed(request, team, requiring.mark(current)),
        "changing": None if ended else current,
        "ended": ended,
        "now": in_words(current, team, leads),
        "changes": what_changed(fields - {"pk"}),
        "by": _other(request, current.set_by),
    }
    return render(request, "manager/rules/assignment_form.html", context, status=409)


def gone(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """A rule that is not there. Who might have changed it is told that it was withdrawn, and by whom; to everybody else
    it is like one that never was."""
    leads = team.led
    found = requiring.withdrawn(pk)
    if found is None or not _hers(found, team, leads):
        raise Http404
    by = _other(request, found.by)
    before = readable(team).filter(pk=found.before_id, ends_on=None).first() if found.before_id else None
    if request.method == "POST" and "who" in request.POST:
        context = {
            "team": team,
            "form": _typed(request, team, requiring.mark(before) if before else ""),
            "changing": before,
            "withdrawn": True,
            "by": by,
            "now": in_words(before, team, leads) if before else None,
        }
        return render(request, "manager/rules/assignment_form.html", context, status=409)
    who = f"{by.name} withdrew this requirement" if by else "This requirement was withdrawn"
    also = " The requirement that it was to replace goes on." if before else ""
    messages.info(request, f"{who} before it began, so it was asked of nobody.{also}")
    return redirect("manager:assignment", before.pk) if before else redirect("manager:assignments")


def _typed(request: HttpRequest, team: Team, seen: str) -> RequirementForm:
    data = request.POST.copy()
    data["seen"] = seen
    form = RequirementForm(data, team=team, leads=team.led)
    form.is_valid()
    return form


def _hers(found: Withdrawn, team: Team, leads: Mapping[int, Organisation]) -> bool:
    """Whether she might have changed it: a lead any of her organisation, a manager those of her units; nobody one of a
    module that she may not know of."""
    own = found.organisation_id in leads or team.unit(str(found.unit_id)) is not None
    return own and (found.module_id is None or found.module_id in {module.id for module in team.modules})


def _other(request: HttpRequest, by: Person | None) -> Person | None:
    return by if by is not None and by.pk != asker(request).pk else None
