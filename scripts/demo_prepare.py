"""The part of `make demo` that needs Django: database, content, static files. One process, because starting Django
takes longer than most of what is done here."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import django


def main() -> int:
    """Brings everything up to date; keeps whatever people did in the demo before."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.base import CommandError

    try:
        for folder in (settings.DATABASES["default"]["NAME"], settings.EMAIL_FILE_PATH):
            Path(folder).parent.mkdir(parents=True, exist_ok=True)
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        _migrate()
        call_command("load_demo", stdout=_Indented())  # sets the port of the Wagtail Site too
        call_command("requeue_tasks", "--all", stdout=_Quiet())
        _collect_static()
    except CommandError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


class _Indented:
    def write(self, text: str) -> None:
        for line in text.splitlines():
            if line.strip():
                print(f"        {line}", flush=True)

    def flush(self) -> None: ...


class _Quiet(_Indented):
    def write(self, text: str) -> None: ...


def _migrate() -> None:
    """Migrates when something is pending; says so, because the first time takes a while."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from courses.append_only import missing_triggers

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        print(f"        {len(plan)} database changes …", flush=True)
    if plan or missing_triggers():
        call_command("migrate", verbosity=0, interactive=False)


def _collect_static() -> None:
    """collectstatic, when a static file changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    facts = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            stat = Path(storage.path(path)).stat()
            facts.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT).parent / ".static"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text() == facts.hexdigest():
        return
    print("        static files …", flush=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(facts.hexdigest())


if __name__ == "__main__":
    sys.exit(main())
