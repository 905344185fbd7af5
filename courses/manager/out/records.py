"""What people hold, a line each, as files for other systems need it: who, which module, since when, until when.

What counts is what the screens show: the completion behind the cell, never a revoked one, never of a private module.
"""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils import timezone

from courses.credentials.models import Certificate
from courses.people.models import Employment, Organisation, Person
from courses.records.team import ModuleRef, Team, completions_of

PART = 500


@dataclass(frozen=True, kw_only=True)
class Record:
    """Somebody's completion of a module."""

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
    version: int


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


def records(
    team: Team, organisation: Organisation, modules: list[ModuleRef], ids: array[int]
) -> Iterator[tuple[int, list[Record]]]:
    """How many people are done, and their records; some at a time."""
    places, by_id = workplaces(team), {module.id: module for module in modules}
    for start in range(0, len(ids), PART):
        some = list(ids[start : start + PART])
        people = {person.pk: person for person in Person.objects.filter(pk__in=some)}
        cells = [
            cell
            for cell in team.states(Person.objects.filter(pk__in=some), modules).cells()
            if cell.completion_id and cell.person_id in people
        ]
        wanted = [cell.completion_id for cell in cells if cell.completion_id]
        done = {c.pk: c for c in completions_of(some_people(people), modules).filter(pk__in=wanted)}
        numbers = dict(Certificate.objects.filter(completion__in=wanted).values_list("completion_id", "number"))
        posts = dict(team.posts().filter(person__in=some).order_by("-starts_on", "-pk").values_list("person", "unit"))
        references = employed(organisation, some, team.on)
        found = [
            Record(
                person=people[cell.person_id],
                module=by_id[cell.module_id],
                unit_id=posts.get(cell.person_id, 0),
                workplace=places.get(posts.get(cell.person_id, 0), ""),
                reference=references.get(cell.person_id, ""),
                completed_on=timezone.localdate(done[cell.completion_id].completed_at),
                expires_on=cell.valid_until,
                certificate=numbers.get(cell.completion_id, ""),
                version=done[cell.completion_id].version.number,
            )
            for cell in cells
            if cell.completion_id in done
        ]
        place = {pk: number for number, pk in enumerate(some)}
        yield start + len(some), sorted(found, key=lambda record: place[record.person.pk])


def some_people(people: Mapping[int, Person]) -> list[Person]:
    return list(people.values())


def employed(organisation: Organisation, people: list[int], on: datetime.date) -> dict[int, str]:
    """The employer's reference of each, from the employment that lasts, else from the last one."""
    found = Employment.objects.filter(organisation=organisation, person__in=people, starts_on__lte=on)
    return dict(found.order_by("starts_on", "pk").values_list("person_id", "reference"))
