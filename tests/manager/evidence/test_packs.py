"""A pack for an inspector: what stands in it, as at a day, and that it can be checked."""

from __future__ import annotations

import datetime
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses.content.models import ChangeKind, LessonVersion
from courses.credentials import services as credentials
from courses.credentials import signing
from courses.manager.models import EvidencePack
from courses.manager.words import day
from courses.people.models import Absence, Organisation, Unit, User
from courses.records.models import Adjustment, AdjustmentNote, ExemptionReason
from tests.factories import MembershipFactory
from tests.hostile.world import body_of
from tests.learner.taught import taught_module
from tests.manager.history import at, completed, exempted, make_module, require, today
from tests.manager.out.reading import csv_rows, xlsx_rows
from tests.manager.reading import said
from tests.records.quick import quick_module, quick_version
from tests.records.trips import complete

from .made import asked, everything, opened, text_of, unlisted

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def test_a_pack_holds_the_matrix_certificates_versions_and_rules(
    amara: User, ben: User, ben_client: Client, assessments: Unit, council: Organisation
) -> None:
    module = quick_module("Carer awareness")
    require(module, assessments, due=30)
    certificate = complete(amara.person, module).certificate
    pack = asked(ben_client)
    assert (pack.people, pack.certificates, pack.versions, pack.state) == (1, 1, 1, "Ready")
    found = opened(pack)
    assert unlisted(found) == []
    assert signing.holds(found.read("manifest.json"), found.read("manifest.sig"))
    told = json.loads(found.read("manifest.json"))
    assert (told["organisation"], told["units"], told["people"]) == (council.name, [assessments.name], 1)
    assert found.read(f"certificates/carer-awareness/{certificate.number}.pdf").startswith(b"%PDF")
    assert certificate.number in text_of(found, "matrix/page-0001.html")
    assert "Adult Assessments" in text_of(found, "rules/page-0001.html")
    assert day(today()) in text_of(found, "certificates/page-0001.html")
    for name in ("matrix", "people", "certificates", "rules", "agreed"):
        assert not re.search(r"\d{4}-\d\d-\d\d", text_of(found, f"{name}/page-0001.html"))
    assert str(today()) in found.read("certificates.csv").decode()
    assert "Social worker" not in everything(found)
    assert not [name for name in found.namelist() if "mara" in name.lower()]


@pytest.fixture
def history(amara: User, chidi: User, assessments: Unit, council: Organisation) -> None:
    """Amara and Chidi, several modules, a requirement of the council's, an exemption."""
    awareness, hospital, young = quick_module("Carer awareness"), quick_module("Hospital"), quick_module("Young carers")
    require(awareness, assessments, due=-5)
    require(hospital, council, after_joining=30)
    complete(amara.person, awareness)
    complete(chidi.person, hospital)
    exempted(amara.person, hospital)
    complete(amara.person, young)


@pytest.mark.parametrize("who", ["ben_client", "lena_client"])
@pytest.mark.parametrize("ago", [0, 400])
def test_matrix_equals_the_report_row_for_row(
    who: str, ago: int, history: None, request: pytest.FixtureRequest
) -> None:
    client: Client = request.getfixturevalue(who)
    found = opened(asked(client, as_at=str(today(-ago))))
    report = body_of(client.get(f"/manage/exports/matrix.csv?as_at={today(-ago)}"))
    assert found.read("matrix.csv") == report
    assert xlsx_rows(found.read("matrix.xlsx")) == csv_rows(report)
    page = text_of(found, "matrix/page-0001.html")
    for row in csv_rows(report)[1:]:
        assert row[0] in page


