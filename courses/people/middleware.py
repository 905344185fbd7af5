"""Two gates before the screens of staff: a second factor, and a role of today's for the CMS."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from .permissions import EDITING, MANAGING, roles
from .services import sync_cms_groups

GetResponse = Callable[[HttpRequest], HttpResponseBase]
CMS = "/cms/"
GUARDED = (CMS, "/manage/")
GOING_TO = "after_second_factor"
OPEN_DOORS = ("/cms/login/", "/cms/logout/", "/cms/password_reset/")
"""These lead out of the CMS, to the one sign-in."""


class SecondFactorMiddleware:
    """On /cms/ and /manage/ a person with a role there and without a second factor is led to enrol one.

    She sees why, and a way back to where she was going. Who has no such role goes on to the page's own refusal. One
    query on those paths for who has a second factor, one more for who has none; nothing anywhere else. Demo settings
    are exempt.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not settings.REQUIRE_MFA_FOR_STAFF or not _at(request, GUARDED) or not request.user.is_authenticated:
            return self.get_response(request)
        if is_mfa_enabled(request.user):
            request.session.pop(GOING_TO, None)
            return self.get_response(request)
        if not _staff(request):
            return self.get_response(request)
        enrol = reverse("mfa_index")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": enrol})
        if get_adapter(request).is_ajax(request):
            return JsonResponse({"detail": "Set up two-step sign-in first.", "enrol": enrol}, status=403)
        if request.method in {"GET", "HEAD"}:
            request.session[GOING_TO] = request.get_full_path()
        return HttpResponseRedirect(enrol)


class CmsRoleMiddleware:
    """Opens /cms/ to people who hold a CMS role today; the others get a page that says where to go instead.

    Wagtail itself would send a signed-in learner to the sign-in page, which sends her back: a loop. One query; the
    groups that Wagtail reads are brought up to date when a role began or lapsed since the last request.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _at(request, (CMS,)) or _at(request, OPEN_DOORS) or not request.user.is_authenticated:
            return self.get_response(request)
        held = roles(request.user)
        if request.session.get("roles") != sorted(held):
            request.session["roles"] = sorted(sync_cms_groups(request.user))
        if request.user.is_superuser or held.intersection(EDITING):
            return self.get_response(request)
        return render(request, "account/no_cms.html", {"manages": held.intersection(MANAGING)}, status=403)


def _at(request: HttpRequest, paths: tuple[str, ...]) -> bool:
    return request.path.startswith(paths)


def _staff(request: HttpRequest) -> bool:
    return request.user.is_superuser or not roles(request.user).isdisjoint((*EDITING, *MANAGING))
