"""A certificate as tagged PDF. Says what the page says, from the same `document`."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from courses.content import pdf
from courses.content.typography import curly

from . import rules
from .models import Certificate

KNOWLEDGE = "It shows knowledge, not competence at work."


@dataclass(frozen=True)
class Document:
    """What a certificate says, in words, for the page and the PDF alike."""

    number: str
    name: str
    issuer: str
    module: str
    version: int
    facts: list[tuple[str, str]]
    outcomes: list[str]
    assessed: list[dict[str, str]]
    taught: list[dict[str, str]]
    wording_note: str
    signatory: str
    signed_for: str
    verify_url: str
    verify_page: str
    language: str

    @property
    def knowledge(self) -> str:
        """What a certificate of e-learning does not claim (fact pack §5.6)."""
        return KNOWLEDGE


def in_words(certificate: Certificate) -> Document:
    """The document of a certificate read with its holder and completion (queries.held_by). No query."""
    snapshot: dict[str, Any] = certificate.completion.snapshot
    assessed, taught = rules.principle_groups(snapshot)
    until = certificate.valid_until
    facts = [
        ("Issued", _day(timezone.localdate(certificate.issued_at))),
        ("Valid until", _day(until) if until else "No end date"),
        ("CPD", f"{snapshot['minutes']} minutes"),
    ]
    if snapshot["score"] is not None:
        facts.insert(2, ("Score", f"{snapshot['score']}% (pass mark {snapshot['pass_mark']}%)"))
    title, issuer = certificate.signatory_title, certificate.issuer
    return Document(
        number=certificate.number,
        name=certificate.holder.name,
        issuer=issuer,
        module=curly(snapshot["title"]),
        version=snapshot["version"],
        facts=facts,
        outcomes=[curly(outcome) for outcome in snapshot["outcomes"]],
        assessed=_typeset(assessed),
        taught=_typeset(taught),
        wording_note=snapshot["wording_note"],
        signatory=certificate.holder.signatory_name,
        signed_for=f"{title}, {issuer}" if title else issuer,
        verify_url=f"{settings.SITE_ORIGIN}{reverse('verify_number', args=[certificate.number])}",
        verify_page=f"{urlsplit(settings.SITE_ORIGIN).netloc}{reverse('verify').rstrip('/')}",
        language=snapshot["language"],
    )


def _typeset(principles: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"title": curly(row["title"]), "summary": curly(row["summary"])} for row in principles]


def _day(day: Any) -> str:
    return date_format(day, "j F Y")


def _name_size(name: str) -> int:
    """Points: a name of 200 letters is set smaller, so that it does not push the rest to a second page."""
    return next(size for longest, size in ((34, 25), (60, 20), (110, 16), (10_000, 13)) if len(name) <= longest)


def qr_code(address: str) -> str:
    """A QR code of `address` as SVG in the look's own dark, which every reader takes for black."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=1, dark="#2e1747", light="#ffffff"
    )
    return out.getvalue().decode()


def render(certificate: Certificate, *, public: bool) -> bytes:
    """The PDF. The same certificate with the same name gives the same bytes. `public`: anyone may check it today."""
    document = in_words(certificate)
    heading = "Certificate of completion"
    words = {
        "page": "Page",
        "of": "of",
        "number": "Certificate number",
        "completed": "completed",
        "version": f"version {document.version}",
        "outcomes": "What it covers",
        "principles": "Common core principles for working with carers",
        "assessed": "Taught and assessed",
        "taught": "Taught",
        "signed": "Signed by",
        "check": "How to check it",
        "check_before": "Anyone can check this certificate at"
        if public
        else "Its holder can allow others to check this certificate at",
        "check_after": "with the number",
        "knowledge": KNOWLEDGE,
        "qr_alt": f"QR code of the page that checks this certificate: {document.verify_url}",
    }
    data = {
        "title": f"{heading}: {document.module}",
        "description": f"Certificate number {document.number}",
        "lang": document.language.split("-", maxsplit=1)[0],
        "author": document.issuer,
        "heading": heading,
        "number": document.number,
        "name": document.name,
        "name_rtl": pdf.is_rtl(document.name),
        "name_size": _name_size(document.name),
        "issuer": document.issuer,
        "module": document.module,
        "facts": [{"label": label, "value": value} for label, value in document.facts],
        "outcomes": document.outcomes,
        "assessed": document.assessed,
        "taught": document.taught,
        "wording_note": document.wording_note,
        "signatory": document.signatory,
        "signed_for": document.signed_for,
        "verify_url": document.verify_url,
        "verify_words": document.verify_page,
        "words": words,
    }
    display = " ".join([heading, document.name, document.signatory, settings.SITE_NAME, *words.values()])
    return pdf.render(
        "certificate", data, display=display, at=certificate.issued_at, drawings={"qr": qr_code(document.verify_url)}
    )
