"""Undoing an import: what stood before stands again; a row where something happened since is left, and says why."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from courses.people.models import Employment, JobRole, Membership, Person, Role, Unit
from courses.people.services.auditing import note
from tests.factories import UserFactory

from .files import ADA, BEA, HEADINGS, Importing, csv_of

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def world() -> list[list[tuple[Any, ...]]]:
    tables: tuple[Any, ...] = (Person, Employment, Membership, Unit, JobRole)
    return [sorted(model.objects.values_list()) for model in tables]


def test_who_was_brought_is_taken_away_with_new_units_and_roles(importing: Importing) -> None:
    before = world()
    headings = (*HEADINGS, "Manager")
    found = importing.write(
        csv_of((*ADA, "E2"), (*BEA[:4], "New service > New team", "Baker", BEA[6], "E1"), headings=headings)
    )
    assert Unit.objects.filter(name="New team").exists()
    importing.undo(found)
    assert world() == before


def test_changes_and_leavers_of_the_same_day_are_as_they_were(importing: Importing) -> None:
    importing.write(csv_of(ADA, BEA))
    before = world()
    headings = (*HEADINGS, "Leave date")
    rows = (*ADA[:4], "Reablement", *ADA[5:], ""), (*BEA, (timezone.localdate() - DAY).strftime("%d/%m/%Y"))
    found = importing.write(csv_of(*rows, headings=headings))
    assert found.counts == {"change": 1, "leave": 1}
    assert world() != before
    importing.undo(found)
    assert world() == before


def test_undone_on_a_later_day_the_days_between_stay(importing: Importing, reablement: Unit, assessments: Unit) -> None:
    importing.write(csv_of(ADA))
    found = importing.write(csv_of((*ADA[:4], "Reablement", *ADA[5:])))
    for post in Membership.objects.filter(person__name="Ada Obi"):
        # As if it had been written ten days ago.
        post.ends_on = post.ends_on and post.ends_on - 10 * DAY
        post.starts_on -= 10 * DAY
        post.joined_on = post.joined_on and post.joined_on - 10 * DAY
        post.save()
    row = found.rows.get()
    for _, facts in row.undo["made"]:
        facts.update(starts_on=str(timezone.localdate() - 10 * DAY), joined_on=str(timezone.localdate() - 10 * DAY))
    for _, before, after in row.undo["changed"]:
        for facts in (before, after):
            facts["starts_on"] = str(datetime.date.fromisoformat(facts["starts_on"]) - 10 * DAY)
            facts["joined_on"] = str(datetime.date.fromisoformat(facts["joined_on"]) - 10 * DAY)
        after["ends_on"] = str(timezone.localdate() - 11 * DAY)
    row.save()
    importing.undo(found)
    today = timezone.localdate()
    posts = list(Membership.objects.filter(person__name="Ada Obi").order_by("starts_on"))
    assert [(post.unit, post.ends_on) for post in posts] == [
        (assessments, today - 11 * DAY), (reablement, today - DAY), (assessments, None)
    ]  # fmt: skip
    assert posts[-1].starts_on == today
    assert posts[-1].employed_on == datetime.date(2024, 4, 1)


@pytest.mark.parametrize("what", ["login", "post", "moved"])
def test_what_happened_since_is_kept_and_told(importing: Importing, what: str, reablement: Unit) -> None:
    found = importing.write(csv_of(ADA, BEA))
    ada = Person.objects.get(name="Ada Obi")
    if what == "login":
        UserFactory(person=ada, email="ada@northfield.example")
    elif what == "post":
        Membership.objects.create(person=ada, unit=reablement, role=Role.LEARNER, starts_on=timezone.localdate())
    else:
        Membership.objects.filter(person=ada).update(job_title="Else")
    importing.undo(found)
    words = found.rows.get(number=2).undo["kept"]
    assert {"login": "account", "post": "another post", "moved": "changed since"}[what] in words
    assert Person.objects.filter(name="Ada Obi").exists()
    assert not Person.objects.filter(name="Bea Novak").exists()
    found.refresh_from_db()
    assert found.facts["kept"] == 1


def test_who_was_only_looked_at_leaves_and_the_log_stays_true(importing: Importing) -> None:
    found = importing.write(csv_of(ADA))
    ada = Person.objects.get(name="Ada Obi")
    note(action="saw", what="person", by=importing.by, organisation=importing.organisation, about=ada)  # type: ignore[arg-type]
    importing.undo(found)
    assert not Membership.objects.filter(person=ada, ends_on=None).exists()
    assert Employment.objects.get(person=ada).ends_on == timezone.localdate() - DAY
