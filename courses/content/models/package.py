"""Interactive packages (H5P, SCORM): what was uploaded, kept by the hash of its files, and never changed afterwards."""

from __future__ import annotations

import secrets
import string
import uuid

from django.db import models

from courses.append_only import append_only
from courses.people.models import Person


class PackageKind(models.TextChoices):
    H5P = "h5p", "H5P"
    SCORM_12 = "scorm-1.2", "SCORM 1.2"
    SCORM_2004 = "scorm-2004", "SCORM 2004"


def new_public_id() -> str:
    """A name of its own for a package's origin: a letter, then letters and digits, 16 in all (a host name's label)."""
    letters = string.ascii_lowercase
    return secrets.choice(letters) + "".join(secrets.choice(letters + string.digits) for _ in range(15))


class Package(models.Model):
    """Something interactive that trainers put into lessons. Each upload of a changed file makes a new version of it."""

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True, help_text="Offered to no new lesson; old ones keep it.")
    current_version = models.ForeignKey(
        "content.PackageVersion", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    def __str__(self) -> str:
        return self.title


@append_only
class PackageVersion(models.Model):
    """The files of a package as they were once. `sha256` names the tree of them (`content.trees`).

    `manifest` is what plays it: for H5P {main_library, title, language, …}, for SCORM {edition, title, items: […]}.
    `report` is what the trainer was shown before it was stored.
    """

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=20, choices=PackageKind.choices)
    title = models.CharField(max_length=255)
    manifest = models.JSONField()
    libraries = models.JSONField(default=list, help_text="H5P: [{name, version, sha256}] of every library played.")
    report = models.JSONField(default=dict)
    size = models.BigIntegerField(help_text="Bytes of all files.")
    files = models.PositiveIntegerField()
    source_name = models.CharField(max_length=255, blank=True, help_text="The name of the uploaded file.")
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["package", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["package", "number"], name="package_version_number_once"),
        ]
        indexes = [models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Library(models.Model):
    """An H5P library that a curator has approved: trainers' packages may use it, and none may bring another copy."""

    name = models.CharField(max_length=255)
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    patch = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    runnable = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64, help_text="The tree of its files.")
    metadata = models.JSONField(help_text="Its library.json.")
    semantics = models.JSONField(default=list, help_text="Its semantics.json; text is filtered by it.")
    installed_at = models.DateTimeField()
    installed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="No new package may use it; stored ones do.")

    class Meta:
        ordering = ["name", "-major", "-minor", "-patch"]
        constraints = [
            models.UniqueConstraint(fields=["name", "major", "minor", "patch"], name="library_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.major}.{self.minor}.{self.patch}"


class UploadStatus(models.TextChoices):
    QUEUED = "queued", "Waiting to be looked at"
    CHECKING = "checking", "Being looked at"
    REFUSED = "refused", "Cannot be used"
    WAITING = "waiting", "Waits for a curator"
    READY = "ready", "Ready to be kept"
    STORING = "storing", "Being stored"
    STORED = "stored", "Stored"
    FAILED = "failed", "Something went wrong with us"


class PackageUpload(models.Model):
    """A file on its way to becoming a package version: looked at in the background, reported on, then kept or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    package = models.ForeignKey(
        Package, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads", help_text="Empty: a new one."
    )
    file = models.FileField(upload_to="package_uploads/%Y/%m")
    source_name = models.CharField(max_length=255)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=20, choices=UploadStatus.choices, default=UploadStatus.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    faults = models.JSONField(default=list, help_text="Why it cannot be used, in plain sentences.")
    report = models.JSONField(default=dict)
    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    touched_at = models.DateTimeField(auto_now=True, help_text="When the work on it last moved; a lease.")

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.source_name