def test_every_cell_leads_to_certificate_and_version(history: None, lena_client: Client) -> None:
    found = opened(asked(lena_client))
    names = set(found.namelist())
    pages = [name for name in names if name.endswith(".html")]
    links = 0
    for name in pages:
        html = found.read(name).decode()
        for href in re.findall(r'href="([^"]+)"', html):
            if not href.startswith("http"):
                links += 1
                up = name.count("/")
                assert href.removeprefix("../" * up).split("#")[0] in names, (name, href)
                assert not href.startswith("/")
    assert links > 30
    for row in csv_rows(found.read("certificates.csv"))[1:]:
        assert f"{row[6]}.pdf" in "\n".join(names)
        matrix = csv_rows(found.read("matrix.csv"))[int(row[0])]
        assert matrix[0] == row[1]
        assert "Valid" in matrix[csv_rows(found.read("matrix.csv"))[0].index(row[2])]


def test_a_past_day_is_as_it_was(amara: User, ben: User, ben_client: Client, assessments: Unit) -> None:
    module = quick_module("Carer awareness")
    require(module, assessments, due=30, starts_on=today(-20))
    certificate = complete(amara.person, module, now=at(today(-10))).certificate
    credentials.revoke(certificate=certificate, by=ben.person, reason="Sekrit reason")
    now = opened(asked(ben_client))
    assert "Revoked on" in text_of(now, "certificates/page-0001.html")
    assert not [name for name in now.namelist() if name.endswith(".pdf")]
    then = opened(asked(ben_client, as_at=str(today(-5))))
    page = text_of(then, "certificates/page-0001.html")
    assert "Stood. Revoked since" in page
    assert not [name for name in then.namelist() if name.endswith(".pdf")]
    before = asked(ben_client, as_at=str(today(-15)))
    assert before.certificates == 0
    long_ago = asked(ben_client, as_at="2001-02-03")
    assert (long_ago.people, long_ago.state) == (0, "Ready")
    assert "Nobody learned in these units on that day" in text_of(opened(long_ago), "index.html")
    for pack in (now, then):
        assert unlisted(pack) == []
        assert "Sekrit" not in everything(pack)


def test_a_module_can_be_read_as_it_was_taught(amara: User, ben_client: Client, assessments: Unit) -> None:
    module = taught_module()
    require(module, assessments, due=30)
    version = module.current_version
    found = opened(asked(ben_client))
    (name,) = [name for name in found.namelist() if name.startswith("modules/")]
    html = found.read(name).decode()
    assert version is not None
    for lesson in version.outline["lessons"]:
        assert lesson["title"] in html
    for question in version.questions.all():
        for option in question.body["options"]:
            assert option["text"] in html
            assert option["feedback"] in html
    for refused in ("<form", "<script", "<button", "<input", "<textarea", "<video", 'href="/', 'src="/'):
        assert refused not in html, refused


def test_two_versions_are_shown_when_both_count(amara: User, ben_client: Client, assessments: Unit) -> None:
    module = quick_module("Carer awareness")
    complete(amara.person, module)
    quick_version(module, kind=ChangeKind.CORRECTION)
    found = opened(asked(ben_client))
    shown = [name for name in found.namelist() if name.startswith("modules/")]
    assert shown == ["modules/carer-awareness/version-1.html", "modules/carer-awareness/version-2.html"]


def test_what_is_for_few_is_in_no_pack(
    amara: User, lena: User, ben: User, lena_client: Client, ben_client: Client, assessments: Unit
) -> None:
    """Nobody reads of adjustments, reasons or private modules in it, not even in the lead's own."""
    module, private = quick_module("Carer awareness"), quick_module("Sekrit module", private=True)
    require(module, assessments, due=30)
    complete(amara.person, private)
    became = quick_module("Sekrit later")
    complete(amara.person, became)
    quick_version(became, private=True)
    exemption = exempted(amara.person, module)
    ExemptionReason.objects.create(exemption=exemption, text="Sekrit reason")
    agreed = Adjustment.objects.create(
        person=amara.person, organisation=assessments.organisation, module=module, kind="later-date",
        due_on=today(90), agreed_by=ben.person, agreed_on=today(-1), entered_at=at(today(-1)),
    )  # fmt: skip
    AdjustmentNote.objects.create(adjustment=agreed, text="Sekrit note")
    Absence.objects.create(
        person=amara.person, organisation=assessments.organisation, starts_on=today(-3), entered_by=ben.person
    )
    for client in (ben_client, lena_client):
        found = opened(asked(client))
        words = everything(found)
        assert "sekrit" not in words.lower()
        assert "djust" not in text_of(found, "agreed/page-0001.html")
        assert "On leave" in text_of(found, "agreed/page-0001.html")
        assert "Equivalent training accepted" in text_of(found, "agreed/page-0001.html")


