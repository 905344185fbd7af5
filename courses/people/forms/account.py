"""allauth's forms of an account: signing up and in, the address, the password."""

from __future__ import annotations

from typing import ClassVar

from allauth.account import forms as account
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from courses.people.models import User

from .ours import Ours, checked_name


class SignupForm(Ours, account.SignupForm):
    """Three things: the name for certificates, the address, a password."""

    name = forms.CharField(
        label="Your full name",
        help_text="As you want it on your certificates. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name."},
    )
    field_order = ("name", "email", "password1")
    words: ClassVar[dict[str, tuple[str, str]]] = {
        "name": ("Your full name", "As you want it on your certificates. You can change it later."),
        "email": (
            "E-mail address",
            "It need not be a work address. We send a link there to make sure that it is yours.",
        ),
    }

    account_already_exists: bool

    def clean_name(self) -> str:
        return checked_name(self.cleaned_data["name"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Known and unknown addresses get the same answer, in the same time, even when two arrive at once."""
        saved: tuple[User | None, HttpResponse | None]
        if not self.account_already_exists:
            try:
                saved = super().try_save(request)
            except IntegrityError:
                self.account_already_exists = True
            else:
                return saved
        make_password(self.cleaned_data["password1"])
        saved = super().try_save(request)
        return saved


class LoginForm(Ours, account.LoginForm):
    """Address and password."""


class AddEmailForm(Ours, account.AddEmailForm):
    """The address to change to."""

    words: ClassVar[dict[str, tuple[str, str]]] = {
        "email": ("New e-mail address", "We send a link to it. Your address changes when you open that link."),
    }


class ChangePasswordForm(Ours, account.ChangePasswordForm):
    """The old password and the new one."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"password1": ("Your new password", "")}


class SetPasswordForm(Ours, account.SetPasswordForm):
    """The first password of somebody who signed in without one."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"password1": ("Your new password", "")}


class ResetPasswordForm(Ours, account.ResetPasswordForm):
    """Where to send the link."""


class ResetPasswordKeyForm(Ours, account.ResetPasswordKeyForm):
    """The new password, reached by the link."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"password1": ("Your new password", "")}


class ReauthenticateForm(Ours, account.ReauthenticateForm):
    """The password once more, before something sensitive."""
