"""/accounts/profile/: her name, her profession, and what earlier certificates say."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from courses.credentials.models import Certificate
from courses.people.models import Person, User
from courses.records.models import Event
from courses.records.models.event import EventKind
from tests.credentials.conftest import *  # noqa: F403  (fixtures: a certificate of Amara's)

URL = "/accounts/profile/"
NEW = {"name": "Amara Bello", "family_name": "Bello", "profession": "social-worker"}


def test_name_and_profession_are_saved(amara: User, amara_client: Client) -> None:
    page = amara_client.get(URL).content.decode()
    assert 'value="Amara Okafor"' in page
    assert "earlier certificates" not in page, "asked only of who has some"
    answer = amara_client.post(URL, NEW, follow=True)
    assert "Your details are saved." in answer.content.decode()
    person = Person.objects.get(pk=amara.person_id)
    assert (person.name, person.family_name, person.profession) == ("Amara Bello", "Bello", "social-worker")
    assert "Okafor" not in amara_client.get("/accounts/").content.decode()


@pytest.mark.parametrize(("choice", "printed"), [("follow", "Amara Bello"), ("keep", "Amara Okafor")])
def test_earlier_certificates_do_as_she_chose(
    amara_client: Client, certificate: Certificate, choice: str, printed: str
) -> None:
    assert "earlier certificates" in amara_client.get(URL).content.decode()
    amara_client.post(URL, {**NEW, "earlier": choice})
    certificate.holder.refresh_from_db()
    assert certificate.holder.name == printed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "Enter your full name."),
        ({"name": "x" * 201}, "200 characters"),
        ({"name": "<b>x</b>"}, "without brackets"),
        ({"family_name": "\u202e"}, "Enter your full name."),
        ({"profession": "wizard"}, "Select a valid choice"),
        ({"profession": ""}, "required"),
    ],
)
def test_bad_input_changes_nothing(amara: User, amara_client: Client, change: dict[str, str], message: str) -> None:
    page = amara_client.post(URL, {**NEW, **change}).content.decode()
    assert "There is a problem" in page
    assert message in page
    assert Person.objects.get(pk=amara.person_id).name == "Amara Okafor"


def test_all_is_saved_or_nothing(amara: User, amara_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> None:
        raise OperationalError("the database went away")

    monkeypatch.setattr("courses.learner.views.profile.choose_profession", fails)
    with pytest.raises(OperationalError):
        amara_client.post(URL, NEW)
    person = Person.objects.get(pk=amara.person_id)
    assert (person.name, person.profession) == ("Amara Okafor", amara.person.profession)
    assert not Event.objects.filter(person=person, kind=EventKind.NAME_CORRECTED).exists()


def test_saving_again_changes_nothing(amara: User, amara_client: Client, certificate: Certificate) -> None:
    before = certificate.issued_at
    for _ in range(2):
        amara_client.post(URL, {"name": "Amara Okafor", "family_name": "Okafor", "profession": "other"})
    certificate.refresh_from_db()
    assert certificate.issued_at == before < timezone.now()


def test_visitor_signs_in_first(client: Client, db: None) -> None:
    assert client.get(URL).headers["Location"] == "/accounts/login/?next=/accounts/profile/"
