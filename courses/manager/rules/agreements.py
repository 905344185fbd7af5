"""`/manage/people/<id>/agreements/`: what was agreed about one person, and the forms that enter it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.contrib import messages
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from courses.forms import Form
from courses.manager.access import for_managers
from courses.people.models import Action, Membership, Organisation, Person, User
from courses.people.services.auditing import note
from courses.records import agreements as reads
from courses.records.models import AcceptedTraining, Exemption
from courses.records.services import agreeing
from courses.records.team import ModuleRef, Team

from .agreement_forms import AcceptForm, AdjustForm, ExemptForm


class What(NamedTuple):
    """A kind of agreement: its form, and how it is said."""

    form: type[Form]
    heading: str
    about: str
    said: str


WHAT = {
    "exempt": What(
        ExemptForm,
        "Exempt {person}",
        "They need not hold it for a time, and are left out of the percentage. They see it, with the dates.",
        "{person} need not hold {module} just now.",
    ),
    "accept": What(
        AcceptForm,
        "Accept training of {person} from elsewhere",
        "What they did elsewhere, or another issuer's certificate, counts for this module. They see it, and that you "
        "entered it.",
        "The training of {person} counts for {module}.",
    ),
    "adjust": What(
        AdjustForm,
        "Agree an adjustment with {person}",
        "Everybody who is disabled has a right to reasonable adjustments; nobody has to say why. Only they, you and "
        "the training lead know of it. Everybody else sees a date like any other.",
        "It is agreed. {person} sees it in My learning.",
    ),
}


@require_safe
@for_managers
def agreements(request: HttpRequest, team: Team, public_id: UUID) -> HttpResponse:
    """Everything that was agreed about her and may be read by who asks. At most 8 queries: user, units, her post,
    modules, exemptions, the audit log's line, accepted training, adjustments."""
    post = _post(team, person__public_id=public_id)
    person, me, leads = post.person, _me(request), list(team.led)
    modules = {module.id: module for module in team.modules}
    exempted = reads.exemptions(person, modules, by=me, leads=leads)
    note(
        action=Action.SAW, what="agreements", by=me, organisation_id=_organisation(post).pk, key=person.public_id,
        about=person,
    )  # fmt: skip
    context = {
        "team": team,
        "person": person,
        "modules": modules.values(),
        "today": timezone.localdate(),
        "exemptions": [(one, modules[one.module_id], one.known) for one in exempted],
        "accepted": [(one, modules[one.module_id]) for one in reads.accepted(person, modules, team.organisations)],
        "adjustments": [
            (one, modules[one.module_id]) for one in reads.adjustments(person, modules, by=me, leads=leads)
        ],
    }
    return render(request, "manager/rules/agreements.html", context)


