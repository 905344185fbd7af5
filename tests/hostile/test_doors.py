"""Ways in and out: nobody is led to another site, no session is prepared for somebody else, no limit is dodged, and
what people call themselves runs nowhere."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from pytest_django import Settings

from courses.content.frozen_files import svg_faults
from courses.credentials import pdf
from courses.people.models import Membership, Person, Role, Unit, User
from courses.people.services import invite, send_invitation
from courses.records import cpd, learning
from courses.spreadsheets import safe
from tests.factories import PASSWORD
from tests.people import signed_in
from tests.records.quick import quick_module
from tests.records.trips import complete

from .world import body_of

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://x.localhost/",
    "http://testserver@evil.example/",
    " //evil.example",
    "\t//evil.example",
    "http://testserver.evil.example/",
    "HTTPS://EVIL.EXAMPLE",
    "/\t/evil.example",
    "/%0d%0aSet-Cookie:a=b",
)


def leads_away(location: str) -> bool:
    """Whether a browser would leave this site (it drops tabs and line ends, and takes \\ for /)."""
    read = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    return bool(re.match(r"(?!https?://testserver/)([a-z]+:|//)", read, re.IGNORECASE))


@pytest.mark.parametrize("to", ELSEWHERE)
def test_nobody_is_led_to_another_site(to: str, amara: User, tariq: User) -> None:
    sign_in = {"login": amara.email, "password": PASSWORD}
    for url in (
        "/accounts/login/",
        "/accounts/logout/",
        "/accounts/signup/",
        "/accounts/reauthenticate/",
        "/cms/login/",
        "/_util/login/",
        "/cms/logout/",
        "/cms/password_reset/",
        "/verify/",
        "/help/report/",
        "/",
    ):
        for client in (Client(), signed_in(amara)):
            for answer in (client.get(url, {"next": to}), client.post(url, {**sign_in, "next": to})):
                assert not leads_away(answer.headers.get("Location", "")), url
    answer = Client().post("/accounts/login/", {**sign_in, "next": to})
    assert answer.status_code == 302
    assert not leads_away(answer.headers["Location"])


def test_the_cms_leads_nobody_away_either(tariq: User, tariq_client: Client) -> None:
    tariq_client.get("/cms/")
    page = complete(tariq.person, quick_module("Carer awareness")).module
    for to in ELSEWHERE:
        answer = tariq_client.post(f"/cms/bulk/wagtailcore/page/delete/?{urlencode({'id': page.pk, 'next': to})}")
        assert answer.status_code == 302
        assert not leads_away(answer.headers["Location"])


def test_a_session_prepared_by_somebody_else_is_worth_nothing(amara: User) -> None:
    """A stranger sets a session in her browser; when she signs in, the stranger's copy of it does not."""
    stranger, hers = Client(), Client()
    stranger.post("/learn/carer-awareness/", {})
    prepared = stranger.cookies[django_settings.SESSION_COOKIE_NAME].value
    hers.cookies[django_settings.SESSION_COOKIE_NAME] = prepared
    assert hers.post("/accounts/login/", {"login": amara.email, "password": PASSWORD}).status_code == 302
    assert hers.cookies[django_settings.SESSION_COOKIE_NAME].value != prepared
    assert hers.get("/my-learning/").status_code == 200
    assert stranger.get("/my-learning/").status_code == 302


def test_a_session_that_has_ended_is_worth_nothing(amara: User) -> None:
    client, kept = Client(), Client()
    client.post("/accounts/login/", {"login": amara.email, "password": PASSWORD})
    kept.cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert kept.get("/my-learning/").status_code == 200
    client.post("/accounts/logout/")
    assert kept.get("/my-learning/").status_code == 302


@pytest.mark.parametrize(
    "cookie", ['"\\000aaaaaaaaaaaa"', "a" * 4000, "\u00e4" * 20, "", "../../etc/passwd", '"; DROP']
)
def test_a_session_key_of_any_shape_is_nobody_s(cookie: str, client: Client) -> None:
    client.cookies.load(f"{django_settings.SESSION_COOKIE_NAME}={cookie}")
    answer = client.get("/my-learning/")
    assert answer.status_code == 302
    assert client.get("/").status_code in {200, 404}


