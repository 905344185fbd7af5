"""What imsmanifest.xml says, and why a package cannot be played."""

from __future__ import annotations

import io
import random
import time
from collections.abc import Mapping
from typing import Any

import pytest

from courses.interop.scorm.manifest import ScormManifest, leaves, read_manifest, with_parameters
from courses.interop.uploads.refusals import Refused
from courses.interop.uploads.zips import SafeZip
from tests.interop.packages import HEADS, Content, scorm_files, scorm_manifest, zipped


def read(files: Mapping[str, Content]) -> ScormManifest:
    return read_manifest(SafeZip(io.BytesIO(zipped(files))))


def why(files: Mapping[str, Content]) -> str:
    with pytest.raises(Refused) as caught:
        read(files)
    assert caught.value.message.endswith(".")
    assert "{" not in caught.value.message
    return caught.value.code


def manifest(body: str, edition: str = "1.2") -> str:
    namespaces, version = HEADS[edition]
    return (
        f"<manifest {namespaces}><metadata><schemaversion>{version}</schemaversion></metadata>{body}</manifest>"
    )  # fmt: skip


ONE_RESOURCE = (
    '<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="part1/index.html"/></resources>'
)


def only(found: ScormManifest) -> dict[str, Any]:
    return next(iter(leaves(found.data["items"])))


def test_a_package_of_scorm_1_2() -> None:
    found = read(scorm_files())
    assert (found.kind, found.data["edition"], found.title) == ("scorm-1.2", "1.2", "A first talk")
    assert found.titles == ["Part 1"]
    assert only(found) == {
        "id": "item1", "title": "Part 1", "href": "part1/index.html", "type": "sco", "mastery": None, "max_time": "",
        "time_limit_action": "", "launch_data": "", "prerequisites": "", "threshold": None, "min_measure": None,
        "items": [],
    }  # fmt: skip
    assert found.languages == ["en"]
    assert found.hints == found.external == found.repaired == []
    assert "score" in found.tracked[0]


@pytest.mark.parametrize("edition", ["2004 3rd", "2004 4th"])
def test_editions_of_2004(edition: str) -> None:
    found = read(scorm_files(edition, scos=2))
    assert (found.kind, found.data["edition"]) == ("scorm-2004", edition)
    assert found.titles == ["Part 1", "Part 2"]


def test_an_early_2004_is_played_and_said() -> None:
    files = scorm_files("2004 3rd")
    files["imsmanifest.xml"] = str(files["imsmanifest.xml"]).replace("2004 3rd Edition", "CAM 1.3")
    found = read(files)
    assert found.data["edition"] == "2004 3rd"
    assert "early edition" in found.hints[0]


def test_the_namespace_is_believed_over_the_schema_version() -> None:
    files = scorm_files("1.2")
    files["imsmanifest.xml"] = str(files["imsmanifest.xml"]).replace(">1.2<", ">2004 3rd Edition<")
    found = read(files)
    assert found.kind == "scorm-1.2"
    assert "calls itself SCORM 2004" in found.hints[0]


def test_what_a_1_2_item_is_judged_by() -> None:
    extra = (
        "<adlcp:masteryscore>80</adlcp:masteryscore><adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed>"
        "<adlcp:timelimitaction>continue,message</adlcp:timelimitaction><adlcp:datafromlms>a=1 </adlcp:datafromlms>"
        '<adlcp:prerequisites type="aicc_script">item0</adlcp:prerequisites>'
    )
    found = read(scorm_files(inside_item=extra))
    item = only(found)
    assert (item["mastery"], item["max_time"], item["time_limit_action"]) == (80, "00:30:00", "continue,message")
    assert (item["launch_data"], item["prerequisites"]) == ("a=1 ", "item0")
    assert "order" in found.hints[0]


@pytest.mark.parametrize("text", ["", "eighty", "NaN", "101", "-1"])
def test_a_mastery_score_that_is_none(text: str) -> None:
    assert only(read(scorm_files(inside_item=f"<adlcp:masteryscore>{text}</adlcp:masteryscore>")))["mastery"] is None


def test_what_a_2004_item_is_judged_by() -> None:
    extra = (
        '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75"/>'
        "<adlcp:dataFromLMS>x</adlcp:dataFromLMS><adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction>"
        '<imsss:sequencing><imsss:limitConditions attemptAbsoluteDurationLimit="PT30M"/>'
        '<imsss:deliveryControls completionSetByContent="true"/>'
        '<imsss:objectives><imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">'
        "<imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure></imsss:primaryObjective>"
        '<imsss:objective objectiveID="other"/></imsss:objectives></imsss:sequencing>'
    )
    found = read(scorm_files("2004 4th", inside_item=extra))
    item = only(found)
    assert (item["threshold"], item["min_measure"], item["objectives"]) == (0.75, 0.6, ["main", "other"])
    assert (item["launch_data"], item["time_limit_action"]) == ("x", "exit,no message")
    assert (item["max_time"], item["set_by_content"]) == ("PT30M", True)
    assert found.hints == []


