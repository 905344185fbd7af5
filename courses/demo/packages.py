"""The interactive packages of the demo: ours, built from `h5p/` and `material/packages/`, brought in as uploads are."""

from __future__ import annotations

import io
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from courses.content.loading.blocks import stored_package
from courses.content.material import MaterialError
from courses.content.models import Package

FOLDERS = ("h5p", "scorm")


def demo_package(name: str) -> Package:
    """The package with this name; imported from its built file, with its libraries approved, when it is not here."""
    try:
        return stored_package(name)
    except MaterialError:
        found = [path for folder in FOLDERS for path in (Path(settings.BASE_DIR) / "build" / folder).glob(f"{name}.*")]
        if not found:
            raise CommandError(f"The package {name} was not built. Run: make setup") from None
        call_command("import_package", str(found[0]), approve_libraries=True, verbosity=0, stdout=io.StringIO())
        return stored_package(name)
