"""A person is made with her first login, or claimed by a later one."""

from __future__ import annotations

from courses.people.models import Person, Profession
from courses.people.rules import family_name_of, tidy_name


def create_person(*, name: str) -> Person:
    """A person by the (already checked) name; the family name is a guess that she can correct."""
    tidied = tidy_name(name)
    return Person.objects.create(name=tidied, family_name=family_name_of(tidied))


def choose_profession(*, person: Person, profession: str) -> None:
    """Sets the profession, which decides where her year of CPD begins."""
    Person.objects.filter(pk=person.pk).update(profession=Profession(profession))
    person.profession = profession
