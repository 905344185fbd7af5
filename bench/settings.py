"""Ours and the floor under measurement: production's middleware, a SQLite file, cached templates, no debugging."""

import os
from pathlib import Path

from learning_site.settings.base import *
from learning_site.settings.base import database

SECRET_KEY = "bench-only-" + "not-a-secret-" * 4
ALLOWED_HOSTS = ["testserver", "localhost"]
ROOT_URLCONF = "bench.urls"
WORK = Path(os.environ["BENCH_WORK"])
DATABASES = {"default": database(f"sqlite:///{WORK / 'ours.sqlite3'}")}
MEDIA_ROOT = WORK / "media"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
REQUIRE_MFA_FOR_STAFF = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
