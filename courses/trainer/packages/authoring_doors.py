"""Which ways of editing a package its page offers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from courses.content.models import Package, PackageKind
from courses.interop.h5p import authoring, service

COPY = "h5p-copy:{}"
"""Where the session keeps which working copy of a package is open in the editor."""


def doors(request: HttpRequest, package: Package) -> dict[str, Any]:
    """What the template asks. When the service is away, only its own button is."""
    version = package.current_version
    is_h5p = version is not None and version.kind == PackageKind.H5P
    return {
        "is_h5p": is_h5p,
        "has_form": bool(is_h5p and version and authoring.library_of(version)),
        "set_up": service.is_set_up(),
        "has_editor": bool(is_h5p and has_editor()),
        "copy_open": COPY.format(package.pk) in request.session,
    }


def has_editor() -> bool:
    """Whether the visual editor can be opened: a service that answers, with the editor's files."""
    if not service.is_set_up():
        return False
    try:
        return service.H5PServiceClient(who="site").health().editor
    except service.H5PServiceError:
        return False
