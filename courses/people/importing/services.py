"""What a training lead does with a file of people: puts it in, says which column is what, has it checked, written and
undone. The long parts are jobs; a button pressed twice asks once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from courses.people.jobs import Fault, ask
from courses.people.models import ImportStatus, JobStatus, Organisation, PeopleImport, Person

from .reading import Table, open_table
from .rules import FIELDS, guess, missing

CHECK, WRITE, UNDO = "people-import-check", "people-import-write", "people-import-undo"
LIVE = (JobStatus.WAITING, JobStatus.RUNNING)
MANY_LEAVERS = 20
"""Per cent of the people employed that one file may make leavers of before it asks again."""
MANY_UNITS = 50
ORDERS = ("day", "month")


class ImportRefusedError(Exception):
    """It cannot be done now; why, for the lead."""


@dataclass(frozen=True)
class Warnings:
    """What a lead must say yes to besides."""

    words: list[str] = field(default_factory=list)


@transaction.atomic
def put_in(*, organisation: Organisation, by: Person, file: UploadedFile[Any]) -> PeopleImport:
    """Keeps the file and reads its headings. Raises Fault, in words, for a file that is none."""
    if file.file is None or file.size is None:
        raise Fault("The file is empty.")
    table = open_table(file.file, file.size)
    name = (file.name or "people")[-150:]
    found = PeopleImport(
        organisation=organisation,
        by=by,
        file_name=name,
        headings=table.headings,
        mapping=remembered(organisation, table.headings) or guess(table.headings),
        facts={**table.facts, "sample": _sample(table)},
    )
    file.file.seek(0)
    suffix = "xlsx" if table.facts["kind"] == "Excel" else "csv"
    found.file.save(f"{found.public_id}.{suffix}", file, save=False)
    found.save()
    return found


def _sample(table: Table) -> dict[str, list[str]]:
    """The first words of each column, so that a lead sees which is which."""
    rows = [row for _, row in islice(table.rows(), 3)]
    return {heading: [row[place][:60] for row in rows] for place, heading in enumerate(table.headings)}


def remembered(organisation: Organisation, headings: list[str]) -> dict[str, str]:
    """What the columns of the same headings were the last time; empty when they never came."""
    before = PeopleImport.objects.filter(organisation=organisation, headings=headings).exclude(
        status=ImportStatus.MAPPING
    )
    last = before.order_by("-created_at").first()
    return dict(last.mapping) if last else {}


@transaction.atomic
def ask_check(
    *, found: PeopleImport, by: Person, mapping: Mapping[str, str], whole: bool, order: str = ""
) -> PeopleImport:
    """Takes the lead's word for the columns and has the file checked. What an earlier check said is forgotten."""
    locked = _hold(found)
    known = {one.key for one in FIELDS}
    chosen = {key: heading for key, heading in mapping.items() if key in known and heading in locked.headings}
    if faults := missing(chosen):
        raise ImportRefusedError(" ".join(faults))
    if locked.job and locked.job.status in LIVE:
        return locked  # pressed twice
    if locked.status not in {ImportStatus.MAPPING, ImportStatus.CHECKING, ImportStatus.CHECKED, ImportStatus.FAILED}:
        raise ImportRefusedError("This file has been written already.")
    if locked.rows.exclude(undo={}).exists():
        raise ImportRefusedError("Part of this file is written. Go on with the writing, or undo it.")
    locked.rows.all().delete()
    locked.mapping, locked.whole, locked.status, locked.counts, locked.said = (
        chosen,
        whole,
        ImportStatus.CHECKING,
        {},
        "",
    )
    today = timezone.localdate()
    locked.job = ask(
        kind=CHECK,
        by=by,
        organisation=locked.organisation,
        **{"import": locked.pk, "on": today.isoformat(), "order": order if order in ORDERS else ""},
    )
    locked.save()
    return locked


@transaction.atomic
def ask_write(*, found: PeopleImport, by: Person, sure: bool, invite: bool) -> PeopleImport:
    """Has a checked import written; also goes on with one that a fault stopped. `sure` answers the warnings."""
    locked = _hold(found)
    if locked.job and locked.job.status in LIVE:
        return locked
    stopped = is_stopped(locked) and "made" in locked.facts
    if locked.status != ImportStatus.CHECKED and not stopped:
        raise ImportRefusedError("This file is not checked, or has been written already.")
    if warnings(locked).words and not sure:
        raise ImportRefusedError("Tick that you have looked at the warning before you have this written.")
    on = timezone.localdate()
    if not stopped and locked.facts.get("on") != on.isoformat():
        raise ImportRefusedError("The check is of another day. Have the file checked again: it takes a moment.")
    if stopped and locked.job:
        on = datetime.date.fromisoformat(locked.job.params["on"])
    locked.status, locked.said = ImportStatus.RUNNING, ""
    locked.job = ask(
        kind=WRITE,
        by=by,
        organisation=locked.organisation,
        **{"import": locked.pk, "on": on.isoformat(), "invite": invite},
    )
    locked.save()
    return locked


@transaction.atomic
def ask_undo(*, found: PeopleImport, by: Person) -> PeopleImport:
    """Has a written import undone, or what is written of one that stopped. The last one first: what a later import
    wrote upon this one would be refused row by row."""
    locked = _hold(found)
    if locked.job and locked.job.status in LIVE:
        return locked
    if locked.status != ImportStatus.DONE and not (is_stopped(locked) and locked.rows.exclude(undo={}).exists()):
        raise ImportRefusedError("There is nothing of this file to undo.")
    locked.status, locked.said = ImportStatus.UNDOING, ""
    locked.job = ask(
        kind=UNDO,
        by=by,
        organisation=locked.organisation,
        **{"import": locked.pk, "on": timezone.localdate().isoformat()},
    )
    locked.save()
    return locked


@transaction.atomic
def throw_away(*, found: PeopleImport) -> None:
    """Forgets a file that was never written, with what was read from it."""
    locked = _hold(found)
    if locked.written_at or locked.rows.exclude(undo={}).exists() or (locked.job and locked.job.status in LIVE):
        raise ImportRefusedError("This file has been written, or is being worked on.")
    name, storage = locked.file.name, locked.file.storage
    locked.rows.all().delete()
    locked.delete()
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def is_stopped(found: PeopleImport) -> bool:
    """Whether a fault, or somebody, ended its job in the middle."""
    busy = found.status in {ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING}
    return found.status == ImportStatus.FAILED or (busy and (found.job is None or found.job.status not in LIVE))


def warnings(found: PeopleImport) -> Warnings:
    """What looks like the wrong file."""
    words = []
    leavers, employed = found.counts.get("leave", 0), found.facts.get("employed", 0)
    if employed and leavers * 100 > employed * MANY_LEAVERS:
        words.append(
            f"{leavers:,} of the {employed:,} people you employ would leave. That is {leavers * 100 // employed}%."
        )
    if found.facts.get("new_units", 0) > MANY_UNITS:
        words.append(f"{found.facts['new_units']:,} units would be made new. Is the right column the unit?")
    return Warnings(words)


def _hold(found: PeopleImport) -> PeopleImport:
    held = PeopleImport.objects.select_for_update(of=("self",)).select_related("job", "organisation")
    return held.get(pk=found.pk)
