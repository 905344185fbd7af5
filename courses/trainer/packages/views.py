"""Uploading packages, reading what is in them, keeping them, and one page for each package."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from courses.content.models import Package, PackageKind, PackageUpload, UploadStatus
from courses.people.models import Person
from courses.people.permissions import curates_libraries

from . import authoring_doors as authoring
from . import queries, services
from .forms import PackageForm, UploadForm

BUSY = (UploadStatus.QUEUED, UploadStatus.CHECKING, UploadStatus.STORING)
UPLOADS_SHOWN = 50


def trainer_of(request: HttpRequest) -> Person:
    """Who may bring packages: whoever may write what is taught."""
    if not request.user.is_authenticated or not request.user.has_perm("content.change_package"):
        raise PermissionDenied
    return request.user.person


def _shown(report: dict[str, Any]) -> dict[str, Any]:
    """A report with the kind of package in words."""
    words = dict(PackageKind.choices).get(report.get("kind", ""), "")
    return {**report, "kind_words": words} if report else {}


def upload(request: HttpRequest, package_id: int | None = None) -> HttpResponse:
    """Takes files and has each looked at in the background. For a package that is there, the next version of it."""
    person = trainer_of(request)
    package = get_object_or_404(Package, pk=package_id) if package_id else None
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        files = form.cleaned_data["packages"]
        if package and len(files) > 1:
            form.add_error("packages", "A new version is one file. Nothing was uploaded.")
        else:
            made = [services.take_file(file=file, by=person, package=package) for file in files]
            if request.headers.get("accept") == "application/json":
                return JsonResponse({"uploads": [str(one.pk) for one in made]})
            return redirect("package_uploaded", made[0].pk) if len(made) == 1 else redirect("package_uploads")
    if request.headers.get("accept") == "application/json" and form.errors:
        return JsonResponse({"message": " ".join(map(str, form.errors["packages"]))}, status=400)
    context = {"form": form, "package": package}
    return render(request, "trainer/packages/upload.html", context, status=400 if form.errors else 200)


def uploads(request: HttpRequest) -> HttpResponse:
    """What was uploaded and where it stands. Asked again every few seconds while something is under way. Budget: 12
    queries, session, sign-in and Wagtail's own among them."""
    person = trainer_of(request)
    curator = curates_libraries(request.user)
    rows = list(queries.uploads_of(person, everybody=curator)[:UPLOADS_SHOWN])
    context = {"rows": rows, "busy": any(row.status in BUSY for row in rows), "curator": curator}
    part = request.headers.get("x-part") == "rows"
    return render(request, "trainer/packages/_uploads.html" if part else "trainer/packages/uploads.html", context)


def _upload(request: HttpRequest, upload_id: uuid.UUID) -> PackageUpload:
    """One's own upload; a curator sees everybody's."""
    person = trainer_of(request)
    found = get_object_or_404(PackageUpload.objects.select_related("package", "version__package"), pk=upload_id)
    if found.uploaded_by_id != person.pk and not curates_libraries(request.user):
        raise PermissionDenied
    return found


def uploaded(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """What is in an uploaded file, before anything of it is kept. Budget: 8 queries, session and sign-in among them."""
    found = _upload(request, upload_id)
    context: dict[str, Any] = {
        "upload": found,
        "report": _shown(found.report),
        "busy": found.status in BUSY,
        "may_approve": curates_libraries(request.user),
        "title": found.package.title if found.package else found.report.get("title") or found.source_name,
    }
    part = request.headers.get("x-part") == "report"
    return render(request, "trainer/packages/_report.html" if part else "trainer/packages/uploaded.html", context)


@require_POST
def keep(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Keeps an upload that is ready; with libraries nobody approved yet, only a curator can."""
    found = _upload(request, upload_id)
    if found.status == UploadStatus.WAITING and not curates_libraries(request.user):
        raise PermissionDenied
    if found.status in (UploadStatus.READY, UploadStatus.WAITING, UploadStatus.FAILED):
        services.begin_storing(upload=found, by=trainer_of(request), title=request.POST.get("title", "").strip()[:255])
    return redirect("package_uploaded", found.pk)


@require_POST
def discard(request: HttpRequest, upload_id: uuid.UUID) -> HttpResponse:
    """Throws an upload away that was not kept."""
    found = _upload(request, upload_id)
    if found.status in (UploadStatus.STORING, UploadStatus.STORED):
        messages.warning(request, "It is kept already. To take it out of use, put the package away.")
        return redirect("package_uploaded", found.pk)
    services.discard(upload=found)
    messages.success(request, f"“{found.source_name}” was thrown away. Nothing of it was kept.")
    return redirect("package_uploads")


def package(request: HttpRequest, package_id: int) -> HttpResponse:
    """One package: what is in it, where it is used, its versions."""
    trainer_of(request)
    found = get_object_or_404(Package.objects.select_related("current_version"), pk=package_id)
    form = PackageForm(request.POST or None, initial={"title": found.title})
    if request.method == "POST" and form.is_valid():
        Package.objects.filter(pk=found.pk).update(title=form.cleaned_data["title"])
        messages.success(request, "The title was changed. Lessons published before keep the old one.")
        return redirect("package", found.pk)
    version = found.current_version
    context = {
        "package": found,
        "version": version,
        "report": _shown(version.report) if version else {},
        "versions": queries.versions_of(found),
        "places": queries.places_of(found),
        "form": form,
        **authoring.doors(request, found),
    }
    return render(request, "trainer/packages/package.html", context)


@require_POST
def put_away(request: HttpRequest, package_id: int) -> HttpResponse:
    """Takes a package out of the chooser, or brings it back. Lessons that use it go on; records stay."""
    trainer_of(request)
    found = get_object_or_404(Package, pk=package_id)
    away = "back" not in request.POST
    Package.objects.filter(pk=found.pk).update(archived_at=timezone.now() if away else None)
    said = "was put away: no lesson can choose it any more" if away else "can be chosen again"
    messages.success(request, f"“{found.title}” {said}.")
    return redirect("package", found.pk)
