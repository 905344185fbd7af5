"""Takes a written import back: what stood before stands again from today, as dated facts, and the days between stay as
they were shown. A row where something happened since is left as it is, and says what.

A person whom the import made is taken away where nothing points to her; where somebody has only looked at her page, she
leaves today instead, because the audit log must go on to say whom it was about.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from courses.people.changes import changed
from courses.people.jobs import CalledOff, Work
from courses.people.models import (
    Action,
    AuditEntry,
    Employment,
    ImportRow,
    ImportStatus,
    Invitation,
    JobRole,
    Membership,
    PeopleImport,
    Person,
    Unit,
    User,
)
from courses.people.services.auditing import note

from .posts import EMPLOYMENT_FIELDS, ONE_DAY, POST_FIELDS, facts, restored
from .writing import analyse, keep

STEP = 250
OURS = (Membership, Employment, ImportRow, Invitation)
"""What the import itself makes of a person; looked at in their own way."""


def undo(work: Work) -> str:
    """The job `people-import-undo`."""
    found = PeopleImport.objects.select_related("organisation").get(pk=work.job.params["import"])
    try:
        return _undo(found, work)
    except CalledOff:
        raise
    except Exception:
        PeopleImport.objects.filter(pk=found.pk, status=ImportStatus.UNDOING).update(
            status=ImportStatus.FAILED, said="A fault on our side stopped the undoing. Undo again to go on."
        )
        raise


def _undo(found: PeopleImport, work: Work) -> str:
    on = datetime.date.fromisoformat(work.job.params["on"])
    rows = found.rows.exclude(undo={}).exclude(undo__has_key="kept").exclude(undo__has_key="undone")
    total = found.rows.exclude(undo={}).count()
    made: set[int] = set()
    for said in found.rows.filter(undo__has_key="made").values_list("undo", flat=True).iterator(5_000):
        made.update(pk for pk, _ in said["made"])
    while batch := list(rows.order_by("-number").select_related("person")[:STEP]):
        with transaction.atomic():
            _take_back(batch, on, made)
            work.reached(done=total - rows.count(), total=total, stage="rows")
    # People last: one may be the manager of another of the same file.
    gone = found.rows.filter(undo__has_keys=["person", "undone"], person__isnull=False)
    gone = gone.exclude(undo__has_key="stays")
    while batch := list(gone.order_by("number")[:STEP]):
        with transaction.atomic():
            _take_away(batch)
            work.reached(done=total, total=total, stage="people")
    return _finish(found, work)


def _take_back(batch: list[ImportRow], on: datetime.date, by_import: set[int]) -> None:
    ids = {row.person_id for row in batch if row.person_id}
    posts: dict[int, dict[int, Membership]] = defaultdict(dict)
    for post in Membership.objects.select_for_update().filter(person_id__in=ids):
        posts[post.person_id][post.pk] = post
    employments = {one.pk: one for one in Employment.objects.select_for_update().filter(person_id__in=ids)}
    made = {row.person_id for row in batch if "person" in row.undo and row.person_id}
    happened, looked_at = _happened({pk for pk in made if pk}, by_import)
    gone = []
    for row in batch:
        person_id = row.person_id or 0
        words = _since(row, posts[person_id], employments) or ("person" in row.undo and happened.get(person_id, ""))
        if words:
            row.undo["kept"] = words
            continue
        if "person" in row.undo and person_id not in looked_at:
            gone.append(person_id)
        elif "person" in row.undo:
            _leaves(row, posts[person_id], employments, on)
            row.undo["stays"] = True
        else:
            _put_back(row, posts[person_id], employments, on)
        row.undo["undone"] = True
    keep(batch)
    if gone:
        Membership.objects.filter(person_id__in=gone).delete()
        Employment.objects.filter(person_id__in=gone).delete()
    changed(sorted(ids))


def _take_away(batch: list[ImportRow]) -> None:
    """People of whom nothing is left; who is a manager by a row that stays, stays as well."""
    ids = {row.person_id for row in batch if row.person_id}
    named = set(Membership.objects.filter(manager__in=ids).values_list("manager_id", flat=True))
    named |= set(Membership.objects.filter(deputy__in=ids).values_list("deputy_id", flat=True))
    for row in batch:
        if row.person_id in named:
            row.undo["stays"] = True
    keep([row for row in batch if row.person_id in named])
    gone = ids - named
    ImportRow.objects.filter(person_id__in=gone).update(person=None)
    Person.objects.filter(pk__in=gone).delete()


def _since(row: ImportRow, posts: dict[int, Membership], employments: dict[int, Employment]) -> str:
    """What happened to her posts after the import, in words; empty where all is as it was written."""
    said = row.undo
    written = dict(said.get("made", []))
    written |= {pk: after for pk, _, after in said.get("changed", [])}
    for pk, after in written.items():
        if pk not in posts or facts(posts[pk], POST_FIELDS) != after:
            return "Her post has changed since. Change it by hand, on her page."
    first = min((pk for pk, _ in said.get("made", [])), default=None)
    if first is not None and any(pk > first and pk not in written for pk in posts):
        return "She has taken up another post since. Change her posts by hand, on her page."
    employment = said.get("employment", {})
    if "after" in employment and "id" in employment:
        now = employments.get(employment["id"])
        if now is None or facts(now, EMPLOYMENT_FIELDS) != employment["after"]:
            return "Her employment has changed since. Change it by hand, on her page."
    return ""


def _happened(made: set[int], by_import: set[int]) -> tuple[dict[int, str], set[int]]:
    """What points to people whom the import made, in words; and who was only looked at."""
    happened: dict[int, str] = {}
    looked_at: set[int] = set()
    if not made:
        return happened, looked_at
    for relation in Person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, (models.ManyToOneRel, models.OneToOneRel)):
            continue
        model, name = relation.related_model, relation.field.name
        if (model in OURS and name == "person") or relation.on_delete is models.CASCADE:
            continue
        pointing = model._base_manager.filter(**{f"{name}__in": made}).values_list("pk", f"{name}_id")
        found = {person for pk, person in pointing if model is not Membership or pk not in by_import}
        if model is AuditEntry:
            looked_at |= found
            continue
        words = "Something has been recorded about her since, so she stays. End her post instead."
        if model is User:
            words = "She has an account by now, so she stays. End her post instead."
        elif model is Membership:
            words = "She is the manager or deputy of others, so she stays. Give them another manager first."
        happened |= dict.fromkeys(found, words)
    return happened, looked_at


def _leaves(
    row: ImportRow, posts: dict[int, Membership], employments: dict[int, Employment], on: datetime.date
) -> None:
    """She was made by mistake and seen since: her posts end, with yesterday where they have been lived."""
    last = on - ONE_DAY
    for post in posts.values():
        if post.ends_on is None or post.ends_on > last:
            post.ends_on = max(post.starts_on, last)
            post.save(update_fields=["ends_on"])
    for employment in employments.values():
        if employment.person_id == row.person_id and employment.ends_on is None:
            employment.ends_on = max(employment.starts_on, last)
            employment.save(update_fields=["ends_on"])


def _put_back(
    row: ImportRow, posts: dict[int, Membership], employments: dict[int, Employment], on: datetime.date
) -> None:
    said = row.undo
    person = row.person
    if person is not None and "name" in said and person.name == said["name"][1]:
        person.name, person.family_name = said["name"][0]
        person.save(update_fields=["name", "family_name"])
    _employment_back(said, employments)
    same_day = []
    for pk, _ in said.get("made", []):
        post = posts[pk]
        if post.starts_on >= on:
            same_day.append(pk)  # not lived yet: it never was
        else:
            post.ends_on = on - ONE_DAY
            post.save(update_fields=["ends_on"])
    Membership.objects.filter(pk__in=same_day).delete()
    for pk, before, after in said.get("changed", []):
        _post_back(posts[pk], before, after, on)
    for before in said.get("deleted", []):
        Membership.objects.create(**restored(before))


def _employment_back(said: dict[str, Any], employments: dict[int, Employment]) -> None:
    employment = said.get("employment", {})
    if "before" in employment:
        Employment.objects.filter(pk=employment["id"]).update(**restored(employment["before"]))
    elif "made" in employment and employment["made"] in employments:
        Employment.objects.filter(pk=employment["made"]).delete()


def _post_back(post: Membership, before: dict[str, Any], after: dict[str, Any], on: datetime.date) -> None:
    """A post that the import ended or corrected. What it ended on a day that is over begins again today."""
    was = restored(before)
    last = datetime.date.fromisoformat(after["ends_on"]) if after["ends_on"] else None
    lived_without = last is not None and last < on - ONE_DAY and (was["ends_on"] is None or was["ends_on"] > last)
    if not lived_without:
        Membership.objects.filter(pk=post.pk).update(**was)
        return
    again = {**was, "starts_on": on, "joined_on": was["joined_on"] or was["starts_on"]}
    again["employed_on"] = was["employed_on"] or again["joined_on"]
    Membership.objects.create(**again)


def _finish(found: PeopleImport, work: Work) -> str:
    kept = found.rows.filter(undo__has_key="kept").count()
    with transaction.atomic():
        _drop_places(found)
        PeopleImport.objects.filter(pk=found.pk).update(
            status=ImportStatus.UNDONE, undone_at=timezone.now(), said="", facts={**found.facts, "kept": kept}
        )
        note(
            action=Action.WITHDREW,
            what="import",
            by=work.job.by,
            organisation=found.organisation,
            key=found.public_id,
            kept=kept,
        )
    analyse(Person, Employment, Membership)
    return "Undone." if not kept else f"Undone, but for {kept:,} {'row' if kept == 1 else 'rows'}: see why below."


def _drop_places(found: PeopleImport) -> None:
    """Units and job roles that the import made and that nobody uses. One that is used stays."""
    made = found.facts.get("made", {})
    for unit in Unit.objects.filter(pk__in=made.get("units", [])).order_by("-path"):
        _drop(unit)
    for role in JobRole.objects.filter(pk__in=made.get("roles", [])):
        _drop(role)


def _drop(thing: Unit | JobRole) -> None:
    try:
        with transaction.atomic():
            thing.delete()
    except models.ProtectedError:
        return
