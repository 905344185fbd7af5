"""What every situation shares. Values that differ between installations come from the environment (operator guide)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from .accounts import *
from .logging import *

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="")
SITE_ORIGIN = env("SITE_ORIGIN", default="http://localhost:8000")
CONTENT_ORIGIN = env("CONTENT_ORIGIN", default="http://{package}.localhost:8000")
LAUNCH_SECONDS = 1200
"""How long the token of an opened package is good for; the page around the package renews it."""
H5P_SERVICE_URL = env("H5P_SERVICE_URL", default="")
"""Where the optional H5P authoring service answers, for this site and for trainers' browsers; empty: there is none."""
H5P_SERVICE_TOKEN = env("H5P_SERVICE_TOKEN", default="")
"""The secret shared with it, at least 32 characters."""
EVIDENCE_KEY = env("EVIDENCE_KEY", default="")
"""32 random bytes in Base64: evidence packs are signed with it (`courses.credentials.signing`)."""
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
SITE_NAME = "Alongside"
DEMO = False
"""True only in the demo: demo passwords shown, mail readable in the browser, no enforced second factor."""
REQUIRE_MFA_FOR_STAFF = True
"""People with a CMS or manager role must enrol a second factor before they reach those screens."""

INSTALLED_APPS = [
    "courses.people",
    "courses.content",
    "courses.records",
    "courses.credentials",
    "courses.interop",
    "courses.reminders",
    "courses.privacy",
    "courses.learner",
    "courses.trainer",
    "courses.manager",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtailmedia",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "courses.trainer.users_app.CmsUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "learning_site.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "learning_site.middleware.PrivatePagesMiddleware",
    "learning_site.middleware.UnusableMiddleware",
    # Pages are text: a lesson is 29 kB plain and 8 kB so. Tokens are masked anew in every page (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "learning_site.middleware.ContentPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "courses.people.middleware.SecondFactorMiddleware",
    "courses.people.middleware.CmsRoleMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "learning_site.urls"
WSGI_APPLICATION = "learning_site.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "courses.learner.context.site",
            ],
            "builtins": ["courses.learner.templatetags.alongside"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
    ),
}


POSTGRES_OPTIONS = "-c jit=off -c work_mem=16MB -c random_page_cost=1.1"
"""Compiling the long statement of states takes longer than running it, and 4 MB make it sort on disk. The third is what
reading by an index costs on anything but a turning disk; PostgreSQL takes for granted that there is one."""


def database(default: str) -> dict[str, Any]:
    """DATABASE_URL as Django settings; SQLite gets WAL and immediate transactions (ADR 0004), PostgreSQL a pool."""
    config: dict[str, Any] = dict(env.db("DATABASE_URL", default=default))
    if config["ENGINE"].endswith("sqlite3"):
        config["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        config["OPTIONS"] = {"options": POSTGRES_OPTIONS}
    return config


DATABASES = {"default": database(f"sqlite:///{BASE_DIR / '.demo' / 'db.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "courses.learner.views.errors.csrf_failure"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

MFA_TOTP_ISSUER = SITE_NAME

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [BASE_DIR / "build" / "assets"]
PACKAGES_ARE_TOLD_NAMES = env.bool("PACKAGES_ARE_TOLD_NAMES", default=False)
"""Whether a package learns the learner's name (SCORM's student_name). By default it is told “Learner”."""
PLAYER_FILES = BASE_DIR / "build" / "player"
"""The programs that play packages; served on the packages' origins only."""
PDF_FONTS = BASE_DIR / "build" / "fonts"
PDF_TEMPLATES = BASE_DIR / "templates" / "pdf"
MEDIA_URL = "/media/"
MEDIA_ROOT = BASE_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60 * 60 * 24 * 365

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Alongside <no-reply@localhost>")

WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = SITE_ORIGIN
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILMEDIA = {
    "MEDIA_MODEL": "content.LessonMedia",
    "MEDIA_FORM_BASE": "courses.trainer.forms.MediaForm",
    "AUDIO_EXTENSIONS": ["m4a", "mp3", "ogg", "wav"],
    "VIDEO_EXTENSIONS": ["mp4", "webm"],
}
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.trainer.forms.ImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "courses.trainer.forms.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.content.approval.publish_approved"

X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "frame-src": [NONE],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CMS_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "media-src": [SELF, "blob:"],
    "frame-src": [SELF],
    "worker-src": [SELF, "blob:"],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [SELF],
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("camera", "microphone", "geolocation", "payment", "usb", "accelerometer", "gyroscope", "magnetometer")
}

DJANGO_TABLES2_TEMPLATE = "components/table.html"
