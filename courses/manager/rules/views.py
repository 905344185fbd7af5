"""`/manage/assignments/`: who must hold what by when. Nothing is set before its preview was seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.manager.access import for_managers
from courses.manager.words import day
from courses.people.models import Organisation
from courses.records.models import Requirement
from courses.records.rules_in_force import Named, readable, requirements_seen
from courses.records.services import requiring
from courses.records.services.requiring import ChangedMeanwhile
from courses.records.team import Team

from .forms import RequirementForm, initial_of
from .meanwhile import asker, gone, told
from .preview import preview_of
from .words import in_words

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


@require_safe
@for_managers
def assignments(request: HttpRequest, team: Team) -> HttpResponse:
    """The requirements that touch the team. At most 8 queries."""
    leads = team.led
    found = [in_words(one, team, leads) for one in requirements_seen(team)]
    context = {"team": team, "assignments": found, "leads": leads}
    return render(request, "manager/rules/assignments.html", context)


@require_safe
@for_managers
def assignment(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """One requirement, what it touches now, and what it said before. At most 8 queries and two for each change."""
    leads = team.led
    found = readable(team).filter(pk=pk).first()
    if found is None:
        return gone(request, team, pk)
    wording = in_words(found, team, leads)
    every = {one.pk: one for one in readable(team).filter(organisation=found.organisation_id)} if found.replaces_id or (
        Requirement.objects.filter(replaces=found).exists()
    ) else {found.pk: found}  # fmt: skip
    past = [in_words(every[one.pk], team, leads) for one in requiring.history(found) if one.pk in every]
    listed = team.people.filter(pk__in=found.people.values("person_id"))[:100] if found.named else []
    context = {"team": team, "assignment": wording, "past": past, "listed": listed, "may_see_setter": bool(leads)}
    return render(request, "manager/rules/assignment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new(request: HttpRequest, team: Team) -> HttpResponseBase:
    """A new requirement: the form, its preview, then it is set. At most 8 queries to look or to preview (10 where it is
    a change), 12 to set."""
    return _fill_in(request, team, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def edit(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    """Another wording of a requirement. What it asked until yesterday stays as it was."""
    found = readable(team).filter(pk=pk).first()
    if found is None:
        return gone(request, team, pk)
    if not in_words(found, team, team.led).may_change:
        raise PermissionDenied
    if request.method != "POST" and found.ends_on is not None:
        messages.info(request, "This requirement has an end, so it is not changed any more.")
        return redirect("manager:assignment", pk)
    return _fill_in(request, team, found)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def end(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends a requirement of one's own; one that is set above the team is the lead's."""
    found = readable(team).filter(pk=pk).first()
    if found is None:
        return gone(request, team, pk)
    wording = in_words(found, team, team.led)
    if not wording.may_change:
        raise PermissionDenied
    if request.method == "POST":
        last = requiring.end(requirement=wording.requirement, by=asker(request))
        said = "It applies until the end of today." if last else "It had not begun, so it applied to nobody."
        messages.success(request, f"The requirement has ended. {said}")
        return redirect("manager:assignments")
    return render(
        request,
        "manager/rules/assignment_end.html",
        {"team": team, "assignment": wording, "today": timezone.localdate()},
    )


def _fill_in(request: HttpRequest, team: Team, changing: WithAnnotations[Requirement, Named] | None) -> HttpResponse:
    """The steps of the form: found people are added (find), what is filled in is previewed (the default), taken back
    for another look (back), set (save)."""
    leads = team.led
    step = request.POST.get("do", "preview")
    if request.method != "POST":
        initial, listed = initial_of(changing, team.people) if changing else ({"who": team.beside}, [])
        form = RequirementForm(None, team=team, leads=leads, initial=initial, listed=listed)
        return _form(request, team, form, changing)
    if step in {"find", "back"}:
        return _form(request, team, _again(request.POST, team, leads, step), changing)
    form = RequirementForm(request.POST, team=team, leads=leads)
    if not form.is_valid():
        return _form(request, team, form, changing, status=422)
    return _preview_or_save(request, team, form, changing, save=step == "save")


def _preview_or_save(
    request: HttpRequest,
    team: Team,
    form: RequirementForm,
    changing: WithAnnotations[Requirement, Named] | None,
    *,
    save: bool,
) -> HttpResponse:
    terms, seen, by = form.terms(), form.cleaned_data["seen"], asker(request)
    if changing and requiring.is_stale(changing, seen):
        return told(request, team, changing, requiring.latest(changing))
    if not save:
        context = {"team": team, "form": form, "changing": changing, "preview": preview_of(terms, changing)}
        return render(request, "manager/rules/assignment_preview.html", context)
    try:
        if changing:
            made = requiring.change(requirement=changing, seen=seen, terms=terms, by=by)
            messages.success(request, f"The requirement is changed. It says so from {day(made.starts_on)}.")
        else:
            made = requiring.require(terms=terms, by=by)
            messages.success(request, "The requirement is set. Everybody it covers sees it in their learning.")
    except ChangedMeanwhile as other:
        return told(request, team, other.requirement, other.now)
    except Requirement.DoesNotExist:
        return gone(request, team, changing.pk if changing else 0)
    return redirect("manager:assignment", made.pk)


def _again(data: QueryDict, team: Team, leads: Mapping[int, Organisation], step: str) -> RequirementForm:
    """The form with what was typed, not judged yet."""
    typed: dict[str, Any] = {name: data.get(name) for name in RequirementForm.base_fields}
    typed["people"] = data.getlist("people")
    typed["named"] = step == "find" or bool(data.get("named"))
    typed["find"] = data.get("find", "") if step == "find" else ""
    return RequirementForm(None, team=team, leads=leads, initial=typed, listed=data.getlist("people"))


def _form(
    request: HttpRequest, team: Team, form: RequirementForm, changing: Requirement | None, status: int = 200
) -> HttpResponse:
    context = {"team": team, "form": form, "changing": changing}
    return render(request, "manager/rules/assignment_form.html", context, status=status)
