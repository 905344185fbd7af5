"""A training lead says that two entries are one person, asks her to say so herself, or takes it back."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from uuid import UUID

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from courses.people.models import Action, Organisation, Person, User
from courses.people.permissions import led_organisations
from courses.people.services.auditing import note
from courses.privacy.models import Merge, SaidBy

from .comparing import ever_in, refusal
from .errors import CannotMergeError
from .joining import hold, merge
from .links import ask_her

UNDO_WITHIN = datetime.timedelta(days=30)
A_DAY = 24 * 60 * 60


@transaction.atomic
def merge_entries(*, goes: Person, stays: Person, by: User, organisation: Organisation, reason: str) -> Merge:
    """`goes` and `stays` are one person. Asked twice, it is done once. What she may do is looked at again while both
    are held still: an account may have come meanwhile, or a post elsewhere. Raises CannotMergeError."""
    if not led_organisations(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    if goes.pk == stays.pk:
        raise CannotMergeError("That is one entry already.")
    hold(goes, stays)
    known = Merge.objects.filter(goes=goes, stays=stays, parted_at=None, organisation=organisation).first()
    if known is not None:
        return known
    if words := refusal(set(led_organisations(by).values_list("pk", flat=True)), goes, stays):
        raise CannotMergeError(words)
    if User.objects.filter(person=goes).exists():
        raise CannotMergeError("The entry with the account stays: its name and sign-in are the person's own.")
    return merge(goes=goes, stays=stays, said_by=SaidBy.LEAD, by=by.person, organisation=organisation, reason=reason)


def ask_to_join(*, one: Person, other: Person, by: User, organisation: Organisation) -> int:
    """Mails the two, where they have accounts, that they may be one. Once a day for a pair; how many mails went."""
    if not led_organisations(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    pair = "-".join(str(pk) for pk in sorted((one.pk, other.pk)))
    if not cache.add(f"asked-to-join:{pair}", 1, A_DAY):
        return 0
    sent = ask_her(people=[one, other], lead=by.person)
    for person in (one, other):
        note(
            action=Action.SHARED,
            what="merge-asked",
            by=by.person,
            organisation=organisation,
            key=person.public_id,
            about=person,
        )
    return sent


def successor(public_id: object) -> Person | None:
    """Who stays of somebody who became one with her; None when nobody did, or this is no id. One query."""
    try:
        asked = UUID(str(public_id))
    except ValueError:
        return None
    found = Merge.objects.filter(goes__public_id=asked, parted_at=None).select_related("stays").first()
    return found.stays if found else None


def found_again(person: Person, led: Collection[int]) -> QuerySet[Merge]:
    """Merges into this person that the lead of these organisations may take apart: theirs, said by a lead, not too
    old."""
    return (
        Merge.objects.filter(
            stays=person,
            said_by=SaidBy.LEAD,
            parted_at=None,
            organisation__in=led,
            at__gt=timezone.now() - UNDO_WITHIN,
        )
        .select_related("goes", "stays", "by", "organisation")
        .order_by("-at")
    )


def people_of(organisations: list[int], looked_for: str, besides: Person) -> QuerySet[Person]:
    """People of the organisations, by a part of the name or by the employer's whole reference."""
    found = Person.objects.filter(ever_in(organisations)).exclude(pk=besides.pk)
    if looked_for:
        referred = Q(employments__reference__iexact=looked_for, employments__organisation__in=organisations)
        by_reference = Person.objects.filter(referred).values("pk")
        found = found.filter(Q(name__icontains=looked_for) | Q(pk__in=by_reference))
    return found
