"""Legal holds: placed and ended by training leads, and asked before anything is erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from courses.people.models import Action, Organisation, Person, Unit, User
from courses.people.permissions import led_organisations
from courses.people.services.auditing import note
from courses.privacy.models import LegalHold
from courses.privacy.queries import held


class HoldError(ValueError):
    """The hold cannot be placed; the words are for the lead."""


@transaction.atomic
def place(
    *, organisation: Organisation, reason: str, by: User, person: Person | None = None, unit: Unit | None = None
) -> LegalHold:
    """From now on nothing about these people is erased. The same hold placed twice is one."""
    may_hold(by, organisation)
    if not reason.strip():
        raise HoldError("Say why, for whoever has to end it.")
    if unit is not None and unit.organisation_id != organisation.pk:
        raise HoldError("The unit belongs to another organisation.")
    stop([organisation.pk])
    same = LegalHold.objects.filter(organisation=organisation, person=person, unit=unit, ended_at=None).first()
    if same is not None:
        return same
    hold = LegalHold.objects.create(
        organisation=organisation, person=person, unit=unit, reason=reason.strip(), placed_by=by.person,
        placed_at=timezone.now(),
    )  # fmt: skip
    note(action=Action.CHANGED, what="hold", by=by.person, organisation=organisation, key=hold.pk, about=person)
    return hold


@transaction.atomic
def end(*, hold: LegalHold, by: User) -> None:
    """It lasts no longer. What waited for it goes on at night. Ended twice, it is ended once."""
    may_hold(by, hold.organisation)
    found = LegalHold.objects.filter(pk=hold.pk, ended_at=None)
    if found.update(ended_at=timezone.now(), ended_by=by.person):
        note(
            action=Action.CHANGED, what="hold", by=by.person, organisation=hold.organisation, key=hold.pk,
            about=hold.person, ended=True,
        )  # fmt: skip


def may_hold(by: User, organisation: Organisation) -> None:
    if not led_organisations(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied("Holds are placed and ended by the training lead.")


def stop(organisations: Iterable[int]) -> None:
    """Nobody places a hold there while this transaction lasts, and no step of an erasure runs while one is placed."""
    ids = sorted(set(organisations))
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def is_held(person: Person, organisations: Collection[int]) -> bool:
    """Whether a hold lies on her, asked so that none can be placed before this transaction ends."""
    stop(organisations)
    return bool(held([person.pk], organisations))
