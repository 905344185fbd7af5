"""Our own H5P content types: their build, the rules of H5P over them, and our importer that takes them as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest

from courses.content.models import UploadStatus
from scripts import build_h5p
from scripts.h5p_own_rules import own_faults
from scripts.h5p_rules import faults
from tests.interop.uploading import checked, kept

CHOICE, TALK, BASE = "Alongside.Choice-1.1", "Alongside.Conversation-1.1", "Alongside.Base-1.1"
SOURCES = sorted(path for path in build_h5p.PACKAGES.iterdir() if path.is_dir())
QUESTION, CONVERSATION = build_h5p.PACKAGES / "just-her-husband", build_h5p.PACKAGES / "first-talk-with-a-carer"
Files = dict[str, bytes]
Change = Callable[[Files], None]


def test_every_package_is_built(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build_h5p.main([str(tmp_path)]) == 0
    assert sorted(path.stem for path in tmp_path.iterdir()) == [source.name for source in SOURCES]
    assert capsys.readouterr().out.count("H5P: ") == len(SOURCES)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_same_sources_give_the_same_bytes_and_no_folders(source: Path) -> None:
    data = build_h5p.package(source)
    assert data == build_h5p.package(source)
    with ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
    assert members[0].filename == "h5p.json"
    assert not [member.filename for member in members if member.is_dir() or "__MACOSX" in member.filename]
    assert {(member.date_time, member.compress_type) for member in members} == {((1980, 1, 1, 0, 0, 0), ZIP_STORED)}
    assert f"{BASE}/js/base.js" in {member.filename for member in members}


@pytest.mark.django_db
@pytest.mark.usefixtures("own_store")
@pytest.mark.parametrize("source", [CONVERSATION, QUESTION], ids=lambda source: source.name)
def test_our_importer_takes_them_as_they_are(source: Path) -> None:
    data = build_h5p.package(source)
    waiting = checked(data)
    assert (waiting.status, waiting.faults) == (UploadStatus.WAITING, [])  # for a curator: the libraries are new
    assert not waiting.report["external"]
    assert not waiting.report["missing"]
    version = kept(data)
    assert version.manifest["main_library"] in {"Alongside.Choice 1.1", "Alongside.Conversation 1.1"}
    again = checked(data)
    assert again.status == UploadStatus.READY
    assert not again.report["repaired"]


def changed(name: str, change: Callable[[Any], Any]) -> Change:
    def apply(files: Files) -> None:
        value = json.loads(files[name])
        files[name] = json.dumps(change(value) or value).encode()

    return apply


def written(name: str, data: bytes) -> Change:
    return lambda files: files.update({name: data})


def without(name: str) -> Change:
    return lambda files: files.__delitem__(name)


def without_library(folder: str) -> Change:
    def apply(files: Files) -> None:
        for name in [name for name in files if name.startswith(f"{folder}/")]:
            del files[name]

    return apply


BROKEN: dict[str, tuple[Change, str]] = {
    "no h5p.json": (without("h5p.json"), "h5p.json is missing"),
    "h5p.json is no JSON": (written("h5p.json", b"{"), "h5p.json is missing or no JSON"),
    "no content": (without("content/content.json"), "content/content.json is missing"),
    "no title": (changed("h5p.json", lambda h5p: h5p.pop("title") and h5p), "h5p.json has no title"),
    "an odd language": (changed("h5p.json", lambda h5p: h5p | {"language": "en_GB"}), "language is not as"),
    "a licence of software": (changed("h5p.json", lambda h5p: h5p | {"license": "MIT"}), "license is not as"),
    "an odd embed type": (changed("h5p.json", lambda h5p: h5p | {"embedTypes": ["popup"]}), "embedTypes is not as"),
    "an odd main library": (changed("h5p.json", lambda h5p: h5p | {"mainLibrary": "1-x"}), "mainLibrary is not as"),
    "main library not asked for": (
        changed("h5p.json", lambda h5p: h5p | {"preloadedDependencies": h5p["preloadedDependencies"][:1]}),
        "does not name its main library",
    ),
    "dependencies are no list": (
        changed("h5p.json", lambda h5p: h5p | {"preloadedDependencies": {"machineName": "A"}}),
        "preloadedDependencies is not as",
    ),
    "a library that is not there": (
        without_library(BASE),
        f"asks for {BASE}",
    ),
    "library.json is no JSON": (written(f"{CHOICE}/library.json", b"[]"), "library.json is missing or no JSON"),
    "no patch version": (
        changed(f"{CHOICE}/library.json", lambda one: one.pop("patchVersion") is None and one),
        "has no patchVersion",
    ),
    "runnable in words": (changed(f"{CHOICE}/library.json", lambda one: one | {"runnable": "yes"}), "runnable is not"),
    "runnable true": (changed(f"{CHOICE}/library.json", lambda one: one | {"runnable": True}), "runnable is not"),
    "main library does not run": (
        changed(f"{CHOICE}/library.json", lambda one: one | {"runnable": 0}),
        "no library that",
    ),
    "a licence in small letters": (
        changed(f"{CHOICE}/library.json", lambda one: one | {"license": "mit"}),
        "license is",
    ),
    "another folder": (
        changed(f"{CHOICE}/library.json", lambda one: one | {"minorVersion": 2}),
        "does not bear the name of its library.json",
    ),
    "a core of the future": (
        changed(f"{CHOICE}/library.json", lambda one: one | {"coreApi": {"majorVersion": 1, "minorVersion": 99}}),
        "asks for a newer H5P core",
    ),
    "a script that is not there": (without(f"{CHOICE}/js/choice.js"), "js/choice.js, which is not there"),
    "a style that is not there": (without(f"{CHOICE}/css/choice.css"), "css/choice.css, which is not there"),
    "a script with another ending": (
        changed(f"{CHOICE}/library.json", lambda one: one | {"preloadedJs": [{"path": "js/choice.mjs"}]}),
        "preloadedJs is not as",
    ),
    "semantics is no list": (written(f"{CHOICE}/semantics.json", b"{}"), "semantics.json is no list"),
    "a field of an unknown type": (
        written(f"{CHOICE}/semantics.json", b'[{"name": "a", "type": "colour"}]'),
        "without a type that H5P knows",
    ),
    "a field without a name": (written(f"{CHOICE}/semantics.json", b'[{"type": "text"}]'), "has to have a name"),
    "a select without options": (
        written(f"{CHOICE}/semantics.json", b'[{"name": "a", "type": "select"}]'),
        "nothing to choose from",
    ),
    "a default that is no option": (
        written(
            f"{CHOICE}/semantics.json",
            b'[{"name": "a", "type": "select", "options": [{"value": "b", "label": "B"}], "default": "c"}]',
        ),
        "the default is none of the options",
    ),
    "a group without fields": (
        written(f"{CHOICE}/semantics.json", b'[{"name": "a", "type": "group", "fields": []}]'),
        "a group has fields",
    ),
    "a list of nothing": (
        written(f"{CHOICE}/semantics.json", b'[{"name": "a", "type": "list"}]'),
        "what its items are",
    ),
    "an expression that is none": (
        written(f"{CHOICE}/semantics.json", b'[{"name": "a", "type": "text", "regexp": {"pattern": "("}}]'),
        "the regular expression is none",
    ),
    "a translation named oddly": (written(f"{CHOICE}/language/welsh1.json", b"{}"), "not named after a language"),
    "a translation that is none": (written(f"{CHOICE}/language/fr.json", b"[1"), "is no translation"),
    "an icon that is no drawing": (written(f"{CHOICE}/icon.svg", b"<html></html>"), "icon.svg is no SVG"),
    "an icon that does not parse": (written(f"{CHOICE}/icon.svg", b"<svg"), "icon.svg is no SVG"),
    "a script in the content": (written("content/x.js", b""), "x.js has an extension"),
    "a drawing in the content": (written("content/x.svg", b""), "x.svg has an extension"),
    "a page in a library": (written(f"{CHOICE}/x.html", b""), "x.html has an extension"),
    "a folder": (written(f"{CHOICE}/js/", b""), "does not belong into a package"),
    "what a Mac leaves": (written("__MACOSX/x.json", b""), "does not belong into a package"),
    "a way out": (written("content/../../x.json", b""), "is no path inside the package"),
    "names alike": (written("content/Content.json", b""), "differ by case alone"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_h5p_hosts_refuse_is_found(name: str) -> None:
    change, fault = BROKEN[name]
    files = build_h5p.members(QUESTION)
    assert not faults(files)
    change(files)
    assert any(fault in line for line in faults(files)), faults(files)


def appended(name: str, text: str) -> Change:
    return lambda files: files.update({name: files[name] + text.encode()})


SCRIPT, STYLE, WELSH = f"{CHOICE}/js/choice.js", f"{CHOICE}/css/choice.css", f"{CHOICE}/language/cy.json"
UNLIKE_OURS: dict[str, tuple[Change, str]] = {
    "eval": (appended(SCRIPT, "eval('1');"), "runs text as a program"),
    "new Function": (appended(SCRIPT, "new Function('1');"), "runs text as a program"),
    "innerHTML": (appended(SCRIPT, "a.innerHTML = b;"), "writes markup"),
    "an inline handler": (appended(SCRIPT, "a.setAttribute('onclick', b);"), "inline handler"),
    "its own requests": (appended(SCRIPT, "fetch(a);"), "speaks to somebody else"),
    "storage": (appended(SCRIPT, "localStorage.a = 1;"), "speaks to somebody else"),
    "a remote address": (appended(SCRIPT, "const a = 'https://cdn.example.org/x.js';"), "remote address"),
    "a typeface": (appended(STYLE, "@font-face { font-family: A }"), "loads something"),
    "a picture in a style": (appended(STYLE, "a { background: url(x.png) }"), "loads something"),
    "a drawing with a script": (written(f"{CHOICE}/icon.svg", b"<svg><script/></svg>"), "more than a drawing"),
    "no icon": (without(f"{CHOICE}/icon.svg"), "has no icon"),
    "another licence": (changed(f"{CHOICE}/library.json", lambda one: one | {"license": "GPL3"}), "MIT"),
    "version 0": (changed(f"{CHOICE}/library.json", lambda one: one | {"majorVersion": 0}), "below 1.1"),
    "another namespace": (changed(f"{CHOICE}/library.json", lambda one: one | {"machineName": "H5P.X"}), "namespace"),
    "other words in the script": (
        lambda files: files.update({SCRIPT: files[SCRIPT].replace(b"Check my answer", b"Check it")}),
        "the words in the script",
    ),
    "no translation": (without(WELSH), "translated into no language"),
    "a translation of something else": (
        changed(WELSH, lambda one: {"semantics": one["semantics"][1:]}),
        "other fields",
    ),
    "a label left out": (changed(WELSH, lambda one: one["semantics"][0].pop("label") and one), "no label"),
    "a placeholder lost": (
        lambda files: files.update({WELSH: files[WELSH].replace(b"Pwyntiau: @score o", b"Pwyntiau: 1 o")}),
        "other placeholders",
    ),
    "content of another kind": (changed("content/content.json", lambda one: one | {"kind": "many"}), "not one of"),
    "content too short": (changed("content/content.json", lambda one: one | {"answers": []}), "number of items"),
    "content without a question": (changed("content/content.json", lambda one: one.pop("question") and one), "missing"),
    "content of no field": (changed("content/content.json", lambda one: one | {"more": 1}), "not in semantics.json"),
    "a tag that is not allowed": (
        changed("content/content.json", lambda one: one | {"question": "<h1>Who?</h1>"}),
        "tags that are not allowed",
    ),
    "a per cent above 100": (
        changed("content/content.json", lambda one: one | {"behaviour": one["behaviour"] | {"passPercentage": 101}}),
        "within its bounds",
    ),
}


@pytest.mark.parametrize("name", UNLIKE_OURS)
def test_what_our_own_types_never_do_is_found(name: str) -> None:
    change, fault = UNLIKE_OURS[name]
    files = build_h5p.members(QUESTION)
    assert not own_faults(files)
    change(files)
    assert any(fault in line for line in own_faults(files)), own_faults(files)


def test_a_broken_package_is_not_built_and_the_command_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sources, target = tmp_path / "sources", tmp_path / "built"
    for name, title in (("good", "Good"), ("bad", "")):
        (sources / name).mkdir(parents=True)
        (sources / name / "content.json").write_bytes((QUESTION / "content.json").read_bytes())
        h5p = json.loads((QUESTION / "h5p.json").read_bytes()) | {"title": title}
        (sources / name / "h5p.json").write_text(json.dumps(h5p))
    monkeypatch.setattr(build_h5p, "PACKAGES", sources)
    assert build_h5p.main([str(target)]) == 1
    assert [path.name for path in target.iterdir()] == ["good.h5p"]
    assert "bad.h5p was not built:\n  h5p.json: title is not as H5P asks for it." in capsys.readouterr().err
