"""`/my-learning/data/evidence/...`: files that somebody put in as evidence about her, for her alone."""

from __future__ import annotations

import mimetypes
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.learner.requests import LearnerRequest
from courses.people.models import Person
from courses.records.models import AcceptedDetail, ExemptionReason

EXEMPTION, ACCEPTED = "exemption", "accepted"


class File(NamedTuple):
    """A file and what it is about."""

    kind: str
    pk: int
    about: str
    file: FieldFile


def files_of(person: Person) -> list[File]:
    """Every file of evidence about her. Two queries."""
    reasons = ExemptionReason.objects.filter(exemption__person=person).exclude(evidence="")
    details = AcceptedDetail.objects.filter(accepted__person=person).exclude(evidence="")
    return [
        *(
            File(EXEMPTION, one.exemption_id, f"Exemption: {one.exemption.module.title}", one.evidence)
            for one in reasons.select_related("exemption__module").order_by("pk")
        ),
        *(File(ACCEPTED, one.accepted_id, f"Training: {one.title}", one.evidence) for one in details.order_by("pk")),
    ]


@login_required
@never_cache
@require_safe
def evidence(request: LearnerRequest, kind: str, pk: int) -> FileResponse:
    """Handed out as a download, never shown: what somebody uploaded must not run on our origin. Budget: 4 queries."""
    found = next((one for one in files_of(request.user.person) if (one.kind, one.pk) == (kind, pk)), None)
    if found is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    ending = f".{str(found.file.name).rsplit('.', 1)[-1]}"
    response = FileResponse(
        opened,
        as_attachment=True,
        filename=f"{kind}-{pk}{ending}",
        content_type=mimetypes.types_map.get(ending, "application/octet-stream"),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
