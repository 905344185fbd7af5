"""Two entries of one person, for the tests of making them one."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

from django.core import mail
from django.core.management import call_command
from django.test import Client, TestCase

from courses.people.models import Employment, Organisation, Person, Role, Unit, User
from courses.privacy.models import Merge, SaidBy
from courses.privacy.services import merging
from tests.factories import LONG_AGO, MembershipFactory, PersonFactory, UserFactory


def entry(name: str, unit: Unit, *, reference: str = "", email: str = "", starts_on: object = LONG_AGO) -> Person:
    """Somebody whom an employer's file made: a post and an employment, no login."""
    person = PersonFactory(name=name)
    Employment.objects.create(
        person=person, organisation=unit.organisation, reference=reference, email=email, starts_on=LONG_AGO
    )
    MembershipFactory(person=person, unit=unit, role=Role.LEARNER, organisation=unit.organisation, starts_on=starts_on)
    return person


def employ(person: Person, organisation: Organisation, reference: str = "") -> Employment:
    return Employment.objects.create(person=person, organisation=organisation, reference=reference, starts_on=LONG_AGO)


def second_login(name: str = "Amara Okafor", email: str = "amara.home@example.org") -> User:
    """Another account, that belongs to no organisation."""
    return UserFactory(person=PersonFactory(name=name), email=email)


def link_from(client: Client, address: str) -> str:
    """Asks for a link, and the path of the link in the mail that came."""
    mail.outbox.clear()
    answer = post(client, "/accounts/another/", {"address": address})
    assert answer.status_code == 302
    [letter] = mail.outbox
    assert letter.to == [address]
    found = re.search(r"https?://[^/]+(/accounts/another/\S+/)", str(letter.body))
    assert found
    return found[1]


def post(client: Client, path: str, data: dict[str, Any] | None = None, *, follow: bool = False) -> Any:
    """Posts a form, and does what is done when its transaction is committed: mails, and what came too late."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(path, data or {}, follow=follow)


def join(goes: Person, stays: Person) -> Merge:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return merging.merge(goes=goes, stays=stays, said_by=SaidBy.HERSELF, by=stays)


def check() -> None:
    """The summary rows say what the records say, or this raises."""
    call_command("rebuild_enrolments", "--check", stdout=StringIO())
