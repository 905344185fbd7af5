"""The request of somebody who is signed in, for views behind `login_required`."""

from __future__ import annotations

from django.http import HttpRequest

from .models import User


class SignedInRequest(HttpRequest):
    """Says to the type checker what `login_required` has made sure of."""

    user: User
