"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The name of the site and whether this is the demo."""
    return {"site_name": settings.SITE_NAME, "demo": settings.DEMO, "site_origin": settings.SITE_ORIGIN}
