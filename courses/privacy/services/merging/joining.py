"""Two entries of one person become one, with both histories kept (DESIGN §3: the pointer moves, no count changes)."""

from __future__ import annotations

import datetime
from collections import Counter
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from courses.people.changes import changed
from courses.people.models import Action, ImportRow, Invitation, Organisation, Person, User
from courses.people.queries import memberships_of
from courses.people.rules import ERASED
from courses.people.services import sync_cms_groups
from courses.people.services.auditing import note
from courses.privacy.models import ErasureRequest, Merge, SaidBy, Why
from courses.privacy.opening import opened
from courses.records.models import Event
from courses.records.models.event import EventKind
from courses.reminders.models import MailChoice

from . import enrolments, work
from .errors import CannotMergeError
from .rows import Pointer, hand_over, pointers
from .table import How
from .tasks import bring_stragglers, tell_of_merge

KEPT = "She was found to be one person with another entry since. Change her posts by hand, on her page."
GO_AWAY = {"manager.ScheduledReport_recipients.person"}
"""Doubles that would be seen: one name twice on a list."""


@transaction.atomic
def merge(
    *,
    goes: Person,
    stays: Person,
    said_by: SaidBy,
    by: Person,
    organisation: Organisation | None = None,
    reason: str = "",
) -> Merge:
    """Makes `goes` and `stays` one person, who is `stays`. Who may ask is decided by the caller. Asked again, it is the
    same merge. Raises CannotMergeError where one of them is not there any more."""
    if goes.pk == stays.pk:
        raise CannotMergeError("That is one entry already.")
    hold(goes, stays)
    known = Merge.objects.filter(goes=goes, parted_at=None).first()
    if known is not None:
        if known.stays_id != stays.pk:
            raise CannotMergeError("One of the two has become one with somebody else meanwhile.")
        return known
    other_way = Merge.objects.filter(goes=stays, parted_at=None).first()
    if other_way is not None:
        if other_way.stays_id != goes.pk:
            raise CannotMergeError("One of the two has become one with somebody else meanwhile.")
        return other_way
    _not_going(goes, stays)
    now = timezone.now()
    made = Merge.objects.create(
        goes=goes, stays=stays, said_by=said_by, by=by, organisation=organisation, at=now, reason=reason
    )
    addresses = addresses_of(goes, stays)
    bring_over(made, now)
    tell_both(made, EventKind.MERGED, now)
    _audit(made)
    transaction.on_commit(partial(tell_of_merge.enqueue, made.pk, addresses))
    transaction.on_commit(partial(bring_stragglers.enqueue, made.pk))
    return made


def _not_going(goes: Person, stays: Person) -> None:
    """What was asked about one entry must not be done to two: erasure comes first, or is taken back."""
    if ERASED in {goes.name, stays.name}:
        raise CannotMergeError("One of the two has been erased.")
    if ErasureRequest.objects.filter(person__in=[goes, stays], withdrawn_at=None, ended_at=None).exists():
        raise CannotMergeError("Erasure was asked for, and the answer is not carried out yet. Try again when it is.")


