"""Versions of packages, as every call needs them."""

from __future__ import annotations

from django.core.cache import cache

from courses.content.models import PackageVersion

KEPT_SECONDS = 60 * 60


def package_version(pk: int) -> PackageVersion | None:
    """A version with its package. It never changes, so it is kept; 1 query when it is not kept yet."""
    key = f"package-version:{pk}"
    version: PackageVersion | None = cache.get(key)
    if version is None:
        version = PackageVersion.objects.select_related("package").filter(pk=pk).first()
        if version is not None:
            cache.set(key, version, KEPT_SECONDS)
    return version
