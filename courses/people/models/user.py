from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from courses.people.rules import family_name_of

from .person import Person


class UserManager(BaseUserManager["User"]):
    """Makes logins; a person is made with the login unless one is given."""

    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", person: Person | None = None, **extra: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        name = name or email.split("@", maxsplit=1)[0]
        user.person = person or Person.objects.create(name=name, family_name=family_name_of(name))
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A login: an e-mail address and a password or passkey. What was learned belongs to its `person`."""

    email = models.EmailField("e-mail address", unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="logins")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message="This e-mail address already has an account.",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def get_full_name(self) -> str:
        return self.person.name

    def get_short_name(self) -> str:
        return self.person.name.split(" ")[0]