def test_a_pack_of_a_unit_says_nothing_of_others(
    amara: User, chidi: User, lena_client: Client, assessments: Unit, reablement: Unit, history: None
) -> None:
    MembershipFactory(person=amara.person, unit=reablement)
    words = everything(opened(asked(lena_client, unit=str(assessments.pk))))
    for secret in ("Chidi", "Reablement", "Adult Care"):
        assert secret not in words


def test_chosen_modules_alone(history: None, lena_client: Client) -> None:
    page = lena_client.get("/manage/evidence/new/").content.decode()
    pk = re.findall(r'name="modules"\s+value="(\d+)"', page)[0]
    words = everything(opened(asked(lena_client, modules=[pk])))
    assert "Carer awareness" in words
    assert "Hospital" not in words


def test_it_says_beforehand_what_it_will_hold(
    history: None, ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        page = said(ben_client, "/manage/evidence/new/?as_at=")
    assert "1 person, 3 modules, up to 2 certificates" in page


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"as_at": "2999-01-01"}, "choose today or a day in the past"),
        ({"as_at": "yesterday"}, "give a day"),
        ({"unit": "999999"}, "Unit: choose from the list"),
        ({"modules": "999999"}, "Modules: choose from the list"),
    ],
)
def test_a_choice_that_is_none_makes_nothing(choice: dict[str, str], words: str, ben: User, ben_client: Client) -> None:
    for response in (ben_client.get("/manage/evidence/new/", choice), ben_client.post("/manage/evidence/new/", choice)):
        assert response.status_code == 422
        assert words in response.content.decode()
    assert not EvidencePack.objects.exists()


def test_asked_twice_it_is_one_pack(amara: User, ben_client: Client) -> None:
    where = {ben_client.post("/manage/evidence/new/", {}).headers["Location"] for _ in range(2)}
    assert len(where) == 1


def test_its_pages_keep_their_budgets(
    history: None, ben_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    pack = asked(ben_client)
    for address in ("", f"{pack.public_id}/", f"{pack.public_id}/share/"):
        with django_assert_max_num_queries(8):
            assert ben_client.get(f"/manage/evidence/{address}").status_code == 200
    assert b"PK" in body_of(ben_client.get(f"/manage/evidence/{pack.public_id}/file/"))


def test_pictures_lie_beside_and_a_lost_one_is_named(amara: User, ben_client: Client) -> None:
    module = make_module("Pictures")
    completed(amara.person, module)
    version = module.current_version
    assert version is not None
    kept = default_storage.save("frozen/aaaa.png", ContentFile(b"\x89PNG"))
    body = [
        {"type": "image", "id": "i1", "src": name, "width": 1, "height": 1, "alt": "A picture", "caption": ""}
        for name in (kept, "frozen/lost.png")
    ]
    again = quick_version(module, lessons=[{"slug": "one", "title": "One"}])
    LessonVersion.objects.create(version=again, lesson_id="l", slug="one", position=1, sha256="0" * 64, body=body)
    pack = asked(ben_client)
    found = opened(pack)
    beside = kept.replace("frozen", "files")
    assert found.read(beside) == b"\x89PNG"
    assert f'src="../../{beside}"' in found.read("modules/pictures/version-2.html").decode()
    first = text_of(found, "index.html")
    assert "Pictures, version 2: a picture of it is no longer kept (frozen/lost.png)." in first
    assert "Pictures, version 1: no text of it is kept" in first
    assert pack.gaps == 2
    assert "No certificate was issued" in text_of(found, "certificates/page-0001.html")
    assert unlisted(found) == []
