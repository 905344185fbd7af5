"""Erasure: nothing that names her is left anywhere, every count is as it was, and doing it again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.test import Client

from courses.content.models import ModulePage
from courses.credentials.models import Certificate
from courses.people.models import Organisation, Unit, User
from courses.people.rules import ERASED
from courses.privacy.models import Decision, ErasurePart, Tombstone
from courses.privacy.services import carrying_out, erasing
from courses.records.models import AcceptedDetail, Completion, Enrolment, ExemptionReason, Response
from courses.records.rebuilding import differences
from courses.trainer.queries import question_report
from tests.people import signed_in

from .world import WORDS, a_full_life, asked, counts, decided, everything_said, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def module(amara: User, ben: User, council: Organisation, assessments: Unit) -> ModulePage:
    return a_full_life(amara, ben, council, assessments)


@pytest.fixture
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clocks of all her records are over."""
    monkeypatch.setattr("courses.privacy.clocks.must_be_kept", lambda *_: [])


def erased(amara: User, lena: User) -> ErasurePart:
    return decided(asked(amara.person).parts.get(), lena)


@pytest.mark.usefixtures("_nothing_kept")
def test_nothing_names_her_any_more(amara: User, lena: User, module: ModulePage) -> None:
    before = everything_said()
    for word in WORDS:
        assert any(word in said for said in before.values()), word
    erased(amara, lena)
    amara.person.refresh_from_db()
    assert (amara.person.name, amara.person.family_name) == (ERASED, "")
    left = {
        (label, word) for label, said in everything_said().items() for word in WORDS if word in said
    }  # fmt: skip
    assert left == set()


@pytest.mark.usefixtures("_nothing_kept")
def test_every_count_is_as_it_was(
    amara: User, lena: User, ben_client: Client, lena_client: Client, module: ModulePage
) -> None:
    rows = (Response, Completion, Certificate, Enrolment)
    before = counts(ben_client), counts(lena_client), [model.objects.count() for model in rows]
    questions = [(row.key, row.given, row.right, row.wrong) for row in question_report(module)]
    erased(amara, lena)
    assert (counts(ben_client), counts(lena_client), [model.objects.count() for model in rows]) == before
    assert [(row.key, row.given, row.right, row.wrong) for row in question_report(module)] == questions
    assert list(differences()) == []


@pytest.mark.usefixtures("_nothing_kept")
def test_done_again_it_changes_nothing(amara: User, lena: User, module: ModulePage) -> None:
    part = erased(amara, lena)
    before = everything_said()
    for step in erasing.steps_of_all(erasing.EVERYTHING):
        assert not erasing.take(step, amara.person), step.key
    work(part.request)
    after = everything_said()
    assert {label for label in before if before[label] != after[label]} == set()
    assert Tombstone.objects.filter(person=amara.person).count() == 1
    assert carrying_out.go_on() == 0


@pytest.mark.usefixtures("_nothing_kept")
def test_files_leave_the_storage(
    amara: User, lena: User, module: ModulePage, django_capture_on_commit_callbacks: Any
) -> None:
    names = [str(ExemptionReason.objects.get().evidence.name), str(AcceptedDetail.objects.get().evidence.name)]
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        erased(amara, lena)
    assert not any(default_storage.exists(name) for name in names)


@pytest.mark.usefixtures("_nothing_kept")
def test_she_is_out_and_cannot_come_back(amara: User, lena: User, ben_client: Client, module: ModulePage) -> None:
    client = signed_in(amara)
    assert client.get("/my-learning/").status_code == 200
    mail.outbox.clear()
    erased(amara, lena)
    assert client.get("/my-learning/").status_code == 302
    assert not Client().login(email="amara@example.org", password="carers-demo")
    (answer,) = mail.outbox
    assert answer.to == ["amara@example.org"]
    assert "everything is erased" in answer.body
    Client().post("/accounts/password/reset/", {"email": "amara@example.org"})
    assert not [sent for sent in mail.outbox[1:] if "reset/key" in str(sent.body)]
    assert ERASED not in ben_client.get("/manage/people/?q=amara").content.decode()
    assert not amara.person.memberships.filter(ends_on=None).exists()


@pytest.mark.usefixtures("_nothing_kept")
def test_her_certificate_stays_valid_and_says_that_its_holder_was_erased(
    amara: User, lena: User, client: Client, module: ModulePage
) -> None:
    number = Certificate.objects.get(person=amara.person).number
    erased(amara, lena)
    html = client.get(f"/verify/{number}/").content.decode()
    assert "This certificate is valid" in html
    assert "The holder asked for erasure" in html
    assert "E. P." not in html
    assert "Surname to compare" not in html
    assert "Yes." not in client.post(f"/verify/{number}/", {"surname": "person"}).content.decode()


def test_what_must_be_kept_is_kept_with_its_name(amara: User, lena: User, module: ModulePage) -> None:
    """Ten years after the training, by the class of the module; then the rest goes by itself."""
    request = asked(amara.person)
    part = decided(request.parts.get(), lena, Decision.KEEP)
    amara.person.refresh_from_db()
    amara.refresh_from_db()
    assert amara.person.name == "Amara Okafor"
    assert not amara.is_active
    assert Certificate.objects.get(person=amara.person).holder.name == "Amara Okafor"
    assert amara.person.employments.get().reference == "E-4711"
    said = everything_said()
    for word in ("Sekrit reflection", "Sekrit note", "Sekrit words on why", "amara@example.org"):
        assert not any(word in text for text in said.values()), word
    part.refresh_from_db()
    assert part.keep_until is not None
    assert (part.now_done_at is not None, part.done_at) == (True, None)
    assert carrying_out.go_on() == 0

    ErasurePart.objects.update(keep_until="2020-01-01")
    assert carrying_out.go_on() == 1
    work(request)
    amara.person.refresh_from_db()
    part.refresh_from_db()
    assert amara.person.name == ERASED
    assert part.done_at is not None
    assert not any(word in text for text in everything_said().values() for word in WORDS)