def _entering(kind: str) -> Callable[..., HttpResponseBase]:
    @require_http_methods(["GET", "HEAD", "POST"])
    @for_managers
    def view(request: HttpRequest, team: Team, public_id: UUID, slug: str) -> HttpResponse:
        """The form of one kind of agreement. At most 8 queries to look, 18 to enter."""
        post, module = _post(team, person__public_id=public_id), team.module(slug)
        if module is None:
            raise Http404
        person = post.person
        what = WHAT[kind]
        form = what.form(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            _enter(kind, form.cleaned_data, person, module, _organisation(post), _me(request))
            messages.success(request, what.said.format(person=person.name, module=module.title))
            return redirect("manager:agreements", public_id)
        context = {
            "team": team,
            "person": person,
            "module": module,
            "form": form,
            "heading": what.heading.format(person=person.name),
            "about": what.about,
        }
        return render(request, "manager/rules/agreement_form.html", context, status=422 if form.errors else 200)

    return cast("Callable[..., HttpResponseBase]", view)


exempt, accept, adjust = _entering("exempt"), _entering("accept"), _entering("adjust")


def _enter(
    kind: str, data: dict[str, Any], person: Person, module: ModuleRef, organisation: Organisation, by: Person
) -> None:
    about: dict[str, Any] = {"person": person, "module_id": module.id, "organisation": organisation, "by": by}
    if kind == "exempt":
        agreeing.exempt(**about, **data)
    elif kind == "accept":
        agreeing.accept(**about, **data)
    else:
        agreeing.adjust(**about, **data)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def end_exemption(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends an exemption at the end of today."""
    found = _exemption(team, pk)
    if request.method == "POST":
        agreeing.end_exemption(
            exemption=found, organisation=_organisation(_post(team, person=found.person)), by=_me(request)
        )
        messages.success(request, "The exemption has ended.")
        return redirect("manager:agreements", found.person.public_id)
    return _ask_to_end(request, team, found, "exemption")


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def end_accepted(request: HttpRequest, team: Team, pk: int) -> HttpResponse:
    """Asks, then ends what was accepted in error."""
    found = _accepted(team, pk)
    if request.method == "POST":
        agreeing.end_accepted(accepted=found, by=_me(request))
        messages.success(request, "It counts to the end of today and not after.")
        return redirect("manager:agreements", found.person.public_id)
    return _ask_to_end(request, team, found, "accepted")


@require_safe
@for_managers
def exemption_evidence(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    """The file behind an exemption: for who entered it and for the training lead."""
    found = _exemption(team, pk)
    me = _me(request)
    if found.entered_by_id != me.pk and not reads.entered_by_hers(found, team.led):
        raise Http404
    return _file(
        found.reason.evidence, found.person, _organisation(_post(team, person=found.person)), me, f"exemption-{pk}"
    )


@require_safe
@for_managers
def accepted_evidence(request: HttpRequest, team: Team, pk: int) -> HttpResponseBase:
    """The file behind accepted training: for who answers for the person."""
    found = _accepted(team, pk)
    return _file(found.detail.evidence, found.person, found.organisation, _me(request), f"accepted-{pk}")


def _file(file: FieldFile, person: Person, organisation: Organisation, by: Person, name: str) -> HttpResponseBase:
    """Handed out as a download, never shown: what somebody uploaded must not run on our origin."""
    if not file:
        raise Http404
    try:
        opened = file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    ending = f".{str(file.name).rsplit('.', 1)[-1]}"
    note(action=Action.DOWNLOADED, what="evidence", by=by, organisation=organisation, key=name, about=person)
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=f"{name}{ending}",
        content_type=mimetypes.types_map.get(ending, "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _exemption(team: Team, pk: int) -> Exemption:
    modules = [module.id for module in team.modules]
    found = Exemption.objects.select_related("person", "reason", "ended")
    return get_object_or_404(found, pk=pk, person__in=team.people, module__in=modules)


def _accepted(team: Team, pk: int) -> AcceptedTraining:
    modules = [module.id for module in team.modules]
    found = AcceptedTraining.objects.select_related("person", "detail", "ended", "organisation")
    return get_object_or_404(
        found, pk=pk, person__in=team.people, module__in=modules, organisation__in=team.organisations
    )


def _ask_to_end(request: HttpRequest, team: Team, found: Exemption | AcceptedTraining, kind: str) -> HttpResponse:
    if hasattr(found, "ended"):
        raise Http404
    title = next(module.title for module in team.modules if module.id == found.module_id)
    context = {"team": team, "found": found, "kind": kind, "title": title}
    return render(request, "manager/rules/agreement_end.html", context)


def _post(team: Team, **whose: Any) -> Membership:
    """Her first post in the team; who has none is not there."""
    post = team.posts().filter(**whose).select_related("person", "unit__organisation").first()
    if post is None:
        raise Http404
    return post


def _organisation(post: Membership) -> Organisation:
    """The organisation for which it is agreed."""
    if post.unit is None:
        raise Http404
    return post.unit.organisation


def _me(request: HttpRequest) -> Person:
    return cast("User", request.user).person
