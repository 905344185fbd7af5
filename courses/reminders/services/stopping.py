"""Not wanting mail that is not required: by a signed link in the mail itself, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from courses.people.models import Person
from courses.reminders.models import MailChoice

SALT = "reminders.stop"
KINDS = ("optional", "digest")


def stop_link(person: Person, kind: str) -> str:
    """A link that stops one kind of mail to one person, and does nothing else."""
    token = signing.dumps([str(person.public_id), kind], salt=SALT)
    return f"{settings.SITE_ORIGIN}{reverse('reminders-stop', args=[token])}"


def read_link(token: str) -> tuple[Person, str] | None:
    """Whom and what a link is about; None when it is not one of ours."""
    try:
        public_id, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = Person.objects.filter(public_id=public_id).first()
    return (person, kind) if person and kind in KINDS else None


def stop(*, person: Person, kind: str, wanted: bool = False) -> None:
    """Stops one kind of mail, or takes it up again. Again is the same."""
    MailChoice.objects.update_or_create(person=person, defaults={kind: wanted})
