"""What our forms of signing in and joining have in common.

Passwords are typed once, with a button that shows them: a second field makes people choose shorter ones (NCSC, GOV.UK
Design System "Password input").
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import app_settings as account_settings
from django import forms
from django.conf import settings

from courses.forms import Renderer
from courses.people.rules import name_fault, tidy_name

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


def checked_name(typed: str) -> str:
    """The tidied name, or a field error that says what is wrong with it."""
    name = tidy_name(typed)
    if fault := name_fault(name):
        raise forms.ValidationError(fault)
    return name
