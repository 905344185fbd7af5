"""`/certificates/<number>/`: for its holder alone."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ModulePage
from courses.credentials import services
from courses.credentials.models import Certificate, CertificateHolder
from courses.people.models import Organisation, User
from courses.people.services.posts import leave_organisation
from courses.records.models import Event
from courses.records.models.event import EventKind
from tests.credentials.conftest import ISSUED, complete


def path_of(certificate: Certificate) -> str:
    return f"/certificates/{certificate.number}/"


def test_who_has_left_takes_it_along(
    amara: User, amara_client: Client, client: Client, council: Organisation, certificate: Certificate
) -> None:
    leave_organisation(person=amara.person, organisation=council, last_day=datetime.date(2026, 5, 29))
    assert not amara.person.memberships.filter(ends_on=None).exists()
    assert "Amara Okafor" in amara_client.get(path_of(certificate)).content.decode()
    assert amara_client.get("/my-learning/").status_code == 200
    assert client.get(f"/verify/{certificate.number}/").status_code == 200


def test_amara_sees_her_certificate(amara_client: Client, certificate: Certificate) -> None:
    page = amara_client.get(path_of(certificate)).content.decode()
    assert "Certificate of completion" in page
    assert "Amara Okafor" in page
    assert "Northfield Council" in page
    assert "Carers’ assessments: getting it right</strong>, version 2" in page
    for fact in ("3 March 2026", "3 March 2028", "92% (pass mark 80%)", "20 minutes"):
        assert fact in page
    assert "Say who is a carer" in page
    assert "Ruth Adeyemi" in page
    assert "Head of Learning, Northfield Council" in page
    assert certificate.number in page
    assert "It shows knowledge, not competence at work." in page
    assert "The wording here is our summary." in page


def test_principles_stand_in_two_groups(amara_client: Client, certificate: Certificate) -> None:
    page = amara_client.get(path_of(certificate)).content.decode()
    assessed, taught = page.split("<h3>Taught and assessed</h3>")[1].split("<h3>Taught</h3>")
    assert "What CCP1 means." in assessed
    assert "What CCP2 means." not in assessed
    assert "What CCP2 means." in taught


@pytest.mark.parametrize("suffix", ["", "sharing/"])
@pytest.mark.parametrize("who", ["ben_client", "lena_client", "tariq_client", "olga_client", "admin_client"])
def test_nobody_else_learns_that_it_exists(
    request: pytest.FixtureRequest, who: str, suffix: str, certificate: Certificate
) -> None:
    client: Client = request.getfixturevalue(who)
    ask = client.post if suffix else client.get
    assert ask(path_of(certificate) + suffix).status_code == 404
    assert client.get(f"/certificates/{certificate.number}.pdf").status_code == 404


def test_a_visitor_is_asked_to_sign_in(client: Client, certificate: Certificate) -> None:
    for path in (path_of(certificate), f"/certificates/{certificate.number}.pdf", "/certificates/KX7M-42QD-9PLT/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_a_number_typed_otherwise_leads_to_the_page(amara_client: Client, certificate: Certificate) -> None:
    typed = certificate.number.lower().replace("-", "")
    assert amara_client.get(f"/certificates/{typed}/")["Location"] == path_of(certificate)
    assert amara_client.get("/certificates/nonsense/").status_code == 404


def test_it_takes_few_queries(
    amara_client: Client, certificate: Certificate, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amara_client.get(path_of(certificate))
    with django_assert_max_num_queries(4):
        amara_client.get(path_of(certificate))


def test_an_expired_one_says_so_and_how_to_renew(
    amara_client: Client, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime.datetime(2028, 3, 4, 9, tzinfo=datetime.UTC))
    amara_client.force_login(certificate.person.logins.get(), backend="courses.people.backends.PersonBackend")
    page = amara_client.get(path_of(certificate)).content.decode()
    assert "This certificate was valid until 3 March 2028." in page
    assert "/modules/carers-assessments-getting-it-right/" in page


def test_a_certificate_for_ever_without_assessment(amara: User, amara_client: Client, module: ModulePage) -> None:
    completion = complete(amara.person, module, score=None, pass_mark=None, valid_months=0, outcomes=[])
    found = services.issue(completion=completion)
    page = amara_client.get(path_of(found)).content.decode()
    assert "Score" not in page
    assert "What it covers" not in page


def test_without_an_organisation_we_are_the_issuer(amara: User, amara_client: Client, module: ModulePage) -> None:
    found = services.issue(completion=complete(amara.person, module, organisation=""))
    assert found.issuer == "Alongside"
    assert "Signed by" not in amara_client.get(path_of(found)).content.decode()


def test_issuing_again_gives_the_same_and_tells_once(amara: User, certificate: Certificate) -> None:
    again = services.issue(completion=certificate.completion)
    assert again.pk == certificate.pk
    assert Certificate.objects.count() == CertificateHolder.objects.count() == 1
    assert Event.objects.filter(person=amara.person, kind=EventKind.CERTIFIED).count() == 1


def test_issuing_takes_four_statements(
    amara: User, module: ModulePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    completion = complete(amara.person, module)
    with django_assert_num_queries(4):
        services.issue(completion=completion)


def test_it_says_what_was_true_then(amara_client: Client, certificate: Certificate, council: Organisation) -> None:
    Organisation.objects.filter(pk=council.pk).update(name="Northfield Borough", signatory_name="New Person")
    page = amara_client.get(path_of(certificate)).content.decode()
    assert "Northfield Council" in page
    assert "Ruth Adeyemi" in page
    assert certificate.issued_at == ISSUED


def test_a_private_one_is_checked_only_when_she_allows_it(
    amara_client: Client, client: Client, private_certificate: Certificate
) -> None:
    page, check = path_of(private_certificate), f"/verify/{private_certificate.number}/"
    assert "You do not allow it now." in amara_client.get(page).content.decode()
    assert check not in amara_client.get(page).content.decode()
    assert client.get(check).status_code == 404
    amara_client.post(f"{page}sharing/", {"public": "yes"})
    assert "You allow it now." in amara_client.get(page).content.decode()
    assert client.get(check).status_code == 200
    amara_client.post(f"{page}sharing/", {"public": "no"})
    assert client.get(check).status_code == 404


def test_the_switch_is_not_for_other_modules(amara_client: Client, client: Client, certificate: Certificate) -> None:
    amara_client.post(f"{path_of(certificate)}sharing/", {"public": "no"})
    assert client.get(f"/verify/{certificate.number}/").status_code == 200
