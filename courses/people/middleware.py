"""Sends people with a CMS or manager role to enrol a second factor before they reach those screens."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

GUARDED = ("/cms/", "/manage/")


class SecondFactorMiddleware:
    """On /cms/ and /manage/ a signed-in person without a second factor is led to enrol one (demo settings exempt)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.REQUIRE_MFA_FOR_STAFF and request.path.startswith(GUARDED) and request.user.is_authenticated:
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(request.user):
                return redirect("mfa_index")
        return self.get_response(request)
