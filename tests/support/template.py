"""A migrated SQLite database kept between runs, because migrating Wagtail takes far longer than most tests.

It is named after a hash of everything that decides what migrating makes, so that it can never be out of date. Whoever
needs it first makes it, in a process of its own, and everybody else waits: `make test` does it beside the checks of the
text. On PostgreSQL the same is done by `TEST_TEMPLATE`, a database that is migrated once and copied by each worker.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parents[2]
KEPT_IN = ROOT / "build" / "test-templates"


def _file() -> Path:
    facts = hashlib.sha256()
    sources = [
        ROOT / "requirements.txt",
        ROOT / "courses" / "append_only.py",
        ROOT / "learning_site" / "settings" / "base.py",
        *sorted(ROOT.glob("courses/**/migrations/*.py")),
    ]
    for source in sources:
        facts.update(source.read_bytes())
    return KEPT_IN / f"{facts.hexdigest()[:24]}.sqlite3"


def copy_to(target: Path) -> None:
    """A migrated database in a new file."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with (KEPT_IN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = _file()
        if not template.exists():
            subprocess.run([sys.executable, "-m", "tests.support.template"], cwd=ROOT, check=True, env=_environment())
        shutil.copyfile(template, target)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_TEMPLATE"}}
    return {**kept, "DJANGO_SETTINGS_MODULE": "learning_site.settings.test"}


def put() -> None:
    """Copies the template to where pytest-django expects the test database; on PostgreSQL there is nothing to do."""
    if connections["default"].vendor == "sqlite":
        copy_to(Path(connections["default"].settings_dict["TEST"]["NAME"]))


def _make() -> None:
    """Migrates an empty database and keeps it as the template, in the place of older ones."""
    import django
    from django.core.management import call_command

    template = _file()
    if template.exists():
        return
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0)
    connections.close_all()
    draft = template.with_suffix(f".{os.getpid()}")
    migrated = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    migrated.create_function("alongside_rewriting", 0, lambda: 0)
    migrated.execute("VACUUM INTO ?", (str(draft),))
    migrated.close()
    for old in KEPT_IN.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft.replace(template)


if __name__ == "__main__":
    _make()
