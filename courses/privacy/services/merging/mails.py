from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


def mail(address: str, subject: str, template: str, context: dict[str, Any]) -> None:
    """One mail of this app's. The subject names nobody: others may see a screen."""
    context = {**context, "address": address, "site_name": settings.SITE_NAME, "site_origin": settings.SITE_ORIGIN}
    letter = EmailMultiAlternatives(
        subject=f"{subject} on {settings.SITE_NAME}",
        body=render_to_string(f"emails/merging/{template}.txt", context),
        to=[address],
    )
    letter.attach_alternative(render_to_string(f"emails/merging/{template}.html", context), "text/html")
    letter.send()
