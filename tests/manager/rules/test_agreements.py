"""`/manage/people/<id>/agreements/`: exemptions, training done elsewhere, reasonable adjustments, their evidence."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.people.models import AuditEntry, Person, Role, Unit, User
from courses.records.models import AcceptedTraining, Adjustment, Event, Exemption
from courses.records.states import Cell, States
from tests.factories import MembershipFactory, PersonFactory, UserFactory
from tests.hostile.world import body_of
from tests.manager.history import make_module, require, today
from tests.manager.reading import said, words
from tests.people import signed_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%..."
SECRET = "A long treatment, in words nobody else reads."


@pytest.fixture
def module(assessments: Unit) -> ModulePage:
    module = make_module("Carer awareness")
    require(module, assessments, due=-5)
    return module


@pytest.fixture
def mia_client(assessments: Unit) -> Client:
    """Another manager of the same unit."""
    mia = UserFactory(person=PersonFactory(name="Mia Other"))
    MembershipFactory(person=mia.person, unit=assessments, role=Role.UNIT_MANAGER)
    return signed_in(mia)


def url(person: Person, kind: str, slug: str = "carer-awareness") -> str:
    return f"/manage/people/{person.public_id}/{slug}/{kind}/"


def page(person: Person) -> str:
    return f"/manage/people/{person.public_id}/agreements/"


def state(person: Person, module: ModulePage, offset: int = 0) -> Cell:
    states = States(people=Person.objects.filter(pk=person.pk), modules=[module.pk], on=today(offset))
    return states.cells()[0]


def pdf(name: str = "Amara's letter.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def exempt(**more: Any) -> dict[str, Any]:
    return {
        "kind": "long-leave", "starts_on": today().isoformat(), "ends_on": today(30).isoformat(), "reason": SECRET,
        **more,
    }  # fmt: skip


def accept(**more: Any) -> dict[str, Any]:
    return {
        "kind": "certificate", "title": "Carers first", "provider": "Riverside College", "number": "RC-17",
        "completed_on": today(-20).isoformat(), "valid_until": today(300).isoformat(), "words": "Same outcomes.",
        **more,
    }  # fmt: skip


def test_an_exemption_with_reason_and_evidence(
    amara: User, ben: User, ben_client: Client, amara_client: Client, module: ModulePage
) -> None:
    person = amara.person
    assert str(state(person, module).state) == "overdue"
    for _ in range(2):
        assert ben_client.post(url(person, "exempt"), exempt(evidence=pdf())).status_code == 302
    found = Exemption.objects.get()
    assert (str(state(person, module).state), str(state(person, module, -1).state)) == ("exempt", "overdue")
    html = said(ben_client, page(person))
    assert "Long leave, from" in html
    assert SECRET in html
    assert "Amara" not in str(found.reason.evidence.name)
    assert AuditEntry.objects.filter(what="exempted", about=person, by=ben.person).count() == 1
    mine = said(amara_client, "/my-learning/")
    assert "You need not hold this just now" in mine
    event = Event.objects.get(person=person, kind="exempted")
    assert event.enrolment is None
    assert SECRET not in str(event.data)


def test_an_exemption_is_ended_from_today_on(
    amara: User, ben_client: Client, amara_client: Client, module: ModulePage
) -> None:
    ben_client.post(url(amara.person, "exempt"), exempt())
    end = f"/manage/exemptions/{Exemption.objects.get().pk}/end/"
    assert "End this exemption?" in said(ben_client, end)
    ben_client.post(end)
    assert str(state(amara.person, module).state) == "exempt", "to the end of today"
    assert str(state(amara.person, module, 1).state) == "overdue"
    assert ben_client.get(end).status_code == 404
    assert ben_client.post(end).status_code == 302
    assert Event.objects.filter(kind="exemption-ended").count() == 1
    assert "Your exemption has ended" in said(amara_client, "/my-learning/")


def test_training_from_elsewhere_counts_until_it_ends(
    amara: User, ben: User, ben_client: Client, amara_client: Client, module: ModulePage
) -> None:
    for _ in range(2):
        assert ben_client.post(url(amara.person, "accept"), accept(evidence=pdf())).status_code == 302
    found = AcceptedTraining.objects.get()
    cell = state(amara.person, module)
    assert (str(cell.state), cell.valid_until) == ("valid", today(300))
    assert str(state(amara.person, module, -1).state) == "overdue", "yesterday nobody had accepted it"
    html = said(ben_client, page(amara.person))
    for part in ("Another issuer's certificate, Riverside College, number RC-17", "Ben", "Same outcomes."):
        assert part in html
    assert "Training you did elsewhere is accepted" in said(amara_client, "/my-learning/")
    ben_client.post(f"/manage/accepted/{found.pk}/end/")
    assert str(state(amara.person, module).state) == "valid", "to the end of today"
    assert str(state(amara.person, module, 1).state) == "overdue"
    assert AuditEntry.objects.filter(what="accepted-ended").count() == 1


def test_an_adjustment_is_known_to_three_people_alone(
    amara: User, ben_client: Client, lena_client: Client, mia_client: Client, amara_client: Client, module: ModulePage
) -> None:
    data = {"kind": "later-date", "due_on": today(45).isoformat(), "words": SECRET}
    for _ in range(2):
        assert ben_client.post(url(amara.person, "adjust"), data).status_code == 302
    assert Adjustment.objects.count() == 1
    cell = state(amara.person, module)
    assert (str(cell.state), cell.due_on) == ("due-soon-never-held", today(45))
    for client in (ben_client, lena_client):
        html = said(client, page(amara.person))
        assert "A later date" in html
        assert SECRET in html
    mine = said(amara_client, "/my-learning/")
    assert "You agreed a later date" in mine
    for address in (page(amara.person), f"/manage/people/{amara.person.public_id}/", "/manage/people/"):
        html = said(mia_client, address)
        assert "later date" not in html
        assert "Agreed an adjustment" not in html
        assert SECRET not in html
    sheet = body_of(mia_client.get("/manage/exports/matrix.csv")).decode()
    assert "adjust" not in sheet.lower()
    assert AuditEntry.objects.get(what="agreement").data == {}


def test_another_format_changes_no_date(amara: User, ben_client: Client, module: ModulePage) -> None:
    ben_client.post(url(amara.person, "adjust"), {"kind": "other-format", "due_on": today(45).isoformat()})
    assert Adjustment.objects.get().due_on is None
    assert str(state(amara.person, module).state) == "overdue"


def test_reason_and_evidence_are_for_who_entered_them_and_the_lead(
    amara: User, ben_client: Client, lena_client: Client, mia_client: Client, amara_client: Client, olga_client: Client,
    module: ModulePage,
) -> None:  # fmt: skip
    ben_client.post(url(amara.person, "exempt"), exempt(evidence=pdf()))
    ben_client.post(url(amara.person, "accept"), accept(evidence=pdf()))
    reason = f"/manage/exemptions/{Exemption.objects.get().pk}/evidence/"
    proof = f"/manage/accepted/{AcceptedTraining.objects.get().pk}/evidence/"
    answers = {
        who: (client.get(reason).status_code, client.get(proof).status_code)
        for who, client in {
            "ben": ben_client, "lena": lena_client, "mia": mia_client, "amara": amara_client, "olga": olga_client
        }.items()
    }  # fmt: skip
    assert answers == {
        "ben": (200, 200), "lena": (200, 200), "mia": (404, 200), "amara": (403, 403), "olga": (404, 404)
    }  # fmt: skip
    assert SECRET not in said(mia_client, page(amara.person))
    response = ben_client.get(reason)
    assert body_of(response) == PDF
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert AuditEntry.objects.filter(what="evidence").count() == 6
    name = Exemption.objects.get().reason.evidence.name
    assert ben_client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "changes", "message"),
    [
        ("exempt", {"starts_on": "2020-01-01"}, "It begins today or later"),
        ("exempt", {"ends_on": "2020-01-01"}, "must not come before the first"),
        ("exempt", {"reason": ""}, "This field is required."),
        ("exempt", {"evidence": SimpleUploadedFile("x.html", b"<script>")}, "Choose a PDF, PNG or JPEG file."),
        ("exempt", {"evidence": SimpleUploadedFile("x.pdf", b"<script>")}, "Choose a PDF, PNG or JPEG file."),
        ("exempt", {"evidence": SimpleUploadedFile("x.pdf", PDF + b"0" * 10 * 1024 * 1024)}, "larger than 10 MB"),
        ("accept", {"completed_on": "2999-01-01"}, "It must have been done by today."),
        ("accept", {"valid_until": "2020-01-01"}, "cannot run out before it was done"),
        ("adjust", {"kind": "later-date"}, "Give the date you agreed."),
        ("adjust", {"kind": "later-date", "due_on": "2020-01-01"}, "A later date is one that is to come."),
    ],
)
def test_what_cannot_be_is_said(
    amara: User, ben_client: Client, module: ModulePage, kind: str, changes: dict[str, Any], message: str
) -> None:
    data = {"exempt": exempt(), "accept": accept(), "adjust": {"words": "x"}}[kind]
    response = ben_client.post(url(amara.person, kind), {**data, **changes})
    assert response.status_code == 422
    assert message in words(response.content.decode())
    assert not Event.objects.exists()


def test_nobody_else_enters_anything_and_private_modules_are_not_there(
    amara: User, chidi: User, ben_client: Client, olga_client: Client, amara_client: Client, module: ModulePage
) -> None:
    private = make_module("When home is hard", private=True)
    for kind, data in (("exempt", exempt()), ("accept", accept())):
        assert olga_client.post(url(amara.person, kind), data).status_code == 404
        assert ben_client.post(url(chidi.person, kind), data).status_code == 404
        assert amara_client.post(url(amara.person, kind), data).status_code == 403
        assert ben_client.post(url(amara.person, kind, private.slug), data).status_code == 404
    assert "hard" not in said(ben_client, page(amara.person))
    assert not Exemption.objects.exists()
    hidden = Exemption.objects.create(
        person=amara.person, module=private, kind="long-leave", starts_on=today(), entered_by=chidi.person,
        entered_at="2026-01-01T00:00Z",
    )  # fmt: skip
    assert ben_client.get(f"/manage/exemptions/{hidden.pk}/end/").status_code == 404


def test_budgets(
    amara: User, ben_client: Client, module: ModulePage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for kind, data in (("exempt", exempt()), ("accept", accept())):
        with django_assert_max_num_queries(25):
            ben_client.post(url(amara.person, kind), data)
    with django_assert_max_num_queries(13):
        ben_client.get(page(amara.person))
    with django_assert_max_num_queries(8):
        ben_client.get(url(amara.person, "exempt"))
