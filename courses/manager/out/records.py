"""What people hold, a line each, as files for other systems need it: who, which module, since when, until when.

What counts is what the screens show: the completion or the accepted training behind the cell, never what was revoked or
taken back, never of a private module.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from courses.credentials.models import Certificate
from courses.people.models import Employment, Organisation, Person
from courses.records.models import AcceptedTraining
from courses.records.models.agreement import AcceptedKind
from courses.records.states import Cell
from courses.records.team import ModuleRef, Team, completions_of, end_of

PART = 500


@dataclass(frozen=True, kw_only=True)
class Record:
    """What somebody holds or held: a completion of a module, or training from elsewhere that was accepted for it."""

    person: Person
    module: ModuleRef
    unit_id: int
    workplace: str
    """The reference of her unit, or of the nearest above it that has one; empty where none has."""
    reference: str
    """Her employer's reference; empty where there is none."""
    completed_on: datetime.date
    expires_on: datetime.date | None
    certificate: str
    version: str
    """Of our module; empty where the training was somebody else's."""
    elsewhere: AcceptedKind | None = None
    """What was accepted instead of a completion here."""


def of_organisation(team: Team, organisation: Organisation) -> Team:
    """As much of the team as belongs to one employer: a file of one tells nothing of another."""
    tops = tuple(top for top in team.tops if top.organisation_id == organisation.pk)
    return replace(team, visible=team.visible.filter(organisation=organisation), tops=tops)


def workplaces(team: Team) -> Mapping[int, str]:
    """The reference of each unit, or of the nearest above it. The units above hers are not named, their references may
    be: one query for those."""
    known = {unit.pk: unit.reference for unit in team.units}
    above = {int(part) for unit in team.units for part in unit.path.split("/") if part} - set(known)
    if above:
        model = type(team.units[0])
        known |= dict(model.objects.filter(pk__in=above).values_list("pk", "reference"))
    found: dict[int, str] = {}
    for unit in team.units:
        chain = [int(part) for part in unit.path.split("/") if part][::-1]
        found[unit.pk] = next((known[pk] for pk in chain if known.get(pk)), "")
    return found


def people_of(team: Team) -> array[int]:
    """Everybody's id, in the order of the lists: eight bytes each."""
    return array("q", team.people.values_list("pk", flat=True).iterator(chunk_size=5000))


class Reading:
    """What is the same for everybody of a file, read once."""

    def __init__(self, team: Team, organisation: Organisation, modules: list[ModuleRef]) -> None:
        self.team, self.organisation, self.modules = team, organisation, modules
        self.places, self.by_id = workplaces(team), {module.id: module for module in modules}

    def records(self, some: Sequence[int]) -> list[Record]:
        """What some people hold or held, in their order. 8 queries."""
        found = Person.objects.filter(pk__in=some)
        people = {person.pk: person for person in found}
        cells = [cell for cell in self.team.states(found, self.modules).cells() if cell.person_id in people]
        posts = self.team.posts().filter(person__in=some).order_by("-starts_on", "-pk")
        self.units = dict(posts.values_list("person", "unit"))
        self.references = employed(self.organisation, some, self.team.on)
        made = [*self._completed(people, cells), *self._accepted(people, cells)]
        place = {pk: number for number, pk in enumerate(some)}
        return sorted(made, key=lambda record: (place[record.person.pk], record.module.id))

    def _completed(self, people: Mapping[int, Person], cells: list[Cell]) -> Iterator[Record]:
        wanted = [cell.completion_id for cell in cells if cell.completion_id]
        done = {c.pk: c for c in completions_of(people.values(), self.modules).filter(pk__in=wanted)}
        numbers = dict(Certificate.objects.filter(completion__in=wanted).values_list("completion_id", "number"))
        for cell in cells:
            if cell.completion_id in done:
                completion = done[cell.completion_id]
                yield self._record(
                    people[cell.person_id],
                    cell,
                    completed_on=timezone.localdate(completion.completed_at),
                    certificate=numbers.get(cell.completion_id, ""),
                    version=str(completion.version.number),
                )

    def _accepted(self, people: Mapping[int, Person], cells: list[Cell]) -> Iterator[Record]:
        """Training accepted from elsewhere where the cell stands on it: its own dates, and its certificate's number.
        Never its title, its provider or a note, which are words of somebody's own."""
        known: dict[tuple[int, int], AcceptedTraining] = {}
        for each in counting_accepted(people, self.modules, self.organisation, self.team.on):
            known.setdefault((each.person_id, each.module_id), each)
        for cell in cells:
            accepted = known.get((cell.person_id, cell.module_id))
            if accepted and cell.completion_id is None:
                yield self._record(
                    people[cell.person_id],
                    cell,
                    completed_on=accepted.completed_on,
                    certificate=accepted.detail.number,
                    version="",
                    elsewhere=AcceptedKind(accepted.kind),
                )

    def _record(self, person: Person, cell: Cell, **more: Any) -> Record:
        unit = self.units.get(person.pk, 0)
        return Record(
            person=person,
            module=self.by_id[cell.module_id],
            unit_id=unit,
            workplace=self.places.get(unit, ""),
            reference=self.references.get(person.pk, ""),
            expires_on=cell.valid_until,
            **more,
        )


def counting_accepted(
    people: Iterable[int], modules: Iterable[ModuleRef], organisation: Organisation, on: datetime.date
) -> QuerySet[AcceptedTraining]:
    """What the organisation accepted and had not taken back on a day, that which counts longest first: as
    `records.states_sql` chooses it."""
    found = AcceptedTraining.objects.filter(
        Q(ended=None) | Q(ended__ends_on__gte=on),
        person__in=list(people),
        module__in=[module.id for module in modules],
        organisation=organisation,
        completed_on__lte=on,
        entered_at__lt=end_of(on),
    )
    return found.select_related("detail").order_by(F("valid_until").desc(nulls_first=True), "-completed_on", "-pk")


def employed(organisation: Organisation, people: Sequence[int], on: datetime.date) -> dict[int, str]:
    """The employer's reference of each, from the employment that lasts, else from the last one."""
    found = Employment.objects.filter(organisation=organisation, person__in=people, starts_on__lte=on)
    found = found.order_by(F("ends_on").asc(nulls_last=True), "starts_on", "pk")
    return dict(found.values_list("person_id", "reference"))
