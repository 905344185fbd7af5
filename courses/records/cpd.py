"""Notes for one's own CPD record, and a peer's sign-off by a link that opens one note and nothing else.

The link's secret is kept as a hash, lasts 30 days, can be withdrawn, and is spent by signing. What the peer signed is
what the peer read: the form carries the fingerprint of the text, and a text changed meanwhile is not signed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.people.models import Person
from courses.people.rules import hash_of

from .errors import RecordsError
from .models import Completion, CpdNote

LINK_LASTS = datetime.timedelta(days=30)
MAX_TEXT = 5_000
MAX_NAME = 200


class SignedOff(RecordsError):
    message = "A colleague has signed this note. Say that you want to drop the sign-off, or leave the note as it is."


class NothingWritten(RecordsError):
    message = "Write what you learned and what you will change first: there is nothing to sign yet."


class TooLong(RecordsError):
    message = f"Keep each part to {MAX_TEXT:,} characters; nothing was saved."


class LinkClosed(RecordsError):
    message = "This link is not open. It may have been used, withdrawn or run out. Ask your colleague for a new one."


class Changed(RecordsError):
    message = "Your colleague has changed the note since you opened it, so nothing was signed. Please read it again."


class OwnNote(RecordsError):
    message = "This is your own note. Send the link to a colleague: a peer's sign-off cannot be your own."


def fingerprint(note: CpdNote) -> str:
    """What the peer reads, in short: changes whenever a word of it does."""
    said = [note.pk, note.learned, note.change, note.discussed_on.isoformat() if note.discussed_on else ""]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _locked(person: Person, completion_id: int) -> CpdNote | None:
    mine = CpdNote.objects.select_for_update().filter(person=person, completion_id=completion_id)
    return mine.first()


@transaction.atomic
def save_note(
    *,
    completion: Completion,
    learned: str,
    change: str,
    discussed_on: datetime.date | None,
    drop_sign_off: bool = False,
) -> CpdNote:
    """Keeps what she wrote about something she completed. A note that a peer has signed changes only together with
    dropping the sign-off (SignedOff otherwise); an open link stays open, and shows the new words."""
    if max(len(learned), len(change)) > MAX_TEXT:
        raise TooLong
    note = _locked(completion.person, completion.pk)
    if note is None:
        note, _ = CpdNote.objects.get_or_create(completion=completion, defaults={"person_id": completion.person_id})
    new: dict[str, Any] = {"learned": learned, "change": change, "discussed_on": discussed_on}
    if all(getattr(note, name) == value for name, value in new.items()):
        return note
    if note.peer_signed_at is not None:
        if not drop_sign_off:
            raise SignedOff
        _unsign(note)
    for name, value in new.items():
        setattr(note, name, value)
    note.save()
    return note


def _unsign(note: CpdNote) -> None:
    note.peer_name = note.peer_role = note.peer_token_hash = ""
    note.peer_signed_at = note.peer_link_expires_at = None


@transaction.atomic
def delete_note(*, person: Person, completion_id: int) -> None:
    """Takes away the note with the sign-off; the completion and its minutes stay."""
    CpdNote.objects.filter(person=person, completion_id=completion_id).delete()


@transaction.atomic
def ask_peer(*, person: Person, completion_id: int, now: datetime.datetime | None = None) -> str:
    """The secret of a new link for a peer; an earlier link of the note closes. NothingWritten, SignedOff."""
    note = _locked(person, completion_id)
    if note is None or not (note.learned.strip() and note.change.strip()):
        raise NothingWritten
    if note.peer_signed_at is not None:
        raise SignedOff
    token = secrets.token_urlsafe(32)
    note.peer_token_hash = hash_of(token)
    note.peer_link_expires_at = (now or timezone.now()) + LINK_LASTS
    note.save()
    return token


@transaction.atomic
def withdraw_link(*, person: Person, completion_id: int) -> None:
    """Closes the link; harmless when none is open. A sign-off given already stays."""
    CpdNote.objects.filter(person=person, completion_id=completion_id, peer_signed_at__isnull=True).update(
        peer_token_hash="", peer_link_expires_at=None
    )


def open_note(token: str, now: datetime.datetime | None = None) -> CpdNote | None:
    """The note that a link opens now, with its completion and her name; None for a link that is used, withdrawn,
    expired or unknown: they answer alike. 1 query."""
    return (
        CpdNote.objects.filter(
            peer_token_hash=hash_of(token), peer_signed_at__isnull=True, peer_link_expires_at__gt=now or timezone.now()
        )
        .select_related("person", "completion__version")
        .defer("completion__version__outline", "completion__snapshot")
        .first()
    )


@transaction.atomic
def sign(
    *, token: str, read: str, name: str, role: str, by: Person | None = None, now: datetime.datetime | None = None
) -> CpdNote:
    """A peer signs the note that `token` opens, once. `read` is the fingerprint of what the peer was shown; `by` is who
    is signed in, if anybody. LinkClosed, Changed, OwnNote."""
    now = now or timezone.now()
    note = CpdNote.objects.select_for_update().filter(peer_token_hash=hash_of(token)).first()
    if note is None or note.peer_signed_at or note.peer_link_expires_at is None or note.peer_link_expires_at <= now:
        raise LinkClosed
    if by is not None and by.pk == note.person_id:
        raise OwnNote
    if read != fingerprint(note):
        raise Changed
    note.peer_name, note.peer_role = name[:MAX_NAME], role[:MAX_NAME]
    note.peer_signed_at = now
    note.peer_token_hash = ""
    note.peer_link_expires_at = None
    note.save()
    return note
