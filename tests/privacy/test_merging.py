"""Two people become one: what moves, what is kept, and that nothing is lost or made."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from courses.credentials.models import Certificate
from courses.people.models import (
    Absence,
    JobRole,
    Membership,
    Organisation,
    Person,
    Role,
    Unit,
    User,
)
from courses.people.services.claiming import relations
from courses.privacy.models import Merge, Tombstone
from courses.privacy.services import merging
from courses.privacy.services.merging import table
from courses.records import learning, queries, services
from courses.records.models import Attempt, Enrolment, Event, RequirementPerson
from courses.records.states import State, States
from courses.reminders.models import MailChoice, MailKind, Reminded, ReminderMail
from tests.factories import PersonFactory
from tests.manager.history import completed, make_module, require, started, today
from tests.records.quick import quick_module
from tests.records.trips import begin, complete, sit

from .merging_people import check, entry, join, second_login

pytestmark = pytest.mark.django_db


def test_every_pointer_to_people_is_decided() -> None:
    """A model that points to people must be in `merging.table.DECIDED`: else its rows would stay with nobody."""
    assert table.undecided() == set()
    assert set(table.DECIDED) == {table.label(one) for one in relations()}, "what is gone from the models"


def test_one_that_is_not_decided_stops_the_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(table.DECIDED, "records.CpdNote.person")
    with pytest.raises(table.UndecidedError):
        join(PersonFactory(), PersonFactory())
    assert not Merge.objects.exists()


def test_nothing_of_who_goes_is_left(amara: User, chidi: User) -> None:
    module = quick_module("Carer awareness")
    complete(chidi.person, module)
    goes = chidi.person
    join(goes, amara.person)
    left = {
        f"{one.related_model.__name__}.{one.field.name}"
        for one in relations()
        if one.related_model._base_manager.filter(**{one.field.name: goes}).exists()
    }
    assert left == {"Merge.goes", "Event.person", "Recount.person"}
    assert set(goes.events.values_list("kind", flat=True)) == {"merged"}


def test_asked_again_it_is_the_same_from_either_side(amara: User, chidi: User) -> None:
    made = join(chidi.person, amara.person)
    assert join(chidi.person, amara.person) == made
    assert join(amara.person, chidi.person) == made
    with pytest.raises(merging.CannotMergeError):
        join(chidi.person, PersonFactory())
    with pytest.raises(merging.CannotMergeError):
        join(amara.person, amara.person)


def test_in_a_chain_every_old_address_leads_to_who_is_left() -> None:
    first, second, third = (PersonFactory() for _ in range(3))
    join(first, second)
    join(second, third)
    assert merging.successor(first.public_id) == merging.successor(second.public_id) == third
    assert merging.successor("no id") is None


class TestPeriods:
    def test_follow_the_order_of_their_beginning(self) -> None:
        module, one, other = make_module(), PersonFactory(), PersonFactory()
        done = [
            completed(one, module, days_ago=900, period=1),
            completed(other, module, days_ago=700, period=1),
            completed(one, module, days_ago=500, period=2),
            completed(other, module, days_ago=300, period=2),
        ]
        join(other, one)
        found = Enrolment.objects.filter(person=one).order_by("period")
        assert list(found.values_list("pk", "period")) == [(each.enrolment_id, n) for n, each in enumerate(done, 1)]

    def test_what_was_begun_last_is_gone_on_with(self) -> None:
        module = quick_module("Carer awareness")
        one, other = PersonFactory(), PersonFactory()
        older = begin(one, module, lessons=1, now=timezone.now() - datetime.timedelta(days=30))
        newer = begin(other, module, lessons=2, now=timezone.now() - datetime.timedelta(days=2))
        join(other, one)
        assert services.start(person=one, module=module) == newer
        assert queries.attempt_for(one, module.slug) == newer
        [item] = learning.overview(one, today(), []).in_progress
        assert item.attempt == newer
        assert Attempt.objects.filter(pk=older.pk, enrolment__person=one, enrolment__period=1).exists()
        check()

    def test_an_earlier_one_that_was_left_open_is_not_in_progress(self, assessments: Unit) -> None:
        """She left it with the one account, and completed the module with the other; that has run out."""
        module = make_module()
        require(module, assessments)
        one, other = entry("One", assessments), PersonFactory()
        started(other, module, days_ago=800, failed=True)
        completed(one, module, days_ago=700, valid=-10)
        join(other, one)
        [cell] = States(people=Person.objects.filter(pk=one.pk), modules=[module.pk], on=today()).cells()
        assert cell.state == State.OVERDUE
        assert not any(
            [learning.overview(one, today(), []).needs_help, learning.overview(one, today(), []).in_progress]
        )

    def test_renewing_goes_on_from_the_last(self) -> None:
        module = quick_module("Carer awareness")
        one, other = PersonFactory(), PersonFactory()
        complete(one, module, now=timezone.now() - datetime.timedelta(days=900))
        complete(other, module, now=timezone.now() - datetime.timedelta(days=800))
        join(other, one)
        again = services.start(person=one, module=module)
        assert again.enrolment.period == 3
        assert sit(begin(one, module)).completion is not None
        check()


def test_certificates_keep_number_date_and_printed_name() -> None:
    module, one, other = quick_module("Carer awareness"), PersonFactory(name="Ann Bee"), PersonFactory(name="Ann Cee")
    theirs = complete(other, module).certificate
    before = (theirs.number, theirs.issued_at, theirs.holder.name)
    join(other, one)
    after = Certificate.objects.select_related("holder", "person").get(pk=theirs.pk)
    assert (after.number, after.issued_at, after.holder.name) == before
    assert after.person == one


def test_both_had_their_names_corrected() -> None:
    """The client id of that event is one a person: two become one, and the next is the third."""
    from courses.credentials.services import correct_name

    one, other = PersonFactory(), PersonFactory()
    for person in (one, other):
        correct_name(person=person, name=f"New Name{person.pk}", family_name="", follow=False)
    join(other, one)
    correct_name(person=Person.objects.get(pk=one.pk), name="Newest Name", family_name="", follow=False)
    assert Event.objects.filter(person=one, kind="name-corrected", enrolment=None).count() == 3


def test_what_nobody_has_twice(assessments: Unit, council: Organisation) -> None:
    one, other, module = entry("One", assessments), entry("Other", assessments), make_module()
    rule = require(module, council, named=True)
    day = today()
    for person in (one, other):
        RequirementPerson.objects.create(requirement=rule, person=person)
        mail = ReminderMail.objects.create(
            person=person, organisation=council, kind=MailKind.REMINDER, day=day, claimed_at=timezone.now()
        )
        Reminded.objects.create(mail=mail, person=person, module=module, date=day, stage="first", required=True)
        MailChoice.objects.create(person=person, optional=person == one, digest=True)
        Absence.objects.create(
            person=person, organisation=council, starts_on=day, ends_on=None if person == other else day, entered_by=one
        )
    join(other, one)
    assert RequirementPerson.objects.filter(person=one).count() == 1
    assert Reminded.objects.filter(person=one).count() == 2
    assert ReminderMail.objects.count() == 2
    assert MailChoice.objects.get(person=one).optional is False, "what either did not want, she does not want"
    assert Absence.objects.get(person=one).ends_on is None, "the longer leave counts"


def test_a_post_that_had_not_begun_gives_way(assessments: Unit) -> None:
    one, other = entry("One", assessments), entry("Other", assessments, starts_on=today(10))
    join(other, one)
    assert Membership.objects.filter(person=one).count() == 1
    ahead, here = entry("Ahead", assessments, starts_on=today(10)), entry("Here", assessments)
    join(here, ahead)
    assert Membership.objects.get(person=ahead).starts_on < today()


def test_two_leads_roles_are_one(council: Organisation, lena: User) -> None:
    other = PersonFactory()
    Membership.objects.create(person=other, role=Role.TRAINING_LEAD, organisation=council, starts_on=today(-100))
    join(other, lena.person)
    assert Membership.objects.current(today()).filter(person=lena.person, role=Role.TRAINING_LEAD).count() == 1


def test_the_tombstone_counts_rows_by_table_and_names_them(amara: User, chidi: User) -> None:
    done = complete(chidi.person, quick_module("Carer awareness"))
    made = join(chidi.person, amara.person)
    stone = Tombstone.objects.get()
    assert stone.data["merge"] == made.pk
    assert stone.data["moved"]["records.Completion.person"] == [done.pk]
    assert stone.changed["credentials_certificate"] == 1
    assert stone.changed["people_user"] == 1
    assert all(number > 0 for number in stone.changed.values())
    assert _only_numbers(stone.data)


def _only_numbers(data: Any) -> bool:
    if isinstance(data, dict):
        return all(_only_numbers(value) for value in data.values())
    if isinstance(data, list):
        return all(_only_numbers(value) for value in data)
    return isinstance(data, int)


def test_what_came_a_moment_too_late_is_brought_over(amara: User, chidi: User) -> None:
    module = quick_module("Carer awareness")
    made = join(chidi.person, amara.person)
    late = begin(Person.objects.get(pk=made.goes_id), module)
    from courses.privacy.services.merging.tasks import bring_stragglers

    bring_stragglers.func(made.pk)
    bring_stragglers.func(made.pk)
    late.enrolment.refresh_from_db()
    assert late.enrolment.person == amara.person
    assert Tombstone.objects.count() == 2
    assert not Event.objects.filter(person=made.goes).exclude(kind="merged").exists()


def test_a_page_that_was_open_before_is_still_hers(amara: User, amara_client: Any) -> None:
    """Her other account had the lesson open: what it sends by the old public id is hers."""
    home, module = second_login(), quick_module("Carer awareness")
    attempt = begin(home.person, module, lessons=0)
    old = str(home.person.public_id)
    join(home.person, amara.person)
    said = {"person": old, "attempt": str(attempt.pk)}
    assert amara_client.post(f"/learn/{module.slug}/lesson-1/finish/", said).status_code == 302
    assert queries.lesson_facts(attempt).done == {"l1"}
    said["person"] = str(PersonFactory().public_id)
    assert amara_client.post(f"/learn/{module.slug}/lesson-2/finish/", said).status_code == 409


def test_job_roles_are_filled_from_the_other_post(assessments: Unit, council: Organisation) -> None:
    role = JobRole.objects.create(organisation=council, name="Social worker")
    one, other = entry("One", assessments), entry("Other", assessments)
    Membership.objects.filter(person=other).update(job_role=role)
    join(other, one)
    assert Membership.objects.get(person=one, ends_on=None).job_role == role
