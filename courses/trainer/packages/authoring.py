"""Writing H5P in the CMS: a form for content types that need no files, and the visual editor where there is one."""

from __future__ import annotations

from typing import Any, cast

from django.core.files.base import File
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.rich_text import get_rich_text_editor_widget

from courses.content.models import Library, Package, PackageVersion, UploadStatus
from courses.interop.h5p import authoring, editing, service
from courses.interop.uploads import importing
from courses.people.models import Person, User

from . import form_nodes, form_tree, services
from .authoring_doors import COPY
from .views import trainer_of

LANGUAGE = "en"


def kinds(request: HttpRequest) -> HttpResponse:
    """What can be written here."""
    trainer_of(request)
    return render(request, "trainer/packages/kinds.html", {"kinds": authoring.content_types()})


def _login(request: HttpRequest) -> User:
    trainer_of(request)
    return cast("User", request.user)


def new(request: HttpRequest, library_id: int) -> HttpResponse:
    """A new package of a content type."""
    person = trainer_of(request)
    library = get_object_or_404(Library, pk=library_id, runnable=True, withdrawn_at=None)
    if not authoring.has_form(library.semantics):
        raise Http404
    return _form(request, person, library, None)


def edit(request: HttpRequest, package_id: int) -> HttpResponse:
    """The next version of a package: what stands in it, in the form of its content type."""
    person = trainer_of(request)
    package = get_object_or_404(Package.objects.select_related("current_version"), pk=package_id)
    version = package.current_version
    library = authoring.library_of(version) if version else None
    if version is None or library is None:
        messages.warning(request, "There is no form for this kind of package. Upload a changed file instead.")
        return redirect("package", package.pk)
    return _form(request, person, library, version)


def _form(request: HttpRequest, person: Person, library: Library, version: PackageVersion | None) -> HttpResponse:
    semantics = library.semantics
    faults: dict[str, str] = {}
    title = request.POST.get("title", version.package.title if version else "").strip()[:255]
    if request.method == "POST":
        params = form_tree.given(semantics, request.POST)
        what = request.POST.get("change", "")
        if what:
            params = form_tree.changed(semantics, params, what)
        else:
            faults = form_tree.faults(semantics, params) or _loose_ends(library, params)
            faults |= {} if title else {"title": "Give it a title."}
            if not faults:
                return _save(request, person, library, version, title, form_tree.filled(semantics, params))
    elif version:
        params = form_tree.readable(semantics, authoring.params_of(version))
    else:
        params = authoring.blank(semantics)
    nodes = form_tree.nodes(semantics, params, faults)
    context: dict[str, Any] = {
        "library": library,
        "package": version.package if version else None,
        "title": title,
        "nodes": nodes,
        "faults": faults,
        "problems": form_nodes.problems(nodes, faults, first={"title": "Title"}),
        "focus": form_tree.row_after(params, request.POST.get("change", "")),
        "unsaved": request.method == "POST",
        "media": _media(),
    }
    return render(request, "trainer/packages/form.html", context, status=400 if faults else 200)


def _loose_ends(library: Library, params: Any) -> dict[str, str]:
    found = authoring.loose_ends(library, params)
    return {f"{form_tree.ROOT}{path}": said for path, said in found.items()}


def _media() -> Media:
    media: Media = get_rich_text_editor_widget(features=["bold", "italic", "ul", "ol", "link"]).media
    return media


def _save(
    request: HttpRequest, person: Person, library: Library, version: PackageVersion | None, title: str, params: Any
) -> HttpResponse:
    """Looked at and stored like an upload, at once: a form makes a small file."""
    package = version.package if version else None
    with authoring.written_package(
        user=_login(request), library=library, title=title, language=LANGUAGE, params=params
    ) as (file, told):
        upload = services.file_of(file=File(file, f"{library.name}.h5p"), by=person, package=package)
    if told:
        messages.info(request, told)
    importing.check(upload.pk)
    upload.refresh_from_db()
    made = importing.store(upload.pk, person, title=title) if upload.status == UploadStatus.READY else None
    if made is None:
        return redirect("package_uploaded", upload.pk)
    if package and package.title != title:
        Package.objects.filter(pk=package.pk).update(title=title)
    messages.success(request, f"Saved as version {made.number}. Learners get it when a module with it is published.")
    return redirect("package_try", made.package_id, made.number)


@require_POST
def open_editor(request: HttpRequest, package_id: int) -> HttpResponse:
    """Opens H5P's own editor on a working copy, in a window of its own."""
    trainer_of(request)
    package = get_object_or_404(Package.objects.select_related("current_version"), pk=package_id)
    if package.current_version is None:
        return redirect("package", package.pk)
    try:
        client = service.client_for(_login(request))
        copy = editing.open_copy(user=_login(request), version=package.current_version)
        address = client.editor_address(copy.id)
    except service.H5PServiceError as error:
        messages.error(request, error.message)
        return redirect("package", package.pk)
    request.session[COPY.format(package.pk)] = copy.id
    return redirect(address)


@require_POST
def fetch_edited(request: HttpRequest, package_id: int) -> HttpResponse:
    """Takes what was saved in the editor, and has it looked at like an upload."""
    person = trainer_of(request)
    package = get_object_or_404(Package, pk=package_id)
    copy_id = request.session.get(COPY.format(package.pk), "")
    if not copy_id:
        messages.warning(request, "You have no copy of it open in the H5P editor.")
        return redirect("package", package.pk)
    try:
        client = service.client_for(_login(request))
        with editing.changed_package(client, copy_id, name=f"{package.title[:100]}.h5p") as file:
            upload = services.take_file(file=file, by=person, package=package)
    except service.H5PServiceError as error:
        messages.error(request, error.message)
        return redirect("package", package.pk)
    return redirect("package_uploaded", upload.pk)
