"""allauth's forms of the second step: codes and passkeys."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms

from .ours import Ours

PASSKEY_FAULT = "This passkey could not be checked. Try again, or use another way."


class AuthenticateForm(Ours, mfa.AuthenticateForm):
    """The second step of signing in."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"code": ("Code", "From your authenticator app, or a recovery code.")}


class ReauthenticateCodeForm(Ours, mfa.ReauthenticateForm):
    """A code once more, before something sensitive."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"code": ("Code", "From your authenticator app, or a recovery code.")}


class ActivateTOTPForm(Ours, AllauthActivateTOTPForm):
    """The first code of a new authenticator app."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"code": ("6-digit code", "The code that the app shows now.")}


class PasskeyAnswer(forms.JSONField):
    """What a browser says for a passkey. JSON nested without end, or with a number of thousands of digits, is none."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(PASSKEY_FAULT) from error


class AddWebAuthnForm(Ours, webauthn.AddWebAuthnForm):
    """A new passkey and its name."""

    credential = PasskeyAnswer()
    words: ClassVar[dict[str, tuple[str, str]]] = {
        "name": ("Name of this passkey", "So that you can tell it from others: “my phone”, “blue key”."),
        "passwordless": (
            "Let me sign in with this passkey alone, without my password",
            "Your device then checks that it is you, by your finger, face or PIN.",
        ),
    }

    def clean(self) -> Any:
        with unusable_passkey():
            return super().clean()


class AuthenticatePasskeyForm(Ours, webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step."""

    credential = PasskeyAnswer()

    def clean_credential(self) -> Any:
        with unusable_passkey():
            return super().clean_credential()


class LoginPasskeyForm(AuthenticatePasskeyForm, webauthn.LoginWebAuthnForm):
    """A passkey alone."""


class ReauthenticatePasskeyForm(AuthenticatePasskeyForm, webauthn.ReauthenticateWebAuthnForm):
    """A passkey once more, before something sensitive."""


@contextmanager
def unusable_passkey() -> Iterator[None]:
    """Whatever a browser, or somebody posing as one, sends in place of a passkey's answer is an error of the form.

    The library that reads it lets odd shapes through as KeyError and the like; they would be server errors.
    """
    try:
        yield
    except forms.ValidationError as error:
        if getattr(error, "code", "") != "incorrect_code":
            raise
        raise forms.ValidationError(PASSKEY_FAULT) from error
    except (LookupError, TypeError, ValueError, AttributeError, struct.error, InvalidSignature) as error:
        raise forms.ValidationError(PASSKEY_FAULT) from error


class EditWebAuthnForm(Ours, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"name": ("Name of this passkey", "")}
