"""A pack for an inspector: what stands in it, as at a day, and that it can be checked."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from courses.credentials import signing
from courses.people.models import Organisation, Unit, User
from tests.manager.history import require
from tests.manager.out.reading import csv_rows, xlsx_rows
from tests.records.quick import quick_module
from tests.records.trips import complete

from .made import asked, everything, opened, text_of, unlisted

pytestmark = pytest.mark.django_db


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
    said = json.loads(found.read("manifest.json"))
    assert (said["organisation"], said["units"], said["people"]) == (council.name, [assessments.name], 1)
    assert found.read(f"certificates/carer-awareness/{certificate.number}.pdf").startswith(b"%PDF")
    assert certificate.number in text_of(found, "matrix/page-0001.html")
    assert "What is in it" in text_of(found, "index.html")
    rows = csv_rows(found.read("matrix.csv"))
    assert rows == xlsx_rows(found.read("matrix.xlsx"))
    print(everything(found)[:200], found.namelist())
