"""/launch/<token>/ of a SCORM package: the page that holds the API for one part; and the package that comes with us.
Budget of the page: 3 queries."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from courses.content.models import PackageKind
from courses.interop.calls import Call
from courses.interop.launches import Mode
from courses.interop.scorm.manifest import read_manifest
from courses.interop.uploads.zips import SafeZip
from courses.people.models import User
from scripts import build_scorm
from tests.interop.hosting import Opened
from tests.interop.reporting import one_lesson, opened_in, sent
from tests.interop.test_launch_page import data_of
from tests.packages import make_package, sco, scorm_files, scorm_manifest, with_activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(amara: User) -> Opened:
    """Amara has worked in the second of two parts."""
    manifest = scorm_manifest(sco(1), sco(2, mastery=80, launch_data="x=1"))
    package = make_package(kind=PackageKind.SCORM_12, manifest=manifest, files=scorm_files(2))
    opened = opened_in(amara.person, with_activity(one_lesson(), package=package))
    for seq, part in enumerate(("item-1", "item-2"), 1):
        body = {"session": part, "cmi": {"cmi.suspend_data": f"of {part}"}}
        sent(opened, Call(seq, "commit", part, body), client=part)
    return opened


def test_the_page_of_one_part(hers: Opened, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        answer = hers.ask(f"/launch/{hers.token(part='item-2')}/")
    data = data_of(answer)
    assert (data["part"], data["sco"]["edition"], data["sco"]["type"]) == ("item-2", "1.2", "sco")
    assert data["sco"]["src"] == f"{data['files']}/part2.html"
    assert [part["title"] for part in data["sco"]["parts"]] == ["Part 1", "Part 2"]
    values = data["sco"]["values"]
    assert (values["cmi.suspend_data"], values["cmi.core.entry"]) == ("of item-2", "resume")
    assert (values["cmi.student_data.mastery_score"], values["cmi.launch_data"]) == ("80", "x=1")
    assert "of item-1" not in answer.content.decode()
    assert b"scorm12.min.js" in answer.content
    assert b"scorm2004.min.js" not in answer.content
    assert "'unsafe-eval'" in answer["Content-Security-Policy"]


def test_a_package_is_not_told_who_learns(hers: Opened, amara: User, settings: Settings) -> None:
    page = hers.ask(f"/launch/{hers.token()}/")
    values = data_of(page)["sco"]["values"]
    assert values["cmi.core.student_name"] == "Learner"
    assert len(values["cmi.core.student_id"]) == 32
    for private in (amara.person.name, amara.email):
        assert private not in page.content.decode()
    settings.PACKAGES_ARE_TOLD_NAMES = True
    values = data_of(hers.ask(f"/launch/{hers.token()}/"))["sco"]["values"]
    assert values["cmi.core.student_name"] == amara.person.name


def test_a_part_that_is_not_there_opens_the_first(hers: Opened) -> None:
    assert data_of(hers.ask(f"/launch/{hers.token(part='item-9')}/"))["part"] == "item-1"


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_looking_has_no_credit(hers: Opened, mode: Mode) -> None:
    values = data_of(hers.ask(f"/launch/{hers.token(mode)}/"))["sco"]["values"]
    assert (values["cmi.core.lesson_mode"], values["cmi.core.credit"]) == (mode, "no-credit")


def test_our_own_packages_are_sound_and_built_alike_everywhere(tmp_path: Path) -> None:
    assert build_scorm.main([str(tmp_path)]) == 0
    built = sorted(tmp_path.iterdir())
    assert [path.name for path in built] == ["spot-the-carer.zip"]
    for path in built:
        assert path.read_bytes() == build_scorm.package(build_scorm.PACKAGES / path.stem)
        found = read_manifest(SafeZip(io.BytesIO(path.read_bytes())))
        assert (found.hints, found.external, found.repaired) == ([], [], [])
        assert found.languages == ["en-gb"]
