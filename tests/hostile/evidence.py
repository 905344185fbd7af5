"""A finished pack and a share of it, written straight into the tables: what the addresses of evidence need."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from courses.manager.models import EvidencePack, EvidenceShare
from courses.people.models import Person, Unit
from courses.people.rules import hash_of

TOKEN = "a-link-that-was-mailed"


def evidence_parts(person: Person, unit: Unit) -> dict[str, Any]:
    """`person`'s pack of `unit`, which she shared with somebody outside."""
    today, content = timezone.localdate(), io.BytesIO()
    with zipfile.ZipFile(content, "w") as pack:
        pack.writestr("index.html", "<p>Evidence</p>")
    made = EvidencePack.objects.create(
        organisation=unit.organisation,
        by=person,
        as_at=today,
        unit=unit,
        made_at=timezone.now(),
        kept_until=today + datetime.timedelta(days=30),
        file=ContentFile(content.getvalue(), name="pack.zip"),
    )
    made.units.add(unit)
    share = EvidenceShare.objects.create(
        pack=made, by=person, name="Ida Marsh", body="Inspectorate", email="ida@inspectorate.example",
        purpose="Inspection", ends_on=today, token_hash=hash_of(TOKEN),
    )  # fmt: skip
    return {"pack": made.public_id, "share": share.public_id, "shared": TOKEN}
