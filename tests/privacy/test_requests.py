"""Asking for erasure, taking it back, and the answers of those who may decide."""

from __future__ import annotations

import datetime

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from courses.people.models import AuditEntry, Job, Organisation, Person, Role, Unit, User
from courses.people.rules import ERASED
from courses.privacy.models import Decision, ErasurePart, ErasureRequest, LegalHold
from courses.privacy.queries import held_about, parts_for, parts_for_platform
from courses.privacy.rules import months_after
from courses.privacy.services import carrying_out, holding, requests
from tests.factories import MembershipFactory
from tests.manager.history import completed, make_module
from tests.people import somebody

from .world import asked, decided, work

pytestmark = pytest.mark.django_db


def test_she_asks_and_her_lead_is_told(
    amara: User, lena: User, ben: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        request = asked(amara.person)
    assert request.answer_by == months_after(timezone.localdate(), 1)
    assert [part.organisation.name for part in request.parts.all() if part.organisation] == ["Northfield Council"]
    (sent,) = mail.outbox
    assert sent.to == [lena.email]
    assert "Amara" not in str(sent.message())
    assert asked(amara.person) == request


def test_who_belongs_to_no_organisation_is_answered_by_the_platform(
    admin: User, lena: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    alone = User.objects.create_user("alone@example.org", name="Ana Alone")
    with django_capture_on_commit_callbacks(execute=True):
        (part,) = asked(alone.person).parts.all()
    assert part.organisation is None
    assert list(parts_for_platform()) == [part]
    with pytest.raises(PermissionDenied):
        requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)
    decided(part, admin)
    alone.person.refresh_from_db()
    assert alone.person.name == ERASED
    assert ErasureRequest.objects.get().ended_at is not None


def test_each_organisation_answers_for_its_own(
    amara: User, lena: User, other_unit: Unit, other_council: Organisation
) -> None:
    """Her account and her name stay as long as one of them has not agreed."""
    MembershipFactory(person=amara.person, unit=other_unit)
    leo = somebody("Leo Lead", Role.TRAINING_LEAD, organisation=other_council)
    request = asked(amara.person)
    ours = parts_for(lena).get()
    theirs = parts_for(leo).get()
    assert (ours.organisation_id, theirs.organisation_id) == (
        lena.person.memberships.get().organisation_id,
        other_council.pk,
    )
    with pytest.raises(PermissionDenied):
        requests.decide(part=theirs, decision=Decision.ERASE, reason="", by=lena)
    decided(ours, lena)
    amara.refresh_from_db()
    amara.person.refresh_from_db()
    assert amara.is_active
    assert amara.person.name == "Amara Okafor"
    open_posts = amara.person.memberships.filter(ends_on=None)
    assert [post.organisation_id for post in open_posts] == [other_council.pk]
    decided(theirs, leo)
    amara.person.refresh_from_db()
    assert amara.person.name == ERASED
    request.refresh_from_db()
    assert request.ended_at is not None


def test_a_refusal_is_told_with_its_reason_and_erases_nothing(amara: User, lena: User) -> None:
    part = asked(amara.person).parts.get()
    with pytest.raises(requests.RequestError, match="Say why"):
        requests.decide(part=part, decision=Decision.REFUSE, reason=" ", by=lena)
    decided(part, lena, Decision.REFUSE, "You still work here and must be trained.")
    (sent,) = mail.outbox
    assert sent.to == [amara.email]
    assert "You still work here" in sent.body
    assert "nothing is erased" in sent.body
    amara.person.refresh_from_db()
    assert amara.person.name == "Amara Okafor"
    assert asked(amara.person).pk != part.request_id


def test_she_takes_it_back_until_somebody_has_decided(amara: User, lena: User) -> None:
    request = asked(amara.person)
    requests.withdraw(request=request)
    requests.withdraw(request=request)
    with pytest.raises(requests.RequestError, match="taken back"):
        requests.decide(part=request.parts.get(), decision=Decision.ERASE, reason="", by=lena)
    again = asked(amara.person)
    requests.decide(part=again.parts.get(), decision=Decision.ERASE, reason="", by=lena)
    with pytest.raises(requests.RequestError, match="decided already"):
        requests.withdraw(request=again)


def test_the_second_lead_is_told(amara: User, lena: User, council: Organisation) -> None:
    other = somebody("Lou Second", Role.TRAINING_LEAD, organisation=council)
    part = asked(amara.person).parts.get()
    requests.decide(part=part, decision=Decision.REFUSE, reason="No.", by=lena)
    with pytest.raises(requests.AlreadyDecided, match="Lena Fischer has decided already"):
        requests.decide(part=part, decision=Decision.ERASE, reason="", by=other)
    assert Job.objects.filter(kind=requests.ERASE).count() == 1
    assert ErasurePart.objects.get().decision == Decision.REFUSE


def test_nobody_decides_her_own_request(lena: User, council: Organisation, admin: User, ben: User) -> None:
    part = asked(lena.person).parts.get()
    with pytest.raises(PermissionDenied):
        requests.decide(part=part, decision=Decision.REFUSE, reason="x", by=lena)
    assert list(parts_for_platform()) == [part]
    with pytest.raises(requests.RequestError, match="Nobody would lead"):
        requests.decide(part=part, decision=Decision.ERASE, reason="", by=admin)


def test_what_the_law_keeps_stands_in_the_way(amara: User, lena: User) -> None:
    completed(amara.person, make_module())
    part = asked(amara.person).parts.get()
    with pytest.raises(requests.RequestError, match="have to be kept"):
        requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)
    found = requests.decide(part=part, decision=Decision.KEEP, reason="", by=lena)
    done_on = timezone.localdate() - datetime.timedelta(days=100)
    assert found.keep_until == months_after(done_on, 120)


