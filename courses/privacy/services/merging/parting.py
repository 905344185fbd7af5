"""Takes apart what a lead had made one by mistake: everything that the tombstones name goes back to whose it was.

What was written since stays with the one who stays: nobody can say whose it was. So does an enrolment that was gone on
with since, with all that belongs to it, and a post that somebody has changed since.
"""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses.people.changes import changed
from courses.people.importing.posts import EMPLOYMENT_FIELDS, POST_FIELDS, facts, restored
from courses.people.models import Action, Employment, ImportRow, Membership, User
from courses.people.permissions import led_organisations
from courses.people.rules import ERASED
from courses.people.services import sync_cms_groups
from courses.people.services.auditing import note
from courses.privacy.models import Merge, Tombstone, Why
from courses.privacy.opening import opened
from courses.records.models import Enrolment
from courses.records.models.event import EventKind

from . import enrolments
from .errors import CannotMergeError
from .joining import addresses_of, hold, tell_both
from .leading import found_again
from .rows import hand_over, pointers
from .tasks import tell_of_parting

OF_ENROLMENT = {
    "records.Completion.person": "enrolment_id",
    "records.Event.person": "enrolment_id",
    "credentials.Certificate.person": "completion__enrolment_id",
    "records.CpdNote.person": "completion__enrolment_id",
}
"""What belongs to an enrolment goes where the enrolment goes."""
NOT_BACK = {"people.ImportRow.person", "people.Membership.person", "people.Membership.manager",
            "people.Membership.deputy", "people.Employment.person", "records.Enrolment.person"}  # fmt: skip
"""Moved back in their own way."""


@transaction.atomic
def part(*, merged: Merge, by: User) -> int:
    """The two are two again; how many enrolments and posts stayed because of what has happened since. Asked twice, it
    is done once. Raises CannotMergeError where it is too late."""
    held = (
        Merge.objects.select_for_update(of=("self",)).select_related("goes", "stays", "organisation").get(pk=merged.pk)
    )
    if held.parted_at is not None:
        return 0
    led = set(led_organisations(by).values_list("pk", flat=True))
    if not found_again(held.stays, led).filter(pk=held.pk).exists():
        raise PermissionDenied
    later = Merge.objects.filter(Q(stays=held.stays) | Q(goes=held.stays), parted_at=None)
    if later.filter(Q(at__gt=held.at) | Q(at=held.at, pk__gt=held.pk)).exists():
        raise CannotMergeError("Another entry was joined since. Take that one apart first.")
    if held.stays.name == ERASED:
        raise CannotMergeError("They have been erased since, so nobody can say whose was what.")
    hold(held.goes, held.stays)
    now = timezone.now()
    addresses = addresses_of(held.goes, held.stays)
    stones = [stone.data for stone in Tombstone.objects.filter(why=Why.MERGED, data__merge=held.pk).order_by("pk")]
    with opened(why=Why.PARTED, by=by.person, person=held.stays, organisation=held.organisation) as (counted, data):
        data["merge"] = held.pk
        staying = _enrolments_back(held, stones)
        data["stayed"] = sorted(staying)
        _rows_back(held, stones, staying, counted)
        kept = _work_back(held, stones)
    _imports_back(held, stones)
    held.parted_at = now
    held.save(update_fields=["parted_at"])
    tell_both(held, EventKind.PARTED, now)
    for login in User.objects.filter(person__in=[held.goes, held.stays]):
        sync_cms_groups(login)
    changed([held.goes_id, held.stays_id])
    note(
        action=Action.WITHDREW,
        what="merge",
        by=by.person,
        organisation=held.organisation,
        key=held.pk,
        about=held.stays,
        stayed=len(staying) + kept,
    )
    transaction.on_commit(partial(tell_of_parting.enqueue, held.pk, addresses))
    return len(staying) + kept


def _named(stones: list[dict[str, Any]], label: str) -> list[int]:
    return [key for stone in stones for key in stone["moved"].get(label, [])]


