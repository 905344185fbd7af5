"""Writes a checked import, a few hundred rows a transaction. Each row is planned anew from what stands at that moment,
so that nothing is written over what changed since the check; a row that no longer fits is left out and says so.

Killed in the middle, the job goes on: what is written is marked in the transaction that wrote it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone

from courses.people.changes import changed
from courses.people.jobs import CalledOff, Work
from courses.people.models import (
    Action,
    Employment,
    ImportRow,
    ImportStatus,
    JobRole,
    Membership,
    PeopleImport,
    Person,
    RowKind,
    Unit,
)
from courses.people.services.auditing import note

from .parsing import day_of
from .places import NewUnit, Places, folded_way, note_new
from .planning import Plan, Planner
from .posts import Writer
from .standing import Standing, standing

STEP = 500
WRITTEN = (RowKind.ADD, RowKind.CHANGE, RowKind.LEAVE)


def write(work: Work) -> str:
    """The job `people-import-write`."""
    found = PeopleImport.objects.select_related("organisation", "by").get(pk=work.job.params["import"])
    try:
        return _write(found, work)
    except CalledOff:
        raise
    except Exception:
        PeopleImport.objects.filter(pk=found.pk, status=ImportStatus.RUNNING).update(
            status=ImportStatus.FAILED,
            said="A fault on our side stopped the writing. What is written is marked; go on, or undo it.",
        )
        raise


def _write(found: PeopleImport, work: Work) -> str:
    on = datetime.date.fromisoformat(work.job.params["on"])
    to_write = found.rows.filter(kind__in=WRITTEN, written=False)
    total = 2 * found.rows.filter(kind__in=WRITTEN).count()
    if not work.cursor:
        with transaction.atomic():
            make_places(found, on)
            work.reached(done=0, total=total, stage="people")
    places = Places(found.organisation, on)
    new = to_write.filter(kind=RowKind.ADD, person=None)
    done, last = total // 2 - new.count() if work.cursor["stage"] == "people" else 0, 0
    while batch := list(new.filter(number__gt=last).order_by("number")[:STEP]):
        with transaction.atomic():
            make_people(batch, Planner(places, on, coming=Anybody()))
            done, last = done + len(batch), batch[-1].number
            work.reached(done=done, total=total, stage="people")
    analyse(Person, Employment)
    done, last = total - to_write.count(), 0
    while batch := list(to_write.filter(number__gt=last).order_by("number").select_related("person")[:STEP]):
        with transaction.atomic():
            settle(batch, Planner(places, on))
            done, last = done + len(batch), batch[-1].number
            work.reached(done=done, total=total, stage="posts")
    return _finish(found, work)


def make_places(found: PeopleImport, on: datetime.date) -> None:
    """Units and job roles that rows of the file name and that are not there. Asked again, nothing is made twice."""
    places = Places(found.organisation, on)
    for row in found.rows.filter(kind__in=WRITTEN, written=False).order_by("number").iterator(5_000):
        note_new(places, row.values)
    made: dict[tuple[str, ...], Unit] = {}
    for folded in sorted(places.new_units, key=len):
        way, nation = places.new_units[folded]
        parent = made.get(folded[:-1]) or (_existing(places, way[:-1]) if len(way) > 1 else None)
        unit = Unit.objects.create(
            organisation=found.organisation, parent=parent, name=way[-1], nation=nation, starts_on=on, path=""
        )
        unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
        unit.save(update_fields=["path"])
        made[folded] = unit
    roles = JobRole.objects.bulk_create(
        JobRole(organisation=found.organisation, name=name) for name in places.new_roles.values()
    )
    made_ids = {"units": [unit.pk for unit in made.values()], "roles": [role.pk for role in roles]}
    PeopleImport.objects.filter(pk=found.pk).update(facts={**found.facts, "made": made_ids})
    found.facts = {**found.facts, "made": made_ids}


def _existing(places: Places, way: Sequence[str]) -> Unit:
    unit = places.unit(way)
    if isinstance(unit, NewUnit):
        raise TypeError(folded_way(way))
    return unit


class Anybody(frozenset[str]):
    """Every reference: managers are looked for when all people of the file are there."""

    def __contains__(self, reference: object) -> bool:
        return True


def make_people(batch: list[ImportRow], planner: Planner) -> None:
    """A person and her employment for each new row. One who has come by another way since the check is hers instead; a
    row that no longer fits makes nobody."""
    organisation, on = planner.places.organisation, planner.on
    known = standing((row.values for row in batch), organisation=organisation, on=on)
    new = []
    for row in batch:
        plan = planner.plan(row.values, known)
        if plan.faults:
            row.kind, row.faults, row.written = RowKind.FAULT, plan.faults, True
        elif plan.held is None:
            new.append(row)
        else:
            row.kind, row.person = RowKind.CHANGE, plan.held.person
    people = Person.objects.bulk_create(
        Person(name=row.values["name"], family_name=row.values["family_name"]) for row in new
    )
    employments = Employment.objects.bulk_create(
        Employment(
            person=person,
            organisation=organisation,
            reference=row.values.get("reference", ""),
            email=row.values.get("email", ""),
            starts_on=day_of(row.values, "starts_on") or on,
            ends_on=day_of(row.values, "leaves_on"),
        )
        for row, person in zip(new, people, strict=True)
    )
    for row, person, employment in zip(new, people, employments, strict=True):
        row.person = person
        row.undo = {"person": person.pk, "employment": {"made": employment.pk}}
    keep(batch)


def settle(batch: list[ImportRow], planner: Planner) -> None:
    """Names, employments and posts of a batch, whose people are there now."""
    organisation = planner.places.organisation
    known = standing((row.values for row in batch), organisation=organisation, on=planner.on)
    writer = Writer(organisation, planner.on)
    for row in batch:
        plan = _plan(row, planner, known)
        row.written = True
        if plan.faults:
            row.kind, row.faults = RowKind.FAULT, plan.faults
        else:
            writer.add(row, plan)
    writer.save()
    keep(batch)
    changed([row.person_id for row in batch if row.person_id and row.kind != RowKind.FAULT])


def _plan(row: ImportRow, planner: Planner, known: Standing) -> Plan:
    new = row.kind == RowKind.ADD
    held = known.of(row.values)
    if held is None or (row.person_id and held.person.pk != row.person_id):
        return Plan(faults={"": "Something changed after the check: this number or address is somebody else’s now."})
    if row.kind == RowKind.LEAVE and row.values.get("missing"):
        leaving = Plan(kind=RowKind.LEAVE, held=held, leaves_on=day_of(row.values, "leaves_on"))
        if held.leads or held.employment is None:
            leaving.faults = {"": "Something changed after the check: she has left, or leads training now."}
        return leaving
    plan = planner.plan(row.values, known)
    if new and plan.faults and plan.faults.keys() <= {"manager", "deputy"}:
        # A manager whose own row could not be written is left out of the post, and the row says so.
        row.faults, plan.faults = plan.faults, {}
    return plan


def keep(rows: list[ImportRow]) -> None:
    """Saves what was done to rows: an insert that meets them, because it is several times faster than bulk_update."""
    ImportRow.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["kind", "faults", "changes", "person", "undo", "written"],
    )


def _finish(found: PeopleImport, work: Work) -> str:
    counts = dict(found.rows.order_by().values_list("kind").annotate(number=Count("pk")).values_list("kind", "number"))
    with transaction.atomic():
        facts = {key: value for key, value in found.facts.items() if key != "sample"}
        PeopleImport.objects.filter(pk=found.pk).update(
            status=ImportStatus.DONE, counts=counts, written_at=timezone.now(), said="", file="", facts=facts
        )
        # The rows say what was written: the file itself, full of names, is needed no more.
        if found.file:
            transaction.on_commit(partial(found.file.storage.delete, str(found.file.name)))
        note(
            action=Action.CHANGED,
            what="import",
            by=work.job.by,
            organisation=found.organisation,
            key=found.public_id,
            counts=counts,
        )
        if work.job.params.get("invite"):
            from courses.people.services.inviting import ask_to_invite_import

            ask_to_invite_import(found=found, by=work.job.by)
    analyse(Person, Employment, Membership, ImportRow)
    written = sum(counts.get(kind, 0) for kind in WRITTEN)
    return f"Written: {written:,} {'row' if written == 1 else 'rows'}."


def analyse(*models: Any) -> None:
    """After many new rows PostgreSQL plans by what it knew of the tables before."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
