"""Withdrawing a certificate: it stays, and says so."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError
from django.test import Client

from courses.credentials import services
from courses.credentials.models import Certificate, Revocation
from courses.people.models import User
from courses.records.models import Event
from courses.records.models.event import EventKind


def test_it_is_told_to_the_holder_and_on_the_timeline(
    amara: User, amara_client: Client, ben: User, certificate: Certificate
) -> None:
    services.revoke(certificate=certificate, by=ben.person, reason="Issued to the wrong person.")
    page = amara_client.get(f"/certificates/{certificate.number}/").content.decode()
    assert "This certificate was withdrawn on 1 June 2026" in page
    assert "Download PDF" not in page
    told = Event.objects.get(person=amara.person, kind=EventKind.REVOKED)
    assert told.enrolment == certificate.completion.enrolment
    assert told.data == {"by": str(ben.person.public_id)}


def test_no_more_copies_are_printed(amara_client: Client, ben: User, certificate: Certificate) -> None:
    services.revoke(certificate=certificate, by=ben.person, reason="")
    response = amara_client.get(f"/certificates/{certificate.number}.pdf")
    assert response["Location"] == f"/certificates/{certificate.number}/"


def test_the_first_revocation_stands(ben: User, lena: User, certificate: Certificate) -> None:
    first = services.revoke(certificate=certificate, by=ben.person, reason="One.")
    again = services.revoke(certificate=certificate, by=lena.person, reason="Two.")
    assert again.pk == first.pk
    assert again.revoked_by == ben.person
    assert again.reason.text == "One."
    assert Event.objects.filter(kind=EventKind.REVOKED).count() == 1


def test_the_database_lets_nobody_take_it_back(ben: User, certificate: Certificate) -> None:
    services.revoke(certificate=certificate, by=ben.person, reason="")
    for change in (
        lambda: Revocation.objects.all().delete(),
        lambda: Certificate.objects.update(valid_until=None),
    ):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            change()
