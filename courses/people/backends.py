"""Signs in with the person fetched in the same query: every page shows her name."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.backends import ModelBackend

from .models import User


class PersonBackend(ModelBackend):
    """Django's own backend, with `person` joined to the login."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(cast("User", user)) else None
