from __future__ import annotations

from django import forms
from django.http import HttpRequest

from .models import User


class SignupNameForm(forms.Form):
    """What allauth's sign-up asks beside e-mail and password: the name for certificates."""

    name = forms.CharField(
        label="Your full name", max_length=200, help_text="As you want it on your certificates. You can change it later.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth after the login is saved; the name itself is set by the adapter."""
