"""The demo on one's own machine: SQLite, local files, no second factor asked, mail kept in a folder and shown."""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from .base import *
from .base import BASE_DIR, database, env
from .base import INSTALLED_APPS as BASE_APPS

DEMO = True
INSTALLED_APPS = ["courses.demo", *BASE_APPS]
REQUIRE_MFA_FOR_STAFF = False
PORT = int(os.environ.get("PORT") or 8000)
# SURFACE: default is the database in .demo/ and uploads in media/; DEMO_DATA= keeps everything in one folder.
DEMO_DATA = Path(os.environ.get("DEMO_DATA") or BASE_DIR / ".demo")
MEDIA_ROOT = DEMO_DATA / "media" if os.environ.get("DEMO_DATA") else BASE_DIR / "media"

SECRET_KEY = "demo-only-" + "not-a-secret-" * 4
EVIDENCE_KEY = base64.b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()
SITE_ORIGIN = f"http://localhost:{PORT}"
CONTENT_ORIGIN = f"http://{{package}}.localhost:{PORT}"
# `make demo` gives a free port and a secret of its own; these are those of `make h5p-service` started beside it.
H5P_SERVICE_URL = env("H5P_SERVICE_URL", default=f"http://127.0.0.1:{PORT + 1000}")
H5P_SERVICE_TOKEN = env("H5P_SERVICE_TOKEN", default="demo-only-" + "not-a-secret-" * 4)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", ".localhost"]
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
WAGTAILADMIN_BASE_URL = SITE_ORIGIN
DATABASES = {"default": database(f"sqlite:///{DEMO_DATA / 'db.sqlite3'}")}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DEMO_DATA / "mail"
DEFAULT_FROM_EMAIL = "Alongside demo <no-reply@example.org>"
# The demo's passwords are public: do not lock a visitor out of them.
ACCOUNT_RATE_LIMITS = {"login_failed": "100/m/ip"}
AUTH_PASSWORD_VALIDATORS = []
