"""Settings of the tests: quick hashing, tasks run at once, mail kept in memory. The database is DATABASE_URL's."""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path

from .base import *
from .base import INSTALLED_APPS as BASE_APPS
from .base import database, env

# mypy reads these settings and leaves without tidying up, so it gets no folder.
_scratch = None if "mypy" in sys.modules else tempfile.TemporaryDirectory(prefix="alongside-test-")
SCRATCH = Path(_scratch.name if _scratch else tempfile.gettempdir())
"""A folder of this process alone; removed when it ends."""

SECRET_KEY = "test-only-" + "not-a-secret-" * 4
EVIDENCE_KEY = base64.b64encode(b"test-only-key-of-thirty-two-byte").decode()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver", ".localhost"]
INSTALLED_APPS = ["tests.support", "courses.demo", *BASE_APPS]
DATABASES = {"default": database(f"sqlite:///{SCRATCH / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of a test (two tabs, a live server) then queue for it as they do in the demo.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
elif TEMPLATE := env("TEST_TEMPLATE", default=""):
    DATABASES["default"]["TEST"] = {"TEMPLATE": TEMPLATE}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "tests.support.tasks.AtOnce"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MEDIA_ROOT = SCRATCH / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
ACCOUNT_RATE_LIMITS = False
REQUIRE_MFA_FOR_STAFF = False
