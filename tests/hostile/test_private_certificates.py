"""The certificate of a private module is checked by others only when its holder has allowed it herself: whether the
module was private when she completed it, became so later, or was so then and is public now."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.content.models import ModulePage
from courses.credentials.models import CertificateHolder
from courses.credentials.services import set_public
from courses.people.models import Person, User
from scripts import build_fonts
from tests.credentials.test_pdf import opened, words
from tests.people import signed_in
from tests.records.quick import quick_module, quick_version
from tests.records.trips import complete

from .test_private_modules import read
from .world import body_of

pytestmark = pytest.mark.django_db

TITLE = "Are you a carer yourself"
UNKNOWN = "AAAA-BBBB-CCCC"
Make = Callable[[Person], str]


def from_the_start(person: Person) -> str:
    return complete(person, quick_module(TITLE, private=True)).certificate.number


def later(person: Person) -> str:
    """It was public when she completed it."""
    module = quick_module(TITLE)
    done = complete(person, module)
    quick_version(module, private=True)
    return done.certificate.number


def in_the_draft(person: Person) -> str:
    """The trainer has said so and not published yet."""
    module = quick_module(TITLE)
    done = complete(person, module)
    ModulePage.objects.filter(pk=module.pk).update(private=True)
    return done.certificate.number


def no_longer(person: Person) -> str:
    """What she did while it was private stays hers."""
    module = quick_module(TITLE, private=True)
    done = complete(person, module)
    quick_version(module, private=False)
    return done.certificate.number


PRIVATE: list[Make] = [from_the_start, later, in_the_draft, no_longer]
private = pytest.mark.parametrize("make", PRIVATE)


@private
def test_she_allows_it_and_takes_it_back(make: Make, amara: User, amara_client: Client, client: Client) -> None:
    number = make(amara.person)
    page, check = f"/certificates/{number}/", f"/verify/{number}/"
    for allowed in (False, True, False):
        amara_client.post(f"{page}sharing/", {"public": "yes" if allowed else "no"})
        shown = amara_client.get(page).content.decode()
        assert ("You allow it now." in shown) is allowed
        assert ("You do not allow it now." in shown) is not allowed
        assert (check in shown) is allowed
        assert (check in amara_client.get("/my-learning/").content.decode()) is allowed
        assert client.get(check).status_code == (200 if allowed else 404)
        assert client.post(check, {"surname": "Okafor"}).status_code == (200 if allowed else 404)
    assert "Private to you" in amara_client.get("/my-learning/").content.decode()


@private
def test_until_then_it_answers_everybody_like_a_number_that_does_not_exist(
    make: Make, amara: User, ben: User, lena: User, tariq: User, olga: User, admin: User
) -> None:
    number = make(amara.person)
    clients = [Client(), *(signed_in(who) for who in (amara, ben, lena, tariq, olga, admin))]
    for place, client in enumerate(clients, 1):
        for surname in ("", "Okafor"):
            answers = []
            for asked in (number, UNKNOWN):
                url = f"/verify/{asked}/"
                with CaptureQueriesContext(connection) as queries:
                    answer = (
                        client.post(url, {"surname": surname}, REMOTE_ADDR=f"10.0.0.{place}")
                        if surname
                        else client.get(url, REMOTE_ADDR=f"10.0.0.{place}")
                    )
                assert answer.status_code == 404
                shapes = [query["sql"].replace(asked, "…") for query in queries if "credentials" in query["sql"]]
                answers.append((read(answer, asked), shapes, sorted(answer.headers)))
            assert answers[0] == answers[1]
            assert len(answers[0][1]) == 1


@private
def test_nobody_but_she_has_the_switch(
    make: Make, amara: User, ben: User, lena: User, tariq: User, olga: User, admin: User
) -> None:
    number = make(amara.person)
    for who in (ben, lena, tariq, olga, admin):
        assert signed_in(who).post(f"/certificates/{number}/sharing/", {"public": "yes"}).status_code == 404
        assert signed_in(who).get(f"/certificates/{number}/").status_code == 404
    assert Client().get(f"/verify/{number}/").status_code == 404


@private
def test_her_choice_is_not_her_manager_s_business(
    make: Make, amara: User, amara_client: Client, ben_client: Client
) -> None:
    number = make(amara.person)
    amara_client.post(f"/certificates/{number}/sharing/", {"public": "yes"})
    shown = ben_client.get(f"/manage/people/{amara.person.public_id}/").content.decode()
    assert number not in shown


@private
def test_her_pdf_and_her_data_say_the_same(make: Make, amara: User, amara_client: Client) -> None:
    assert build_fonts.main() == 0
    number = make(amara.person)
    for allowed in (False, True):
        amara_client.post(f"/certificates/{number}/sharing/", {"public": "yes" if allowed else "no"})
        printed = words(opened(amara_client.get(f"/certificates/{number}.pdf").content))
        assert ("Anyone can check this certificate" in printed) is allowed
        assert ("Its holder can allow others" in printed) is not allowed
        data = json.loads(body_of(amara_client.post("/my-learning/data/json/")))
        (row,) = data["certificates"]
        assert row["anybody_may_check"] is allowed
        assert row["allowed_by_you"] is allowed


def test_a_public_module_s_certificate_closes_on_the_day_it_becomes_private_and_opens_again(
    amara: User, client: Client
) -> None:
    module = quick_module("Carer awareness")
    check = f"/verify/{complete(amara.person, module).certificate.number}/"
    for hidden in (False, True, False, True):
        ModulePage.objects.filter(pk=module.pk).update(private=hidden)
        assert client.get(check).status_code == (404 if hidden else 200)
    quick_version(module, private=False)
    assert client.get(check).status_code == 200


def test_the_switch_shows_nowhere_else(amara: User, amara_client: Client, client: Client) -> None:
    number = complete(amara.person, quick_module("Carer awareness")).certificate.number
    assert "/sharing/" not in amara_client.get(f"/certificates/{number}/").content.decode()
    amara_client.post(f"/certificates/{number}/sharing/", {"public": "no"})
    assert client.get(f"/verify/{number}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_what_holders_chose_before_the_choice_had_a_column_stands(amara: User) -> None:
    allowed, kept = (complete(amara.person, quick_module(f"{TITLE} {n}", private=True)).certificate for n in (1, 2))
    public = complete(amara.person, quick_module("Carer awareness")).certificate
    set_public(certificate=allowed, public=True)
    for name in ("0002_initial", "0003_holder_allows"):
        executor = MigrationExecutor(connection)
        executor.migrate([("credentials", name)])
    chosen = dict(CertificateHolder.objects.values_list("certificate", "allowed"))
    assert chosen == {allowed.pk: True, kept.pk: False, public.pk: False}
