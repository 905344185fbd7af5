"""Files and invitations find somebody who was two: by either reference, and by the address of either."""

from __future__ import annotations

import pytest

from courses.people.models import (
    Employment,
    Invitation,
    Membership,
    Organisation,
    Person,
    Role,
    Unit,
    User,
)
from courses.people.services import accept, invite
from courses.people.services.claiming import CannotClaimError, claim
from courses.privacy.models import Merge, SaidBy
from courses.records.models import Completion
from tests.importing.files import ADA, BEA, Importing, csv_of, importing_fixture
from tests.manager.history import completed, make_module, today
from tests.records.quick import quick_module
from tests.records.trips import complete

from .merging_people import employ, entry, join, second_login

__all__ = ["importing_fixture"]

pytestmark = pytest.mark.django_db


class TestImport:
    def test_finds_her_by_either_reference(self, importing: Importing) -> None:
        first = importing.write(csv_of(ADA, BEA))
        ada, bea = (Employment.objects.get(reference=reference).person for reference in ("E1", "E2"))
        join(bea, ada)
        people = Person.objects.count()
        for row in (ADA, (*BEA[:4], *ADA[4:6], "01/04/2024"), ADA):
            importing.write(csv_of(row))
        assert Person.objects.count() == people
        assert set(Employment.objects.filter(person=ada).values_list("reference", flat=True)) == {"E1", "E2"}
        assert Employment.objects.filter(person=ada, ends_on=None).count() == 1
        importing.undo(first)
        assert Person.objects.filter(pk=ada.pk).exists()
        assert Membership.objects.current(today()).filter(person=ada).exists()

    def test_a_whole_file_with_the_second_reference_alone_does_not_make_her_a_leaver(
        self, importing: Importing
    ) -> None:
        importing.write(csv_of(ADA, BEA))
        ada, bea = (Employment.objects.get(reference=reference).person for reference in ("E1", "E2"))
        join(bea, ada)
        importing.write(csv_of(BEA), whole=True)
        assert Employment.objects.filter(person=ada, ends_on=None).count() == 1


class TestInvitation:
    def test_an_account_with_learning_and_an_entry_with_records_are_one(
        self, amara: User, lena: User, assessments: Unit, reablement: Unit
    ) -> None:
        home, module = second_login(), quick_module("Carer awareness")
        mine = complete(home.person, module)
        file_made = entry("Amara Okafor", reablement, reference="B", email=home.email)
        theirs = completed(file_made, make_module("Elsewhere"))
        invitation, link = invite(unit=reablement, role=Role.LEARNER, by=lena, email=home.email)
        Invitation.objects.filter(pk=invitation.pk).update(person=file_made)
        membership = accept(token=link.rstrip("/").rsplit("/", 1)[1], person=home.person)
        assert membership.person == home.person
        assert set(Completion.objects.filter(person=home.person)) == {mine, theirs}
        assert Merge.objects.get().said_by == SaidBy.INVITATION
        assert Membership.objects.filter(person=home.person, unit=reablement, ends_on=None).count() == 1

    def test_two_open_employments_with_one_employer_are_one(
        self, amara: User, council: Organisation, assessments: Unit
    ) -> None:
        employ(amara.person, council, "A")
        completed(amara.person, make_module())
        assert claim(invited=entry("Amara", assessments, reference="B"), person=amara.person) == amara.person
        assert Employment.objects.get(person=amara.person, ends_on=None).reference == "A"

    def test_whoever_has_an_account_is_not_taken_over(self, amara: User, chidi: User) -> None:
        with pytest.raises(CannotClaimError):
            claim(invited=chidi.person, person=amara.person)
