"""What she completed, for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone

from courses.credentials.models import Certificate
from courses.people.models import Person
from courses.records import learning


def completions_table(person: Person) -> Iterator[list[object]]:
    """What she completed, for a spreadsheet; newest first."""
    yield ["Module", "Version", "Completed", "Valid until", "Score (%)", "Minutes", "Certificate", "Revoked", "Issuer"]
    found = learning.completions(person).select_related("version", "certificate__revocation")
    for one in found.iterator(chunk_size=500):
        certificate: Certificate | None = getattr(one, "certificate", None)
        revoked = certificate is not None and hasattr(certificate, "revocation")
        yield [
            one.version.title, one.version.number, timezone.localdate(one.completed_at), one.valid_until, one.score,
            one.minutes, certificate.number if certificate else "", "yes" if revoked else "no",
            certificate.issuer if certificate else "",
        ]  # fmt: skip
