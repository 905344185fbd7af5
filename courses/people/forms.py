"""allauth's forms in our look and words, and the forms of joining.

Passwords are typed once, with a button that shows them: a second field makes people choose shorter ones (NCSC, GOV.UK
Design System "Password input").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error as StructError  # noqa: N812 (an exception like the others)
from typing import Any, ClassVar, cast

from allauth.account import app_settings as account_settings
from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

from courses.forms import Form, Renderer

from .models import Role, Unit, User
from .permissions import led_organisations, visible_units
from .rules import name_fault, tidy_name

LABELS = {
    "login": ("E-mail address", ""),
    "email": ("E-mail address", ""),
    "password": ("Password", ""),
    "oldpassword": ("Your current password", ""),
    "password1": ("Password", ""),
    "remember": ("Keep me signed in (not on a computer that others use)", ""),
    "code": ("6-digit code", ""),
}
MISSING = {
    "login": "Enter your e-mail address.",
    "email": "Enter an e-mail address.",
    "password": "Enter your password.",
    "oldpassword": "Enter your current password.",
    "password1": "Choose a password.",
    "code": "Enter the code.",
}
PASSKEY_FAULT = "This passkey could not be checked. Try again, or use another way."
NOT_AN_ADDRESS = "Enter an e-mail address in the right form, such as name@example.org."


def password_hint() -> str:
    """What a password has to be; the demo has no rules but a length."""
    length = 8 if settings.AUTH_PASSWORD_VALIDATORS else account_settings.PASSWORD_MIN_LENGTH
    return f"At least {length} characters. Three words that have nothing to do with each other make a good password."


class Ours(forms.Form):
    """Mixed into allauth's forms: our renderer, labels instead of placeholders, errors that say what to do."""

    default_renderer = Renderer
    words: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words or name in LABELS:
                field.label, field.help_text = self.words.get(name) or LABELS[name]
            if name == "password1":
                field.help_text = password_hint()
            if name in MISSING:
                field.error_messages["required"] = MISSING[name]
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = NOT_AN_ADDRESS
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"
                field.widget.attrs["spellcheck"] = "false"


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


class Passkey(Ours):
    """Mixed into the forms that take the answer of a passkey."""

    credential = PasskeyAnswer()

    def clean_credential(self) -> Any:
        with unusable_passkey():
            return super().clean_credential()  # type: ignore[misc]


class AuthenticatePasskeyForm(Passkey, webauthn.AuthenticateWebAuthnForm):
    """A passkey as the second step."""


class LoginPasskeyForm(Passkey, webauthn.LoginWebAuthnForm):
    """A passkey alone."""


class ReauthenticatePasskeyForm(Passkey, webauthn.ReauthenticateWebAuthnForm):
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
    except (LookupError, TypeError, ValueError, AttributeError, StructError, InvalidSignature) as error:
        raise forms.ValidationError(PASSKEY_FAULT) from error


class EditWebAuthnForm(Ours, webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    words: ClassVar[dict[str, tuple[str, str]]] = {"name": ("Name of this passkey", "")}


def checked_name(typed: str) -> str:
    """The tidied name, or a field error that says what is wrong with it."""
    name = tidy_name(typed)
    if fault := name_fault(name):
        raise forms.ValidationError(fault)
    return name


class InvitationForm(Form):
    """Whom a manager asks to join, and where."""

    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Unit",
        error_messages={
            "required": "Choose the unit they will join.",
            "invalid_choice": "Choose one of the units that you manage.",
        },
    )
    role = forms.ChoiceField(label="They join as", choices=[], widget=forms.RadioSelect)
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text="Give one and we send the link there, and only that address can use it. "
        "Leave it empty to get a link that you pass on yourself; it works for one person.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": NOT_AN_ADDRESS},
    )
    days = forms.IntegerField(
        label="Days until the link runs out",
        min_value=1,
        max_value=60,
        initial=14,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "Enter a number of days, from 1 to 60.",
            "invalid": "Enter a number of days, from 1 to 60.",
            "min_value": "Enter a number of days, from 1 to 60.",
            "max_value": "Enter a number of days, from 1 to 60.",
        },
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = visible_units(user).select_related("organisation")
        self.fields["unit"] = UnitChoice(
            units, label="Unit", error_messages=self.fields["unit"].error_messages, empty_label="Choose a unit"
        )
        roles = [(Role.LEARNER.value, "Learner")]
        if led_organisations(user).exists():
            roles.append((Role.UNIT_MANAGER.value, "Manager of the unit: sees how its people get on"))
        role = cast("forms.ChoiceField", self.fields["role"])
        role.choices, role.initial = roles, Role.LEARNER.value
        if len(roles) == 1:
            role.widget = forms.HiddenInput()


class UnitChoice(forms.ModelChoiceField[Unit]):
    """A unit with its organisation."""

    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.organisation.name}: {obj.name}"
