"""The last step of a pack: its parts copied into one ZIP, with a manifest of hashes and the signature over it.

The manifest is signed, and it names every other file with its size and SHA-256; `checksums.txt` says the same in the
form that sha256sum reads. Whoever changes a byte anywhere must change the manifest, and cannot sign it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from courses.credentials import signing
from courses.manager.models import EvidencePack
from courses.manager.models.evidence_pack import KEPT
from courses.manager.words import day
from courses.people import jobs

from .parts import NOTES, WHEN, Part, notes_of, page, reading, sweep
from .scope import Scope

MANIFEST, SIGNATURE, SIGNATURE_TEXT = "manifest.json", "manifest.sig", "manifest.sig.txt"
CHECKSUMS, KEY, STYLE, INDEX = "checksums.txt", "public-key.pem", "style.css", "index.html"
FORMAT = "alongside-evidence-1"
SECONDS_QUIET = 5
"""So long at most nothing is said while files are copied."""


class Packing:
    """The one ZIP, and what is noted of each file as it goes in."""

    def __init__(self, file: IO[bytes], manifest: IO[bytes], checksums: IO[bytes]) -> None:
        self.part = Part(file)
        self.manifest, self.checksums = manifest, checksums
        self.files = 0

    def add(self, name: str, content: bytes | str) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.part.add(name, raw)
        self._note(name, len(raw), hashlib.sha256(raw).hexdigest())

    def copy(self, found: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        """A file of a part, as it lies there; a picture that two versions show is taken once."""
        if info.filename == NOTES or info.filename in self.part.zip.NameToInfo:
            return
        into = zipfile.ZipInfo(info.filename, WHEN)
        into.compress_type = info.compress_type
        digest, size = hashlib.sha256(), 0
        with found.open(info) as source, self.part.zip.open(into, "w", force_zip64=info.file_size >= 1 << 31) as target:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self._note(info.filename, size, digest.hexdigest())

    def _note(self, name: str, size: int, digest: str) -> None:
        line = json.dumps({"path": name, "bytes": size, "sha256": digest}, ensure_ascii=True)
        self.manifest.write(((",\n" if self.files else "") + f"    {line}").encode())
        self.checksums.write(f"{digest}  {name}\n".encode())
        self.files += 1


def pack_up(pack: EvidencePack, scope: Scope, parts: list[str], *, people: int, alive: Callable[[], None]) -> None:
    """Makes the file and keeps it with the pack. `alive` says that we are at it, and raises when we no longer are."""
    notes = [notes_of(name) for name in parts]
    made = Made(
        people=people,
        certificates=sum(note.get("certificates", 0) for note in notes),
        versions=[note["version"] for note in notes if "version" in note],
        gaps=[gap for note in notes for gap in note["gaps"]],
    )
    with (
        tempfile.TemporaryFile() as file,
        tempfile.TemporaryFile() as manifest,
        tempfile.TemporaryFile() as checksums,
    ):
        out, told = Packing(file, manifest, checksums), time.monotonic()
        out.add(INDEX, page(INDEX, "index.html", **about(pack, scope, made)))
        for name in parts:
            with reading(name) as found:
                for info in found.infolist():
                    out.copy(found, info)
                    if time.monotonic() - told > SECONDS_QUIET:
                        alive()
                        told = time.monotonic()
        out.add(STYLE, style())
        out.add(KEY, signing.public_key())
        checksums.seek(0)
        listed = checksums.read()
        out.add(CHECKSUMS, listed)
        signed = manifest_of(pack, scope, made, manifest)
        signature = signing.sign(signed)
        out.part.add(MANIFEST, signed)
        out.part.add(SIGNATURE, signature)
        out.part.add(SIGNATURE_TEXT, signing.as_text(signature) + "\n")
        out.part.zip.close()
        keep(pack, file, made, hashlib.sha256(signed).hexdigest(), alive)


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a pack holds: how many people and certificates, each version (where, and what it is called), and what could
    not be put in."""

    people: int
    certificates: int
    versions: list[list[str]]
    gaps: list[str]


def about(pack: EvidencePack, scope: Scope, made: Made) -> dict[str, Any]:
    """What the first page says."""
    return {
        "pack": pack,
        "made": made,
        "modules": scope.modules,
        "units": [unit.name for unit in pack.units.order_by("path")],
        "when": day(pack.as_at),
        "now": timezone.localtime(),
        "origin": settings.SITE_ORIGIN,
        "verify": f"{settings.SITE_ORIGIN}{reverse('verify_pack')}",
        "verify_certificate": f"{settings.SITE_ORIGIN}{reverse('verify')}",
        "fingerprint": signing.fingerprint(),
        "site_name": settings.SITE_NAME,
    }


def manifest_of(pack: EvidencePack, scope: Scope, made: Made, files: IO[bytes]) -> bytes:
    """The manifest: what was asked, by which installation, when, and every file. Plain ASCII with plain ends of lines,
    so that it survives being copied."""
    head = {
        "format": FORMAT,
        "installation": settings.SITE_ORIGIN,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "pack": str(pack.public_id),
        "as_at": pack.as_at.isoformat(),
        "organisation": pack.organisation.name,
        "units": [unit.name for unit in pack.units.order_by("path")],
        "modules": [module.title for module in scope.modules],
        "people": made.people,
        "certificates": made.certificates,
        "module_versions": len(made.versions),
        "not_included": made.gaps,
    }
    files.seek(0)
    text = json.dumps(head, indent=2, ensure_ascii=True).removesuffix("\n}")
    return b"".join([text.encode(), b',\n  "files": [\n', files.read(), b"\n  ]\n}\n"])


def keep(pack: EvidencePack, file: IO[bytes], made: Made, digest: str, alive: Callable[[], None]) -> None:
    """Keeps the file with the pack, once: of two workers the one that no longer has the job leaves nothing behind."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    pack.file.save(f"{pack.public_id}/{secrets.token_hex(4)}.zip", File(file), save=False)
    name = str(pack.file.name)
    fields = {
        "file": name,
        "size": size,
        "people": made.people,
        "certificates": made.certificates,
        "versions": len(made.versions),
        "gaps": len(made.gaps),
        "manifest_sha256": digest,
        "made_at": timezone.now(),
        "kept_until": timezone.localdate() + KEPT,
    }
    try:
        with transaction.atomic():
            alive()
            EvidencePack.objects.filter(pk=pack.pk).update(**fields)
    except jobs.CalledOff:
        pack.file.storage.delete(name)
        raise
    sweep(name.rpartition("/")[0], keep=name)


def style() -> bytes:
    """The look of a pack's pages, from the same tokens as the site."""
    path = finders.find("css/pack.css")
    return Path(path).read_bytes() if isinstance(path, str) else b""
