"""A pack, made as long work in steps: lists, certificates some at a time, versions, and the one file.

The cursor says which step is next and which parts are whole, so a worker that dies costs the step it was in, no more.
The last step copies the parts into one ZIP on the way to the storage; nothing of the pack is ever whole in memory.
"""

from __future__ import annotations

import errno
import json
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from typst import TypstError

from courses.content.models import ModuleVersion
from courses.credentials import pdf
from courses.credentials.models import Certificate
from courses.manager.models import EvidencePack
from courses.manager.out.making import NOT_HERS, team_of
from courses.people import jobs

from .agreed import write_agreed, write_rules
from .lists import Lists, Places
from .packing import pack_up
from .parts import folder_of, sweep, writing
from .scope import Scope, covers, scope
from .taught import write_version

KIND = "evidence"
STEP = 100
"""Certificates a step: about two seconds' work, far less than a lease."""
NO_ROOM = (
    "There is no room left where files are kept, so the pack could not be finished, and nothing half-done was kept. "
    "Tell whoever runs this site, and ask for the pack again."
)
NOT_ALL = "You no longer see all the units of this pack, so it was not made."
UNPRINTED = "Certificate {number} could not be printed. Its number can be checked all the same."
NO_MODULES = "The modules that were chosen could not be taken on that day. Choose others, or none for all of them."
FULL = {errno.ENOSPC, errno.EDQUOT}


def make(work: jobs.Work) -> str:
    """The job. Says at the end what is in the pack."""
    pack = EvidencePack.objects.select_related("organisation", "unit", "by").get(pk=work.job.params["pack"])
    if not pack.made_at:
        try:
            Making(work, pack, scope_of(pack)).go_on()
        except OSError as fault:
            if fault.errno in FULL:
                sweep(folder_of(pack.public_id))
                raise jobs.Fault(NO_ROOM) from fault
            raise
        pack.refresh_from_db()
    sweep(folder_of(pack.public_id))
    return said(pack)


def scope_of(pack: EvidencePack) -> Scope:
    """What the pack covers, as far as who asked sees it now. Raises a Fault that says why not."""
    team = team_of(pack.by)
    if team is None:
        raise jobs.Fault(NOT_HERS)
    if not covers(team, pack):
        raise jobs.Fault(NOT_ALL)
    covered = scope(team, on=pack.as_at, tops=list(pack.units.order_by("path")), modules=pack.modules)
    if pack.modules and not covered.modules:
        raise jobs.Fault(NO_MODULES)
    return covered


def said(pack: EvidencePack) -> str:
    gaps = f" {counted(pack.gaps, 'thing')} could not be put in; its first page says which." if pack.gaps else ""
    return (
        f"The pack is ready: {counted(pack.people, 'person', 'people')}, {counted(pack.certificates, 'certificate')}, "
        f"{counted(pack.versions, 'module version')}.{gaps}"
    )


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


class Making:
    """A pack in the hands of one worker."""

    def __init__(self, work: jobs.Work, pack: EvidencePack, covered: Scope) -> None:
        self.work, self.pack, self.scope = work, pack, covered
        self.places = Places(covered)
        cursor = work.cursor
        self.stage: str = cursor.get("stage", "lists")
        self.at: int = cursor.get("at", 0)
        self.parts: list[str] = list(cursor.get("parts", []))
        self.todo: str = cursor.get("todo", "")

    def go_on(self) -> None:
        if self.stage == "lists":
            self._lists()
        with default_storage.open(self.todo) as file:
            self.settled: dict[str, Any] = json.load(file)
        certificates, versions = self.settled["certificates"], self.settled["versions"]
        if self.stage == "lists":
            self._reached("certificates", 0)
        while self.stage == "certificates" and self.at < len(certificates):
            self._certificates(certificates[self.at : self.at + STEP])
            self._reached("certificates", min(self.at + STEP, len(certificates)))
        if self.stage == "certificates":
            self._reached("versions", 0)
        while self.at < len(versions) and self.stage == "versions":
            self._version(versions[self.at])
            self._reached("versions", self.at + 1)
        self._reached("packing", 0)
        pack_up(self.pack, self.scope, self.parts, people=self.settled["people"], alive=self._alive)

    def _lists(self) -> None:
        with writing(self.pack.public_id, self.parts) as part:
            settled = Lists(self.scope, self.places, part, self.work).write()
            write_rules(self.scope, part)
            write_agreed(self.scope, part)
        content = ContentFile(json.dumps(settled.as_data()).encode())
        self.todo = default_storage.save(f"{folder_of(self.pack.public_id)}/todo.json", content)

    def _certificates(self, some: list[int]) -> None:
        """Prints some certificates, one after the other. One that cannot be printed does not cost the others."""
        found = Certificate.objects.select_related("holder", "completion__enrolment")
        with writing(self.pack.public_id, self.parts) as part:
            for certificate in found.filter(pk__in=some).order_by("pk"):
                name = self.places.certificate(certificate.completion.module_id, certificate.number)
                try:
                    part.add(name, pdf.render(certificate, public=True))
                except (TypstError, ObjectDoesNotExist, KeyError) as fault:
                    jobs.log.error("certificate_not_printed", certificate=certificate.pk, fault=repr(fault)[:500])
                    part.missing(UNPRINTED.format(number=certificate.number))
                    continue
                part.notes["certificates"] = part.notes.get("certificates", 0) + 1

    def _version(self, pk: int) -> None:
        with writing(self.pack.public_id, self.parts) as part:
            version = ModuleVersion.objects.get(pk=pk)
            write_version(version, part, self.places)
            part.notes["version"] = [self.places.version(version.module_id, version.number), str(version)]

    def _reached(self, stage: str, at: int) -> None:
        """A step is whole: what it wrote lies in the storage, and from here on the cursor says so."""
        self.stage, self.at = stage, at
        with transaction.atomic():
            self._alive()

    def _alive(self) -> None:
        people, certificates = self.settled["people"], len(self.settled["certificates"])
        versions = len(self.settled["versions"])
        before = {"certificates": people, "versions": people + certificates}
        total = people + certificates + versions
        self.work.reached(
            done=before.get(self.stage, total) + self.at, total=total,
            stage=self.stage, at=self.at, parts=self.parts, todo=self.todo,
            of={"certificates": certificates, "versions": versions}.get(self.stage, 0),
        )  # fmt: skip
