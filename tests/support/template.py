"""A migrated SQLite database kept between runs, because migrating Wagtail takes far longer than most tests.

It is named after a hash of everything that decides what migrating makes, so that it can never be out of date; on
PostgreSQL the same is done by `TEST_TEMPLATE`, a database that `make test` migrates once and each worker copies.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connections

KEPT_IN = settings.BASE_DIR / "build" / "test-templates"


def _file() -> Path:
    facts = hashlib.sha256()
    root = settings.BASE_DIR
    sources = [
        root / "requirements.txt",
        root / "courses" / "append_only.py",
        root / "learning_site" / "settings" / "base.py",
        *sorted(root.glob("courses/**/migrations/*.py")),
    ]
    for source in sources:
        facts.update(source.read_bytes())
    return Path(KEPT_IN / f"{facts.hexdigest()[:24]}.sqlite3")


def _test_database() -> Path | None:
    connection = connections["default"]
    return Path(connection.settings_dict["TEST"]["NAME"]) if connection.vendor == "sqlite" else None


def put() -> None:
    """Copies the template to where the test database is expected; does nothing when there is none."""
    target, template = _test_database(), _file()
    if target and template.exists():
        shutil.copy(template, target)


def keep() -> None:
    """Keeps the test database, just migrated, as the template of later runs, and throws older templates away."""
    source, template = _test_database(), _file()
    if source is None or template.exists():
        return
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    draft = template.with_suffix(f".{os.getpid()}")
    original = sqlite3.connect(source)
    original.create_function("alongside_rewriting", 0, lambda: 0)
    original.execute("VACUUM INTO ?", (str(draft),))
    original.close()
    for old in KEPT_IN.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft.replace(template)
