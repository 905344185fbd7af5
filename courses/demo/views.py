"""`/demo/mail/`: the mails the demo has sent, to be read in the browser."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

SEPARATOR = b"-" * 79


@dataclass(frozen=True)
class Mail:
    """One sent mail; `id` is its place in the mail folder."""

    id: str
    sent: str
    to: str
    subject: str
    text: str


def mail(request: HttpRequest) -> HttpResponse:
    """The newest hundred mails, newest first."""
    return render(request, "demo/mail.html", {"mails": _mails()[:100]})


def message(request: HttpRequest, mail_id: str) -> HttpResponse:
    """One mail, as text."""
    for found in _mails():
        if found.id == mail_id:
            return render(request, "demo/message.html", {"mail": found})
    raise Http404


def _mails() -> list[Mail]:
    if not settings.DEMO:
        raise Http404
    mails = []
    for path in sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), reverse=True):
        parts = [part.strip() for part in path.read_bytes().split(SEPARATOR) if part.strip()]
        for number, part in reversed(list(enumerate(parts))):
            mails.append(_read(f"{path.stem}-{number}", part))
    return mails


def _read(mail_id: str, raw: bytes) -> Mail:
    parsed = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    body = parsed.get_body(("plain", "html"))
    return Mail(
        id=mail_id,
        sent=str(parsed["Date"] or ""),
        to=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        text=body.get_content() if body else "",
    )
