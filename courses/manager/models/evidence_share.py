from __future__ import annotations

import uuid

from django.db import models

from courses.people.models import Person

from .evidence_pack import EvidencePack


class EvidenceShare(models.Model):
    """That an auditor may read a pack until a day: somebody outside, by a link and a code sent to her address; with
    `for_auditors` also whoever holds the role of an auditor in the organisation.

    Only hashes of the link and of the code are kept. It is withdrawn, never deleted: the audit log points to it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    pack = models.ForeignKey(EvidencePack, on_delete=models.PROTECT, related_name="shares")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    body = models.CharField("organisation", max_length=200)
    email = models.EmailField()
    purpose = models.CharField(max_length=300)
    for_auditors = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField("last day")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, help_text="When somebody last read in it.")
    token_hash = models.CharField(max_length=64, unique=True)
    code_hash = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0, help_text="In the hour that began at codes_since.")
    codes_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["pack", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.pack} for {self.body}"