def test_a_threshold_of_the_third_edition_and_a_measure_that_does_not_count() -> None:
    extra = (
        "<adlcp:completionThreshold>0.5</adlcp:completionThreshold><imsss:sequencing><imsss:objectives>"
        '<imsss:primaryObjective objectiveID="main"><imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>'
        "</imsss:primaryObjective></imsss:objectives></imsss:sequencing>"
    )
    item = only(read(scorm_files("2004 3rd", inside_item=extra)))
    assert (item["threshold"], item["min_measure"]) == (0.5, None)


def test_rules_of_order_that_are_not_obeyed_are_said_at_upload() -> None:
    extra = (
        '<imsss:sequencing><imsss:controlMode choice="false" flow="true"/><imsss:sequencingRules>'
        '<imsss:preConditionRule/></imsss:sequencingRules><imsss:limitConditions attemptLimit="1"/>'
        '<imsss:randomizationControls selectionTiming="once"/><imsss:rollupRules rollupObjectiveSatisfied="false"/>'
        '<imsss:objectives><imsss:objective objectiveID="o"><imsss:mapInfo targetObjectiveID="x"/></imsss:objective>'
        "</imsss:objectives></imsss:sequencing>"
    )
    found = read(scorm_files("2004 4th", inside_item=extra))
    for word in ("in order", "lock", "number of attempts", "shuffled", "when the whole is complete", "shared between"):
        assert any(word in hint for hint in found.hints), word


def test_items_in_items_parameters_and_base() -> None:
    files = {
        "content/a b/start.html": "<html lang='en-GB'>",
        "imsmanifest.xml": manifest(
            '<organizations default="two"><organization identifier="one"><item identifier="x"/></organization>'
            '<organization identifier="two"><title>Second</title><item identifier="chapter"><title>Chapter</title>'
            '<item identifier="page" identifierref="r" parameters="?unit=1"><title>Page</title></item></item>'
            "</organization></organizations>"
            '<resources xml:base="content/"><resource identifier="other" href="logo.png"/>'
            '<resource identifier="r" xml:base="a%20b/" adlcp:scormtype="sco" href="start.html?lang=en#top"/>'
            "</resources>"
        ),
    }
    found = read(files)
    assert found.title == "Second"
    chapter = found.data["items"][0]
    assert (chapter["href"], chapter["items"][0]["id"]) == ("", "page")
    assert chapter["items"][0]["href"] == "content/a%20b/start.html?lang=en&unit=1#top"


@pytest.mark.parametrize(
    ("href", "parameters", "whole"),
    [
        ("a.html", "", "a.html"),
        ("a.html", "x=1", "a.html?x=1"),
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html?y=2", "?&x=1", "a.html?y=2&x=1"),
        ("a.html#top", "x=1", "a.html?x=1#top"),
        ("a.html", "#end", "a.html#end"),
        ("a.html#top", "#end", "a.html#top"),
    ],
)
def test_parameters(href: str, parameters: str, whole: str) -> None:
    assert with_parameters(href, parameters) == whole


def test_capitals_are_repaired() -> None:
    files = scorm_files()
    files["Part1/Index.HTML"] = files.pop("part1/index.html")
    found = read(files)
    assert only(found)["href"] == "Part1/Index.HTML"
    assert "capitals" in found.repaired[0]


def test_what_the_trainer_is_told_about_the_pages() -> None:
    files = scorm_files()
    files["part1/index.html"] = (
        '<html><script src="//cdn.example/x.js"></script><img src="a.png"><video src="a.mp4"></video>'
        '<script>var a = "https://tracker.example/t"; window.open("b.html")</script>'
        '<a xmlns="http://www.w3.org/1999/xhtml">'
    )
    files["a.mp4"] = b"\0"
    found = read(files)
    assert found.external == ["https://cdn.example/x.js", "https://tracker.example/t"]
    for word in ("language", "picture", "film without captions", "no file of captions", "second window"):
        assert any(word in hint for hint in found.hints), word


