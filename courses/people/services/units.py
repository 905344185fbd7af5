"""The tree of units. A unit's `path` is what every question about "hers and all below" is answered by."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from courses.people.models import Unit


def check_place(*, unit: Unit) -> None:
    """Refuses a parent of another organisation, and a unit as part of itself."""
    parent = unit.parent
    if parent is None:
        return
    if parent.organisation_id != unit.organisation_id:
        raise ValidationError({"parent": "Choose a unit of the same organisation."})
    if unit.pk and (parent.pk == unit.pk or f"/{unit.pk}/" in parent.path):
        raise ValidationError({"parent": "A unit cannot be a part of itself or of its own parts."})


@transaction.atomic
def place_unit(*, unit: Unit) -> None:
    """Saves `unit` where its parent says, and moves everything below along with it."""
    check_place(unit=unit)
    unit.save()
    before = Unit.objects.select_for_update().get(pk=unit.pk).path
    unit.path = f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
    if before == unit.path:
        return
    unit.save(update_fields=["path"])
    if before:
        below = Unit.objects.filter(path__startswith=before).exclude(pk=unit.pk)
        below.update(path=Concat(Value(unit.path), Substr(F("path"), len(before) + 1)))