def hold(*people: Person) -> None:
    """The two, always in the same order. Not so that nothing may point to them meanwhile: whoever hands in a try holds
    her enrolment and then points to her, and each would wait for the other."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=[one.pk for one in people]).order_by("pk"))
    enrolments.locked(*people)


def bring_over(made: Merge, now: datetime.datetime) -> int:
    """Moves whatever points to the one who goes; how many rows. Once more, for what came a moment too late (`merge`
    does not hold up who is just beginning a module): what moved already is not there any more."""
    goes, stays = made.goes, made.stays
    every = list(pointers())
    if not any(pointer.movable(goes, stays).exists() for pointer in every):
        return 0
    with opened(why=Why.MERGED, by=made.by, person=stays, organisation=made.organisation) as (counted, data):
        data["merge"] = made.pk
        _withdraw_invitations(goes, stays)
        _choices(goes, stays)
        moved, changes = work.bring_over(goes, stays, timezone.localdate(now))
        moved["records.Enrolment.person"], data["periods"] = enrolments.bring_over(goes, stays)
        _rest(every, goes, stays, moved, counted)
        data["moved"] = {name: keys for name, keys in moved.items() if keys}
    _remember(made, changes)
    for login in User.objects.filter(person=stays):
        sync_cms_groups(login)
    changed([goes.pk, stays.pk])
    return sum(counted.values())


def _rest(
    every: list[Pointer], goes: Person, stays: Person, moved: dict[str, list[int]], counted: Counter[str]
) -> None:
    """What needs no care of its own; and the count of it all."""
    for pointer in every:
        if pointer.how is How.OURS and pointer.label != "records.Event.person":
            if keys := moved.get(pointer.label):
                counted[pointer.table] += len(keys)
            continue
        keys = list(pointer.movable(goes, stays).order_by("pk").values_list("pk", flat=True))
        if keys:
            moved[pointer.label] = keys
            counted[pointer.table] += hand_over(pointer, keys, stays)
        if pointer.label in GO_AWAY:
            pointer.of(goes).delete()


def _withdraw_invitations(goes: Person, stays: Person) -> None:
    """Whoever has a login is invited to none: an invitation to her would find her taken."""
    if User.objects.filter(person__in=[goes, stays]).exists():
        Invitation.objects.filter(person__in=[goes, stays], used_at=None, withdrawn_at=None).update(
            withdrawn_at=timezone.now()
        )


def _choices(goes: Person, stays: Person) -> None:
    """What either did not want to be mailed about, the one does not want."""
    theirs = MailChoice.objects.filter(person=goes).first()
    hers = MailChoice.objects.filter(person=stays).first()
    if theirs and hers:
        hers.optional, hers.digest = hers.optional and theirs.optional, hers.digest and theirs.digest
        hers.save()


def _remember(made: Merge, changes: work.Changes) -> None:
    """Keeps how things were, and keeps an import from taking back what it wrote about either: she is another by now."""
    for name, said in changes.as_json().items():
        stands = made.before.setdefault(name, {})
        for key, pair in said.items():
            stands[key] = [stands[key][0], pair[1]] if key in stands else pair
    made.save(update_fields=["before"])
    rows = ImportRow.objects.filter(person=made.stays).exclude(undo={}).exclude(undo__has_key="kept")
    for row in rows:
        row.undo = {"kept": KEPT, "before": row.undo, "merge": made.pk}
        row.save(update_fields=["undo"])


def addresses_of(*people: Person) -> list[str]:
    """Where mail about the two may go: the proven addresses of their logins."""
    logins = User.objects.filter(person__in=people, is_active=True, emailaddress__verified=True)
    return sorted(set(logins.values_list("email", flat=True)))


def tell_both(made: Merge, kind: EventKind, at: datetime.datetime) -> None:
    """The timelines of both say what happened. Whom the other was is in no timeline."""
    Event.objects.bulk_create(
        [
            Event(
                person=person,
                kind=kind,
                at=at,
                client_id=f"{kind}:{made.pk}",
                data={"merge": made.pk, "said_by": made.said_by, "stays": person.pk == made.stays_id},
            )
            for person in (made.goes, made.stays)
        ],
        ignore_conflicts=True,
    )


def _audit(made: Merge) -> None:
    """A line in the log of every organisation that she belongs to: what it sees of her has changed."""
    organisations: dict[int, Organisation] = {}
    for membership in memberships_of(made.stays):
        if where := membership.belongs_to:
            organisations[where.pk] = where
    if made.organisation:
        organisations[made.organisation.pk] = made.organisation
    data: dict[str, Any] = {"said_by": made.said_by}
    for organisation in organisations.values():
        note(
            action=Action.CHANGED,
            what="merge",
            by=made.by,
            organisation=organisation,
            key=made.pk,
            about=made.stays,
            **data,
        )
