"""`/manage/exports/for/…`: files for the systems that employers keep training in, and their settings."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from courses.manager.access import for_managers
from courses.manager.models import ExportFormat, FileKind
from courses.people.models import Organisation
from courses.people.permissions import led_organisations
from courses.records.team import Team

from . import outside, outside_making, services
from .asking import ABOUT, asker
from .forms import FormatForm
from .records import of_organisation


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def outside_file(request: HttpRequest, team: Team, kind: str) -> HttpResponse:
    """What the file holds, and the button that checks and makes it. At most 8 queries: session, user, roles, units,
    modules, the format, its modules, and whether she may set it."""
    organisation = chosen(request, team, kind)
    layout = format_of(organisation, kind)
    mapped = outside_making.mapped_modules(layout, team) if layout else {}
    if request.method == "POST" and layout and mapped:
        job = outside_making.ask_for_file(person=asker(request), team=team, layout=layout)
        return redirect("manager:job", job.public_id)
    context = {
        "team": team,
        "kind": FileKind(kind),
        "about": ABOUT[FileKind(kind)],
        "organisation": organisation,
        "organisations": outside_making.organisations_of(team),
        "modules": [(module.title, mapped[module.id]) for module in team.modules if module.id in mapped],
        "head": outside.head_of(layout) if layout else [],
        "may_set": may_set(request, organisation),
    }
    return render(request, "manager/out/outside.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def outside_settings(request: HttpRequest, team: Team, kind: str) -> HttpResponse:
    """How the organisation wants the file: the training lead's. At most 8 queries to look."""
    organisation = chosen(request, team, kind)
    if not may_set(request, organisation):
        raise PermissionDenied
    layout = format_of(organisation, kind)
    data = request.POST if request.method == "POST" else None
    form = FormatForm(data, layout=layout, kind=kind, team=of_organisation(team, organisation))
    if data is not None and form.is_valid():
        services.set_format(
            organisation=organisation,
            kind=kind,
            by=asker(request),
            modules=form.chosen_modules(),
            seen=[module.id for module in team.modules],
            columns=form.chosen_columns(),
            **{name: form.cleaned_data[name] for name in ("fourth_column", "date_format") if name in form.fields},
        )
        messages.success(request, "The settings are kept.")
        address = f"?organisation={organisation.pk}" if len(team.organisations) > 1 else ""
        return redirect(f"{request.path.removesuffix('settings/')}{address}")
    context = {"team": team, "kind": FileKind(kind), "organisation": organisation, "form": form}
    return render(request, "manager/out/outside_settings.html", context, status=422 if form.errors else 200)


def chosen(request: HttpRequest, team: Team, kind: str) -> Organisation:
    """The employer whose file it is: of several, the one that the address says; never one of others."""
    if kind not in FileKind.values:
        raise Http404
    found = outside_making.organisations_of(team)
    wanted = request.GET.get("organisation", "")
    if not wanted and found:
        return next(iter(found.values()))
    for organisation in found.values():
        if str(organisation.pk) == wanted:
            return organisation
    raise Http404


def format_of(organisation: Organisation, kind: str) -> ExportFormat | None:
    return (
        ExportFormat.objects.filter(organisation=organisation, kind=kind)
        .select_related("organisation")
        .prefetch_related("modules")
        .first()
    )


def may_set(request: HttpRequest, organisation: Organisation) -> bool:
    return led_organisations(request.user).filter(pk=organisation.pk).exists()
