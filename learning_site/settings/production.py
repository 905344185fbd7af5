"""Production: everything from the environment; refuses to start on a missing or unsafe value and says which."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import STORAGES as BASE_STORAGES
from .base import database, env
from .evidence_key import key_fault
from .logging import LOGGING
from .origins import origin_faults

_faults: list[str] = []


def _need(name: str, why: str) -> str:
    value: str = env(name, default="")
    if not value:
        _faults.append(f"{name} is not set: {why}")
    return value


SECRET_KEY = _need("SECRET_KEY", "at least 50 random characters, kept secret")
_weak = len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10 or "insecure" in SECRET_KEY or "demo" in SECRET_KEY
if SECRET_KEY and _weak:
    _faults.append("SECRET_KEY is too weak: use at least 50 random characters")
SITE_ORIGIN = _need("SITE_ORIGIN", "the address of the site, such as https://learn.example.org")
CONTENT_ORIGIN = _need("CONTENT_ORIGIN", "a pattern such as https://{package}.content.example")
_faults += origin_faults(SITE_ORIGIN, CONTENT_ORIGIN)
_host = urlsplit(SITE_ORIGIN).hostname or ""
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[_host] if _host else [])
if "*" in ALLOWED_HOSTS:
    _faults.append("ALLOWED_HOSTS must name the hosts; * is refused")
_database_url = _need("DATABASE_URL", "postgres://user:password@host:5432/name")
if _database_url and not _database_url.startswith(("postgres://", "postgresql://", "sqlite:")):
    _faults.append("DATABASE_URL must be a postgres:// address, or a sqlite:// file for a small installation")
_need("CACHE_URL", "a Redis address such as rediscache://host:6379/1, shared by all web processes")
_need("EMAIL_URL", "where mail goes, such as smtp+tls://user:password@host:587")
_h5p_token = env("H5P_SERVICE_TOKEN", default="")
if env("H5P_SERVICE_URL", default="") and (len(_h5p_token) < 32 or "demo" in _h5p_token):
    _faults.append("H5P_SERVICE_TOKEN must be at least 32 random characters, the same as the H5P service's")
EVIDENCE_KEY = _need("EVIDENCE_KEY", "32 random bytes in Base64, kept secret and kept: it signs evidence packs")
if EVIDENCE_KEY and (_fault := key_fault(EVIDENCE_KEY)):
    _faults.append(f"EVIDENCE_KEY {_fault}")
if _faults:
    raise ImproperlyConfigured("Alongside cannot start:\n- " + "\n- ".join(_faults))

DATABASES = {"default": {**database(""), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
WAGTAILADMIN_BASE_URL = SITE_ORIGIN
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours stand before the site: limits by address count the visitor's, not the proxy's, and a visitor
# cannot choose hers by sending X-Forwarded-For herself.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"

LOGGING["handlers"]["console"]["formatter"] = "json"
LOGGING["root"]["level"] = "INFO"

_storage = env("STORAGE_URL", default="")
if _storage.startswith("s3://"):
    _bucket = urlsplit(_storage)
    STORAGES = {
        **BASE_STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": _bucket.netloc,
                "location": _bucket.path.strip("/"),
                "file_overwrite": False,
                "max_memory_size": 8
                * 1024
                * 1024,  # an opened file beyond that lies on disk: packages have hundreds of MB
            },
        },
    }
elif _storage:
    MEDIA_ROOT = _storage.removeprefix("file://")

if SENTRY_DSN := env("SENTRY_DSN", default=""):
    import sentry_sdk

    from learning_site import error_reports

    sentry_sdk.init(dsn=SENTRY_DSN, **error_reports.OPTIONS)