def test_private_learning_is_not_counted_and_keeps_nothing(amara: User, lena: User, council: Organisation) -> None:
    before = held_about(amara.person, council)
    completed(amara.person, make_module("Are you a carer", private=True))
    assert held_about(amara.person, council) == before
    part = asked(amara.person).parts.get()
    requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)


def test_a_hold_placed_between_preview_and_carrying_out(amara: User, lena: User, council: Organisation) -> None:
    part = asked(amara.person).parts.get()
    requests.refuse_unless_possible(part, Decision.ERASE, "")
    requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)
    hold = holding.place(organisation=council, person=amara.person, reason="A claim", by=lena)
    job = work(part.request)
    assert (job.status, job.said) == ("failed", carrying_out.HELD)
    amara.person.refresh_from_db()
    amara.refresh_from_db()
    assert amara.person.name == "Amara Okafor"
    assert amara.is_active
    holding.end(hold=hold, by=lena)
    assert carrying_out.go_on() == 1
    work(part.request)
    amara.person.refresh_from_db()
    assert amara.person.name == ERASED


def test_under_a_hold_nothing_is_decided(amara: User, lena: User, council: Organisation, adult_care: Unit) -> None:
    part = asked(amara.person).parts.get()
    for hold in (
        holding.place(organisation=council, person=amara.person, reason="A claim", by=lena),
        holding.place(organisation=council, unit=adult_care, reason="An inspection", by=lena),
        holding.place(organisation=council, reason="A court", by=lena),
    ):
        alone(hold.pk)
        with pytest.raises(requests.RequestError, match="legal hold"):
            requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)


def alone(pk: int) -> None:
    """Leaves one hold lasting."""
    LegalHold.objects.exclude(pk=pk).update(ended_at=timezone.now())
    LegalHold.objects.filter(pk=pk).update(ended_at=None)


def test_a_hold_is_the_lead_s_and_in_the_log(
    amara: User, ben: User, lena: User, council: Organisation, other_council: Organisation
) -> None:
    for who, where in ((ben, council), (lena, other_council), (amara, council)):
        with pytest.raises(PermissionDenied):
            holding.place(organisation=where, person=amara.person, reason="x", by=who)
    hold = holding.place(organisation=council, person=amara.person, reason="A claim", by=lena)
    assert holding.place(organisation=council, person=amara.person, reason="Again", by=lena) == hold
    holding.end(hold=hold, by=lena)
    holding.end(hold=hold, by=lena)
    entries = AuditEntry.objects.filter(what="hold", about=amara.person)
    assert [entry.data for entry in entries.order_by("pk")] == [{}, {"ended": True}]


def test_a_mail_that_does_not_go_keeps_everything(amara: User, lena: User, monkeypatch: pytest.MonkeyPatch) -> None:
    part = asked(amara.person).parts.get()
    requests.decide(part=part, decision=Decision.ERASE, reason="", by=lena)

    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("courses.privacy.services.mailing.tell_answer", refuse)
        assert work(part.request).said == carrying_out.NOT_MAILED
    assert Person.objects.get(pk=amara.person_id).name == "Amara Okafor"
    assert carrying_out.go_on() == 1
    work(part.request)
    assert Person.objects.get(pk=amara.person_id).name == ERASED
