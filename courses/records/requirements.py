"""Setting and ending requirements. A rule is ended, never edited: a past day can be asked about, and changing what is
asked of people does not rewrite what was asked of them (fact pack §5.7)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.content.models import ModulePage
from courses.people.models import Organisation, Unit

from .models import Requirement


class ModuleIsPrivate(ValueError):
    """A private module is required of nobody: a rule would tell a manager that it exists."""


@transaction.atomic
def require_module(
    *,
    module: ModulePage,
    organisation: Organisation,
    unit: Unit | None,
    starts_on: datetime.date,
    due_on: datetime.date | None = None,
    days_after_joining: int | None = None,
) -> Requirement:
    """From `starts_on` the learners of `unit` (None: everybody) must hold `module`. Asked twice, it is one rule."""
    version = module.current_version
    if version is None or module.private or version.private:
        raise ModuleIsPrivate
    if unit is not None and unit.organisation_id != organisation.pk:
        raise ValueError("The unit belongs to another organisation.")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    same = Requirement.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on),
        organisation=organisation,
        unit=unit,
        module=module,
        due_on=due_on,
        days_after_joining=days_after_joining,
        starts_on__lte=starts_on,
    ).first()
    return same or Requirement.objects.create(
        organisation=organisation,
        unit=unit,
        module=module,
        due_on=due_on,
        days_after_joining=days_after_joining,
        starts_on=starts_on,
    )


@transaction.atomic
def end_requirement(*, requirement: Requirement) -> datetime.date | None:
    """The rule stops at the end of today; None when it was to begin later and is withdrawn, having applied to nobody.

    A rule that ends already, or earlier, stays as it is.
    """
    today = timezone.localdate()
    locked = Requirement.objects.select_for_update().filter(pk=requirement.pk).first()
    if locked is None:
        return None
    if locked.starts_on > today:
        locked.delete()
        return None
    if locked.ends_on is None or locked.ends_on > today:
        locked.ends_on = today
        locked.save(update_fields=["ends_on"])
    return locked.ends_on
