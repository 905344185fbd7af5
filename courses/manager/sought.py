"""The name that somebody types to find a person in a short list."""

from __future__ import annotations

from django.http import HttpRequest


def sought(request: HttpRequest) -> str:
    """What was typed into `q`, trimmed and of a sane length; without the NUL that PostgreSQL keeps in no text."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]
