"""Rows that change hands: which they are, and moving them, whatever table they are of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat, Left

from courses.people.models import Person
from courses.people.services.claiming import relations
from courses.records.models import Event
from courses.records.models.event import EventKind

from .table import How, decided, label

STEP = 500


@dataclass(frozen=True)
class Pointer:
    """A field of a model that points to people."""

    model: type[models.Model]
    field: str
    label: str
    how: How
    once: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def of(self, person: Person) -> QuerySet[models.Model]:
        """Her rows that would move if she were the one who goes."""
        found: QuerySet[models.Model] = self.model._base_manager.filter(**{self.field: person})
        if self.model is Event:
            # That two became one is told on both sides, and stays so.
            found = found.exclude(kind__in=[EventKind.MERGED, EventKind.PARTED])
        return found

    def movable(self, goes: Person, stays: Person) -> QuerySet[models.Model]:
        """Those of `goes`, but for what `stays` has too and nobody has twice."""
        found = self.of(goes)
        if self.how is not How.ONCE:
            return found
        same = self.model._base_manager.filter(**{self.field: stays}, **{name: OuterRef(name) for name in self.once})
        return found.filter(~Exists(same))


def pointers() -> Iterator[Pointer]:
    """Everything that points to people, as it was decided. Raises UndecidedError."""
    for relation in relations():
        how, once = decided(relation)
        if how is not How.LEAVE:
            yield Pointer(relation.related_model, relation.field.name, label(relation), how, once)


def hand_over(pointer: Pointer, keys: Collection[int], to: Person) -> int:
    """Points these rows to `to`; how many."""
    done, left = 0, sorted(keys)
    for start in range(0, len(left), STEP):
        found = pointer.model._base_manager.filter(pk__in=left[start : start + STEP])
        if pointer.model is Event:
            _make_room(found, to)
        done += found.update(**{pointer.field: to})
    return done


def _make_room(found: QuerySet[models.Model], to: Person) -> None:
    """A client id is one a person. Where both have the same (each had her name corrected once), the row that comes
    gets its own: a repeat of either is known by the row that stood."""
    taken = Event.objects.filter(person=to, client_id=OuterRef("client_id")).exclude(pk=OuterRef("pk"))
    clashing = found.filter(Exists(taken))
    for pk in list(clashing.values_list("pk", flat=True)):
        Event.objects.filter(pk=pk).update(client_id=Concat(Left("client_id", 90), Value(f"~{pk}")))
