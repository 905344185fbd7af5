"""`manage.py set_up_cms_groups`: gives the CMS groups the permissions of this release. Run after `migrate`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from courses.people.models import User
from courses.people.services import ensure_cms_groups, sync_cms_groups


class Command(BaseCommand):
    """A release may bring new models, whose permissions nobody holds until this has run."""

    help = "Gives the groups of the CMS the permissions of this release, and puts everybody into hers. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_cms_groups()
        logins = 0
        for user in User.objects.select_related("person").iterator(chunk_size=500):
            sync_cms_groups(user)
            logins += 1
        self.stdout.write(f"Groups of the CMS are set; {logins} logins checked.")
