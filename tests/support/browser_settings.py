"""The demo's settings for the browser tests: static files straight from where they are built."""

from learning_site.settings.demo import *

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SESSION_ENGINE = "django.contrib.sessions.backends.db"
