"""Keeping a list as it was chosen, and giving it to the other managers of the organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from courses.people.models import Organisation, Person

from .filters import PeopleFilter
from .models import SavedView

LEFT_OUT = {"q", "as_at"}
"""Not kept: a name says whom it showed, and a view opens on today."""


def choices_of(found: PeopleFilter) -> dict[str, list[str]]:
    """What is kept of a filter."""
    chosen = {name: [value for value in found.data_list(name) if value] for name in found.form.fields}
    return {name: values for name, values in chosen.items() if values and name not in LEFT_OUT}


@transaction.atomic
def save_view(
    *,
    owner: Person,
    organisation: Organisation,
    kind: str,
    name: str,
    choices: Mapping[str, Collection[str]],
    shared: bool,
) -> SavedView:
    """Her view of this name, which an older one of the same name gives way to."""
    view, _ = SavedView.objects.update_or_create(
        owner=owner,
        kind=kind,
        name=name,
        defaults={"organisation": organisation, "choices": choices, "shared": shared},
    )
    return view


def views_seen(person: Person, organisations: Collection[int]) -> QuerySet[SavedView]:
    """Her own, and those that managers of the same organisations share."""
    found = SavedView.objects.filter(Q(owner=person) | Q(shared=True), organisation__in=organisations)
    return found.select_related("owner", "organisation")


def views_to_remove(person: Person, led: Collection[int]) -> QuerySet[SavedView]:
    """Her own; a training lead may also take away what is shared in her organisation."""
    return SavedView.objects.filter(Q(owner=person) | Q(shared=True, organisation__in=led))


def address(view: SavedView) -> str:
    """Where the list is, chosen as it was kept."""
    return f"{reverse(f'manager:{view.kind}')}?{urlencode(view.choices, doseq=True)}"
