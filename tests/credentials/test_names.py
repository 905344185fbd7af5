"""A corrected name: on certificates by her choice, and the former name nowhere."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from courses.credentials import services
from courses.credentials.models import Certificate, CertificateHolder
from courses.people.models import Person, User
from courses.records.models import Event
from courses.records.models.event import EventKind


def test_certificates_follow_when_she_says_so(
    amara: User, amara_client: Client, client: Client, certificate: Certificate
) -> None:
    services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=True)
    page = amara_client.get(f"/certificates/{certificate.number}/").content.decode()
    assert "Amara Bello" in page
    assert "Okafor" not in page
    check = f"/verify/{certificate.number}/"
    assert "A. B." in client.get(check).content.decode()
    assert "<strong>Yes.</strong>" in client.post(check, {"surname": "Bello"}).content.decode()
    assert "<strong>No.</strong>" in client.post(check, {"surname": "Okafor"}).content.decode()


def test_certificates_keep_their_name_when_she_says_so(
    amara: User, amara_client: Client, ben_client: Client, certificate: Certificate
) -> None:
    services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=False)
    assert Person.objects.get(pk=amara.person.pk).name == "Amara Bello"
    assert "Amara Okafor" in amara_client.get(f"/certificates/{certificate.number}/").content.decode()


def test_she_may_let_them_follow_later(amara: User, certificate: Certificate) -> None:
    services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=False)
    services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=True)
    assert CertificateHolder.objects.get(certificate=certificate).name == "Amara Bello"


def test_the_timeline_tells_that_but_never_which(amara: User, certificate: Certificate) -> None:
    for _ in range(2):
        services.correct_name(person=amara.person, name="Amara Bello", family_name="Bello", follow=True)
    told = Event.objects.filter(person=amara.person, kind=EventKind.NAME_CORRECTED).order_by("pk")
    assert [event.enrolment_id for event in told] == [None, certificate.completion.enrolment_id]
    assert told[0].data == {"certificates": 1}
    everything = json.dumps(list(told.values("client_id", "data")))
    assert "Okafor" not in everything
    assert "Bello" not in everything


def test_back_and_forth_is_told_each_time(amara: User, certificate: Certificate) -> None:
    for name in ("Bello", "Okafor", "Bello"):
        services.correct_name(person=amara.person, name=f"Amara {name}", family_name=name, follow=True)
    assert Event.objects.filter(person=amara.person, kind=EventKind.NAME_CORRECTED, enrolment=None).count() == 3


def test_what_is_no_name_changes_nothing(amara: User, certificate: Certificate) -> None:
    for name in ("<b>Amara</b>", "x" * 201, "12345", "www.example.org"):
        with pytest.raises(ValueError):
            services.correct_name(person=amara.person, name=name, family_name="", follow=True)
    assert CertificateHolder.objects.get(certificate=certificate).name == "Amara Okafor"
    assert not Event.objects.filter(kind=EventKind.NAME_CORRECTED).exists()


def test_another_persons_certificates_stay(amara: User, chidi: User, certificate: Certificate) -> None:
    services.correct_name(person=chidi.person, name="Chidi Bello", family_name="Bello", follow=True)
    assert CertificateHolder.objects.get(certificate=certificate).name == "Amara Okafor"