def _enrolments_back(held: Merge, stones: list[dict[str, Any]]) -> set[int]:
    """Those that moved go back, but for what was gone on with; both are numbered anew. The keys of those that stay."""
    keys = _named(stones, "records.Enrolment.person")
    since = Q(last_active_at__gt=held.at) | Q(events__at__gt=held.at) | Q(completed_at__gt=held.at)
    staying = set(Enrolment.objects.filter(since, pk__in=keys).values_list("pk", flat=True))
    back = Enrolment.objects.filter(pk__in=set(keys) - staying, person=held.stays)
    modules = set(back.values_list("module_id", flat=True))
    back.update(person=held.goes)
    enrolments.in_order(held.goes, modules)
    enrolments.in_order(held.stays, modules)
    return staying


def _rows_back(held: Merge, stones: list[dict[str, Any]], staying: set[int], counted: Any) -> None:
    for pointer in pointers():
        keys = set(_named(stones, pointer.label))
        if not keys or pointer.label in NOT_BACK:
            continue
        found = pointer.model._base_manager.filter(pk__in=keys, **{pointer.field: held.stays})
        if of := OF_ENROLMENT.get(pointer.label):
            found = found.exclude(**{f"{of}__in": staying})
        counted[pointer.table] += hand_over(pointer, list(found.values_list("pk", flat=True)), held.goes)


def _work_back(held: Merge, stones: list[dict[str, Any]]) -> int:
    """Posts and employments as they were; how many stay because they have changed since."""
    kept = 0
    ways: tuple[tuple[Any, tuple[str, ...], str, str], ...] = (
        (Membership, POST_FIELDS, "people.Membership.person", "posts"),
        (Employment, EMPLOYMENT_FIELDS, "people.Employment.person", "employments"),
    )
    for model, names, label, name in ways:
        theirs = set(_named(stones, label))
        altered = {int(key): pair for key, pair in held.before.get(name, {}).items()}
        rows: list[Membership | Employment] = list(
            model._base_manager.filter(pk__in=theirs | set(altered), person=held.stays)
        )
        # A post goes before its twin is open again; of two employments, the one that took a reference gives it up.
        rows.sort(key=lambda row: (row.pk in theirs) == (model is Employment))
        for row in rows:
            was, became = altered.pop(row.pk, (None, None))
            now = {key: value for key, value in facts(row, names).items() if key != "person_id"}
            if became is not None and now != {key: value for key, value in became.items() if key != "person_id"}:
                kept += 1
                continue
            back = restored({key: value for key, value in (was or {}).items() if key != "person_id"})
            kept += not _restored(row, back, held.goes_id if row.pk in theirs else held.stays_id)
        kept += _never_was(model, altered, held)
    for field in ("manager", "deputy"):
        keys = _named(stones, f"people.Membership.{field}")
        Membership.objects.filter(pk__in=keys, **{field: held.stays}).update(**{field: held.goes})
    return kept


def _restored(row: Membership | Employment, back: dict[str, Any], person_id: int) -> bool:
    """Whether the row could be as it was: something else may have its place by now."""
    same = type(row)._base_manager.filter(pk=row.pk)
    try:
        with transaction.atomic():
            same.update(**back, person_id=person_id)
    except IntegrityError:
        return False
    return True


def _never_was(model: Any, altered: dict[int, Any], held: Merge) -> int:
    """Posts that had not begun and were taken away: they are there again, where nothing has taken their place."""
    kept = 0
    for was, became in altered.values():
        if became is not None or model is not Membership:
            continue
        said = restored(was)
        place = Membership.objects.filter(
            person=said["person_id"], unit=said["unit_id"], role=said["role"], ends_on=None
        )
        if place.exists():
            kept += 1
        else:
            Membership.objects.create(**said)
    return kept


def _imports_back(held: Merge, stones: list[dict[str, Any]]) -> None:
    """An import may take back what it wrote again, as long as it could before."""
    for row in ImportRow.objects.filter(undo__merge=held.pk):
        row.undo = row.undo["before"]
        row.save(update_fields=["undo"])
    keys = _named(stones, "people.ImportRow.person")
    ImportRow.objects.filter(pk__in=keys, person=held.stays).update(person=held.goes)


def undo_until(merged: Merge) -> datetime.datetime:
    """When it is too late to take it apart."""
    from .leading import UNDO_WITHIN

    return merged.at + UNDO_WITHIN
