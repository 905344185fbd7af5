"""Where allauth asks us: making a person with each new login."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from .models import Person, User
from .permissions import roles


class AccountAdapter(DefaultAccountAdapter):
    """Makes the Person behind a new login; sends mail in our own look."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        name = " ".join(form.cleaned_data["name"].split())
        user.person = Person.objects.create(name=name, family_name=name.rsplit(" ", 1)[-1])
        return super().save_user(request, user, form, commit)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Notes the roles of today for the header's links, so that no page pays a query for them. A link is only a
        convenience: every view asks `permissions` again."""
        request.session["roles"] = sorted(roles(user))
        return super().post_login(request, user, **kwargs)
