"""Where allauth asks us: the person behind a new login, where to go next, and our own words for what went wrong."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from .models import User
from .queries import offers
from .services import create_person, sync_cms_groups


class AccountAdapter(DefaultAccountAdapter):
    """Makes the Person behind a new login, notes her roles at sign-in, and lets nobody be sent to another site."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Write to us if you want to use it again.",
        "duplicate_email": "You use this address already.",
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "email_taken": "This address cannot be used. Try another one.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This code is not right. Codes change every 30 seconds: type the newest one.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link has been used or is too old.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
        "too_many_login_attempts": "Too many tries. Wait 5 minutes, then try again, or set a new password.",
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """One transaction: no person without a login is left behind when the address was taken a moment before."""
        with transaction.atomic():
            user.person = create_person(name=form.cleaned_data["name"])
            saved: User = super().save_user(request, user, form, commit)
        return saved

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Roles are kept in the session for the links of the header; every view still asks `permissions` itself."""
        request.session["roles"] = sorted(sync_cms_groups(user))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def is_safe_url(self, url: str) -> bool:
        """Only this very host. allauth would follow ALLOWED_HOSTS too, where hosts of packages may be (DESIGN §5)."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """After the first sign-in: to the offer of her organisation when there is one, else to her learning."""
        if request.user.is_authenticated and offers(request.user):
            return reverse("people_organisations")
        url: str = super().get_signup_redirect_url(request)
        return url

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Keeps where she was going (an invitation, a lesson): the mail may be opened in another browser."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        going_to = get_next_redirect_url(request)
        return f"{url}?{urlencode({'next': going_to})}" if going_to else url

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(
            template_prefix, email, {"site_name": settings.SITE_NAME, "site_origin": settings.SITE_ORIGIN, **context}
        )


class MFAAdapter(DefaultMFAAdapter):
    """Our name and words in what phones and browsers show about passkeys and codes."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": "Confirm your e-mail address first: open the link in the mail we sent you.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 (allauth's name)
        """Prefills the name of a new passkey."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def _get_site_name(self) -> str:
        return settings.SITE_NAME
