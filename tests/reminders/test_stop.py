"""`/reminders/stop/<token>/`: stopping mail that is not required, without signing in."""

from __future__ import annotations

import pytest
from django.test import Client

from courses.people.models import User
from courses.reminders.models import MailChoice
from courses.reminders.services.stopping import stop_link

pytestmark = pytest.mark.django_db


def path_of(user: User, kind: str) -> str:
    return "/reminders/" + stop_link(user.person, kind).split("/reminders/")[1]


def test_she_stops_it_and_takes_it_up_again(amara: User) -> None:
    address = path_of(amara, "optional")
    assert b"Stop these mails?" in Client().get(address).content
    assert not MailChoice.objects.exists(), "looking changes nothing: mail programs follow links"
    assert b"You will get no more" in Client().post(address).content
    Client().post(address)
    assert MailChoice.objects.get(person=amara.person).optional is False
    Client().post(address, {"again": "yes"})
    assert MailChoice.objects.get(person=amara.person).optional is True


def test_a_link_is_for_its_kind_alone(amara: User) -> None:
    Client().post(path_of(amara, "digest"))
    choice = MailChoice.objects.get(person=amara.person)
    assert (choice.optional, choice.digest) == (True, False)


@pytest.mark.parametrize("token", ["x", "a:b:c", "W10:1x:y"])
def test_what_we_did_not_sign_is_unknown(token: str) -> None:
    assert Client().post(f"/reminders/stop/{token}/").status_code == 404
