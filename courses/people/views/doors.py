"""Wagtail's own doors, all leading to the one sign-in: another way in would be a way round the second factor."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account as wagtail_account


def _to(name: str, request: HttpRequest) -> HttpResponse:
    going_to = request.GET.get("next") or request.POST.get("next")
    query = f"?{urlencode({'next': going_to})}" if going_to else ""
    return HttpResponseRedirect(f"{reverse(name)}{query}")


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """A posted password is not looked at. allauth checks that `next` stays on this site."""
    return _to("account_login", request)


@never_cache
def reset_password(request: HttpRequest, rest: str = "") -> HttpResponse:
    return _to("account_reset_password", request)


@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """The CMS posts here: 307 hands the post, with its token, on to allauth, which also ends the listed session."""
    if request.method == "POST":
        return HttpResponseRedirect(reverse("account_logout"), preserve_request=True)
    return HttpResponseRedirect(reverse("account_logout"))


class CmsAccountView(wagtail_account.AccountView):
    """The CMS's own settings of a person: picture, notices, theme. Name, e-mail and password have one place: ours."""

    def get_panels(self) -> list[Any]:
        elsewhere = (wagtail_account.NameEmailSettingsPanel, wagtail_account.ChangePasswordPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, elsewhere)]

    def get_menu_items(self) -> list[Any]:
        return [
            {"url": reverse("people_account"), "label": "Name, e-mail, password and two-step sign-in", "icon": "user"},
            *super().get_menu_items(),
        ]


cms_account = never_cache(require_admin_access(CmsAccountView.as_view()))
