"""A year of the CPD record as tagged PDF. Says what the printed page says."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from courses.content import pdf
from courses.people.models import Person
from courses.records.cpd_years import Piece, Record


def render(person: Person, record: Record) -> bytes:
    """The PDF of one year."""
    now = timezone.localtime()
    heading = f"CPD record, {record.year.number}"
    words = {
        "page": "Page",
        "of": "of",
        "asked": "What Social Work England asks for",
        "asked_rule": "At least two different pieces of CPD a year, one of them with a peer reflection, recorded by "
        "30 November.",
        "learned": "What I learned",
        "change": "What I will change",
        "nothing": "Nothing was completed in this year.",
    }
    data = {
        "title": f"{heading}: {person.name}",
        "description": "Continuing professional development",
        "lang": "en",
        "heading": heading,
        "name": person.name,
        "name_rtl": pdf.is_rtl(person.name),
        "summary": f"{_day(record.year.begins)} to {_day(record.year.ends)}. {record.minutes} minutes, "
        f"modules completed: {len(record.pieces)}.",
        "asked": _asked(record),
        "pieces": [_piece(piece) for piece in record.pieces],
        "footer": f"{settings.SITE_NAME}, made on {_day(now)}",
        "words": words,
    }
    titles = "".join(piece.completion.version.title for piece in record.pieces)
    return pdf.render("cpd", data, display=f"{heading}{titles}{settings.SITE_NAME}{words['asked']}", at=now)


def _asked(record: Record) -> list[str]:
    if not record.year.registration:
        return []
    signed = "one or more" if record.with_peer else "none yet"
    return [f"Modules with a whole reflection: {record.reflected}", f"Signed by a peer: {signed}"]


def _piece(piece: Piece) -> dict[str, Any]:
    done, note = piece.completion, piece.note
    completed = _day(timezone.localtime(done.completed_at))
    facts = f"Completed {completed}, version {done.version.number}, {done.minutes} minutes"
    signed = ""
    if note and note.peer_signed_at:
        signed = f"Signed by {note.peer_name}, {note.peer_role}, on {_day(timezone.localtime(note.peer_signed_at))}"
    return {
        "title": done.version.title,
        "facts": facts if done.score is None else f"{facts}, score {done.score}%",
        "learned": _paragraphs(note.learned if note else ""),
        "change": _paragraphs(note.change if note else ""),
        "discussed": f"Discussed with a colleague on {_day(note.discussed_on)}." if note and note.discussed_on else "",
        "signed": signed,
    }


def _paragraphs(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.splitlines()) if line]


def _day(day: Any) -> str:
    return date_format(day, "j F Y")
