from __future__ import annotations

import uuid

from django.db import models

from .job import Job
from .organisation import Organisation
from .person import Person


class ImportStatus(models.TextChoices):
    """Where an import of people stands; nothing is written before `RUNNING`."""

    MAPPING = "mapping", "Which column is what"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Checked, waiting for your word"
    RUNNING = "running", "Being written"
    DONE = "done", "Done"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    FAILED = "failed", "Stopped by a fault"


class PeopleImport(models.Model):
    """A file of people from an employer's own system: looked at, checked row by row, then written, and undone if wrong.

    `mapping` is {field: column heading}; the last one of an organisation is offered again for the same headings.
    `counts` is {row kind: number}. `facts` says how the file was read (letters, separators, order of dates) and what
    writing it would make besides people: new units and job roles.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="imports")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=150)
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    whole = models.BooleanField(default=False, help_text="The file holds everybody: who is missing from it has left.")
    status = models.CharField(max_length=20, choices=ImportStatus.choices, default=ImportStatus.MAPPING)
    counts = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    said = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    written_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_status_display()})"


class RowKind(models.TextChoices):
    """What a row of the file comes to."""

    ADD = "add", "New"
    CHANGE = "change", "Changed"
    LEAVE = "leave", "Leaver"
    SAME = "same", "As it was"
    FAULT = "fault", "Cannot be read"


class ImportRow(models.Model):
    """One row of an import: what it says, what it would do, what it did, and how to undo it.

    `number` is the row of the file as the lead sees it in her spreadsheet (the heading is 1); a leaver who is missing
    from the file has a number after the last. `faults` is {field: words}. `undo` is what stood before, by primary keys.
    """

    of = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=RowKind.choices)
    values = models.JSONField(default=dict)
    faults = models.JSONField(default=dict)
    changes = models.JSONField(default=dict, help_text="{field: [before, after]}, as the lead reads it.")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    undo = models.JSONField(default=dict)
    written = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["of", "kind", "number"])]

    def __str__(self) -> str:
        return f"row {self.number}: {self.get_kind_display()}"