@pytest.mark.parametrize("trusted", [0, 1])
def test_a_limit_is_not_dodged_by_a_made_up_address(trusted: int, settings: Settings, client: Client) -> None:
    """The proxy adds the address it sees at the end; what stands before that is the visitor's own invention."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = trusted
    statuses = [
        client.get(
            "/verify/AAAA-BBBB-CCCC/",
            headers={
                "x-forwarded-for": f"10.0.0.{n}, 9.9.9.9",
                "x-real-ip": f"10.0.1.{n}",
                "forwarded": f"for=10.0.2.{n}",
            },
        ).status_code
        for n in range(40)
    ]
    assert 429 in statuses


def test_a_limit_is_not_dodged_by_the_addresses_of_one_line(client: Client) -> None:
    statuses = [
        client.get("/verify/AAAA-BBBB-CCCC/", REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status_code for n in range(40)
    ]
    assert 429 in statuses
    assert client.get("/verify/AAAA-BBBB-CCCC/", REMOTE_ADDR="2001:db8:1:3::1").status_code == 404


def test_reports_are_limited_by_the_visitor_and_not_by_the_proxy(client: Client, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for n in range(12):
        sent = client.post("/help/report/", {"what": "x"}, headers={"x-forwarded-for": f"10.0.0.{n}"})
        assert sent.status_code == 302, "each from a house of her own"
    for _ in range(11):
        sent = client.post("/help/report/", {"what": "My words"}, headers={"x-forwarded-for": "9.9.9.9"})
    assert sent.status_code == 429
    assert int(sent.headers["Retry-After"]) > 0
    assert re.search(r"send it again in \d+ minute", sent.content.decode())
    assert "My words" in sent.content.decode(), "what was written is not lost"


ODD_NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\uff1d1+1",
    "{{ 7*7 }}{% debug %}",
    '#panic("typst") $x$ *b* `c` @ref \\ [a]',
    "Bcc: all@example.org",
    "\u202eevil",
)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_is_only_ever_a_name(name: str, amara: User, ben_client: Client, amara_client: Client) -> None:
    """Written past every form, as an import might: what is shown is text, in pages, tables, paper and mail."""
    Person.objects.filter(pk=amara.person_id).update(name=name, family_name=name)
    Membership.objects.filter(person=amara.person).update(job_title=name)
    completion = complete(Person.objects.get(pk=amara.person_id), quick_module("Carer awareness"))
    cpd.save_note(completion=completion, learned=name, change=name, discussed_on=None)
    for client, url in (
        (ben_client, "/manage/people/"),
        (ben_client, "/manage/matrix/"),
        (ben_client, "/manage/modules/carer-awareness/"),
        (ben_client, f"/manage/people/{amara.person.public_id}/"),
        (amara_client, "/accounts/"),
        (amara_client, "/my-learning/"),
        (amara_client, f"/certificates/{completion.certificate.number}/"),
        (amara_client, "/accounts/profile/"),
        (amara_client, f"/my-learning/cpd/notes/{completion.pk}/"),
        (amara_client, "/my-learning/cpd/"),
        (Client(), f"/verify/{completion.certificate.number}/"),
    ):
        answer = client.get(url)
        assert answer.status_code == 200, url
        for markup in ("<script>alert", "<img src=x", "49{%"):
            assert markup not in answer.content.decode(), url
    for client, url in (
        (ben_client, "/manage/exports/people.csv"),
        (ben_client, "/manage/exports/matrix.csv"),
        (ben_client, "/manage/exports/modules/carer-awareness.csv"),
        (amara_client, f"/my-learning/cpd/{completion.completed_at.year}.csv"),
    ):
        rows = list(csv.reader(io.StringIO(body_of(client.get(url)).decode("utf-8-sig"), newline="")))
        for cell in (cell for row in rows for cell in row):
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d")), url
    found = learning.completions(amara.person).get().certificate
    assert pdf.render(found, public=True).startswith(b"%PDF")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_a_table_is_a_formula(first: str) -> None:
    assert safe(f"{first}cmd|' /C calc'!A0") == f"'{first}cmd|' /C calc'!A0"


@pytest.mark.parametrize("name", ["Lena\nBcc: all@example.org", "Lena\r\nSubject: x"])
def test_a_mail_s_head_is_ours(name: str, lena: User, assessments: Unit) -> None:
    Person.objects.filter(pk=lena.person_id).update(name=name)
    by = User.objects.get(pk=lena.pk)
    invitation, link = invite(unit=assessments, role=Role.LEARNER, by=by, email="noor@example.org")
    send_invitation(invitation=invitation, link=link)
    (sent,) = mail.outbox
    assert sent.to == ["noor@example.org"]
    head = sent.message().as_bytes().split(b"\n\n", 1)[0].decode()
    assert "Bcc" not in head
    assert head.count("Subject:") == 1


@pytest.mark.parametrize(
    "name",
    [
        "../settings/base.py",
        "images/../../db.sqlite3",
        "images/..%2f..%2fdb.sqlite3",
        "..%2F..%2Fetc%2Fpasswd",
        "/etc/passwd",
        "images//etc/passwd",
        "images/\x00",
        "images/.hidden",
        "documents/secret.pdf",
        "IMAGES/a.png",
        "images\\..\\secret",
        "images/" + "a" * 5000,
        "images/" + "a/" * 2000 + "a",
    ],
)
def test_no_file_but_a_published_one(name: str, client: Client, settings: Settings, tmp_path: Path) -> None:
    for path in ("db.sqlite3", "secret", "images/.hidden", "documents/secret.pdf"):
        (tmp_path / path).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / path).write_bytes(b"what nobody may read")
    settings.MEDIA_ROOT = tmp_path
    answer = client.get(f"/media/{name}")
    assert answer.status_code in {301, 404}
    assert b"what nobody may read" not in body_of(answer)


@pytest.mark.parametrize(
    "ranged",
    [
        "bytes=" + "9" * 5000 + "-",
        "bytes=-" + "9" * 5000,
        "bytes=5-1",
        "bytes=-0",
        "bytes=\u00b2-",
        "bytes=0-0,1-1",
        "x" * 8000,
    ],
)
def test_a_range_of_any_shape_is_no_error(ranged: str, client: Client, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"0123456789")
    settings.MEDIA_ROOT = tmp_path
    assert client.get("/media/images/a.png", headers={"range": ranged}).status_code in {200, 206, 416}


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<image href="http://evil.example/x.png"/>',
        '<rect onload="alert(1)"/>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
        '<use href="data:image/svg+xml;base64,PHN2Zz4="/>',
        "<style>@import url(http://evil.example)</style>",
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<a xlink:href="java&#10;script:alert(1)"/>',
    ],
)
def test_a_drawing_with_a_program_is_refused(inside: str) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    assert svg_faults(f"{head}{inside}</svg>".encode())


def test_a_drawing_that_swells_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    assert svg_faults(bomb)