def test_only_assets_can_be_opened() -> None:
    files = scorm_files()
    files["imsmanifest.xml"] = str(files["imsmanifest.xml"]).replace('"sco"', '"asset"')
    found = read(files)
    assert only(found)["type"] == "asset"
    assert found.tracked == ["That it was opened"]
    assert "reports nothing" in found.hints[0]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["index.html"], "no-manifest"),
        (["course/imsmanifest.xml", "course/index.html"], "manifest-in-folder"),
        (["tincan.xml", "index.html"], "xapi-package"),
        (["cmi5.xml", "index.html"], "cmi5-package"),
        (["course.au", "course.crs", "course.des"], "aicc-package"),
    ],
)
def test_no_manifest_and_what_it_is_instead(names: list[str], code: str) -> None:
    assert why(dict.fromkeys(names, "x")) == code


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<manifest", "bad-xml"),
        ("<html/>", "bad-xml"),
        (b"\xff\xfe\x00", "bad-xml"),
        ('<?xml version="1.0" encoding="klingon"?><manifest/>', "bad-xml"),
        (manifest(""), "no-organization"),
        (manifest("<organizations/>"), "no-organization"),
        (manifest("<organizations><organization/></organizations>"), "nothing-to-open"),
        ("<manifest><organizations/></manifest>", "not-scorm"),
        ('<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"/>', "common-cartridge"),
        pytest.param(random.Random(1).randbytes(4 * 1024 * 1024 + 1), "manifest-too-large", id="large"),
    ],
)
def test_a_manifest_that_cannot_be_read(xml: Content, code: str) -> None:
    assert why(scorm_files() | {"imsmanifest.xml": xml}) == code


def organization(items: str, resources: str = ONE_RESOURCE, edition: str = "1.2") -> dict[str, Content]:
    body = f'<organizations default="o"><organization identifier="o">{items}</organization></organizations>{resources}'
    return {**scorm_files(edition), "imsmanifest.xml": manifest(body, edition)}


def launching(href: str) -> dict[str, Content]:
    """A package whose one item opens `href`."""
    return {**organization('<item identifier="i" identifierref="r"/>', ONE_RESOURCE.replace("part1/index.html", href)),
            "film.mp4": "x", "old.swf": "x"}  # fmt: skip


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("https://elsewhere.example/", "launch-elsewhere"),
        ("//elsewhere.example/a.html", "launch-elsewhere"),
        ("javascript:alert(1)", "launch-elsewhere"),
        ("gone.html", "missing-launch"),
        ("../index.html", "launch-outside"),
        ("/etc/passwd", "launch-outside"),
        ("a/%2e%2e/%2e%2e/b.html", "launch-outside"),
        ("..\\index.html", "launch-outside"),
        ("film.mp4", "launch-not-a-page"),
        ("old.swf", "launch-flash"),
    ],
)
def test_a_launch_address_that_is_none_of_ours(href: str, code: str) -> None:
    assert why(launching(href)) == code


def test_items_that_fit_nothing() -> None:
    assert why(organization('<item identifier="i" identifierref="nowhere"/>')) == "missing-resource"
    assert why(organization('<item identifier="i" identifierref="r"/>' * 2)) == "same-item-twice"
    assert why(organization("".join(f'<item identifier="i{n}"/>' for n in range(501)))) == "too-many-items"
    deep = "".join(f'<item identifier="i{n}">' for n in range(21)) + "</item>" * 21
    assert why(organization(deep)) == "items-too-deep"


def test_a_page_that_needs_a_second_window() -> None:
    files = scorm_files()
    files["part1/index.html"] = "<html lang='en'><body onload=\"window.open('lesson.html')\">"
    assert why(files) == "needs-popup"


BILLION = "<!DOCTYPE m [" + "<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        BILLION,
        "<!DOCTYPE m SYSTEM 'http://elsewhere.example/x.dtd'>",
        "<!DOCTYPE m [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE m [<!ENTITY % x SYSTEM 'http://elsewhere.example/'> %x;]>",
    ],
)
def test_entities_and_document_types(before: str) -> None:
    assert why(scorm_files() | {"imsmanifest.xml": scorm_manifest(before=before)}) == "xml-tricks"


def test_a_manifest_a_million_deep_is_no_crash() -> None:
    deep = manifest("<a>" * 400_000 + "</a>" * 400_000)
    assert why(scorm_files() | {"imsmanifest.xml": deep}) == "no-organization"


@pytest.mark.parametrize(
    "html",
    [
        "src=" + " " * 400_000,
        "<body" * 80_000,
        "<body " + "onload='window.open" * 20_000,
        "<html " * 60_000,
        "<img " * 40_000 + "alt=" + "x" * 200_000,
        "'http://" * 50_000,
        "window.open " * 40_000,
    ],
)
def test_a_page_made_to_be_slow_to_read_is_not(html: str) -> None:
    """A pattern that goes back over what it has read would be at one such page for hours."""
    files = scorm_files() | {"part1/index.html": html}
    before = time.process_time()
    read(files)
    assert time.process_time() - before < 5
