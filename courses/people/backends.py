"""The one way in: allauth's backend, with the person fetched in the same query, because every page shows her name."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class PersonBackend(AuthenticationBackend):
    """A wrong password and an unknown address take the same time (allauth); `person` is joined to the login."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
