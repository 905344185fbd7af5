"""Run by test_import_memory.py: checks and stores a package, and prints how much memory and time that took.

A process of its own, because what a process has had at most (VmHWM) never goes down again; and tables of its own, for
nothing but those of packages is needed. (ru_maxrss will not do: it begins with what the parent process had.)
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main(path: Path, folder: Path) -> None:
    """Imports `path` with everything kept in `folder`; where an upload stands there, goes on with that."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "learning_site.settings.test"
    os.environ["DATABASE_URL"] = f"sqlite:///{folder / 'db.sqlite3'}"
    django.setup()
    from django.core.files.base import File
    from django.db import connection
    from django.test.utils import override_settings
    from django.utils import timezone

    from courses.content.models import Library, Package, PackageUpload, PackageVersion
    from courses.interop.uploads import importing
    from courses.people.models import Person

    if not connection.introspection.table_names():
        with connection.schema_editor() as editor:
            for model in (Person, Package, PackageVersion, Library, PackageUpload):
                editor.create_model(model)
    writes: list[str] = []

    def noted(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            writes.append(sql)
        return execute(sql, *rest)

    with override_settings(MEDIA_ROOT=folder / "media"), connection.execute_wrapper(noted):
        upload = PackageUpload.objects.first()
        if upload is None:
            with path.open("rb") as file:
                upload = PackageUpload.objects.create(
                    file=File(file, name=path.name), source_name=path.name, uploaded_at=timezone.now()
                )
        before, began = _most_memory(), time.monotonic()
        importing.check(upload.pk)
        checked = time.monotonic()
        version = importing.store(upload.pk, None, approve=True)
        stored = time.monotonic()
        upload.refresh_from_db()
    facts = {
        "versions": PackageVersion.objects.count(),
        "status": upload.status,
        "faults": upload.faults,
        "bytes": version.size if version else 0,
        "before_mb": round(before, 1),
        "extra_mb": round(_most_memory() - before, 1),
        "check_seconds": round(checked - began, 1),
        "store_seconds": round(stored - checked, 1),
        "updates": len(writes),
    }
    print(json.dumps(facts))


def _most_memory() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
