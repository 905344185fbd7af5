"""The real authoring service, through the client: what a trainer's edit does, what is refused, and what a sudden end
leaves behind. (What the client bears from a service gone wrong: tests/interop/test_h5p_service_client.py.)"""

from __future__ import annotations

import base64
import io
import itertools
import json
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import BrowserContext, expect

from courses.interop.h5p.service import LibrariesMissing, NotFound, ServiceRefused
from courses.interop.h5p.service_tokens import Claims, make
from scripts import h5p_service
from tests.interop.packages import CHOICE_CONTENT, CHOICE_JS, PNG, dependency, h5p, h5p_files, library_files, zipped
from tests.support.h5p_service import RunningService, running_service

PICTURE = {"path": "images/one.png", "mime": "image/png", "width": 1, "height": 1}
WITH_PICTURE = {"question": CHOICE_CONTENT["question"], "answers": CHOICE_CONTENT["answers"], "picture": PICTURE}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """One for all the tests that leave it as it was; Test.Choice 1.1 is installed."""
    supplied = tmp_path_factory.mktemp("supplied")
    (supplied / "choice.h5p").write_bytes(h5p())
    (supplied / "broken.h5p").write_bytes(b"no package")
    with running_service(tmp_path_factory.mktemp("h5p"), H5P_LIBRARIES=str(supplied)) as running:
        yield running


def asked(service: RunningService, path: str, token: str | None, method: str = "GET", **more: Any) -> requests.Response:
    """A call past the client."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return requests.request(method, service.url + path, headers=headers, timeout=60, allow_redirects=False, **more)


def token(service: RunningService, content: str = "*", *, seconds: int = 60, **changed: Any) -> str:
    claims = Claims(who="9a1c", role="trainer", content=content, expires=int(time.time()) + seconds)
    return make(claims, changed.get("secret", service.secret))


def test_a_package_is_imported_read_saved_exported_and_deleted(service: RunningService) -> None:
    trainer = service.client()
    copy = trainer.import_package(io.BytesIO(zipped({**h5p_files(WITH_PICTURE), "content/images/one.png": PNG})))
    assert (copy.title, copy.library, copy.installed) == ("Who is a carer?", "Test.Choice 1.1", ())
    content = trainer.read(copy.id)
    assert content.params["answers"] == CHOICE_CONTENT["answers"]
    assert content.metadata["license"] == "CC BY"

    question = "<p>Who <em>cares</em>?<script>alert(1)</script></p><img src=x onerror=alert(1)>"
    trainer.save(copy.id, params={**content.params, "question": question}, metadata={"title": "Who cares?"})
    saved = trainer.read(copy.id)
    assert saved.params["question"] == "<p>Who <em>cares</em>?</p>"
    assert (saved.title, saved.metadata["license"]) == ("Who cares?", "CC BY")
    assert copy.id in {one.id for one in trainer.list()}

    file = io.BytesIO()
    exported = trainer.export(copy.id, into=file)
    with zipfile.ZipFile(file) as package:
        assert package.testzip() is None
        about = json.loads(package.read("h5p.json"))
        params = json.loads(package.read("content/content.json"))
        assert package.read(f"content/{params['picture']['path']}") == PNG
        assert package.read("Test.Choice-1.1/scripts/library.js").decode() == CHOICE_JS
    assert exported.size == len(file.getvalue())
    assert (about["title"], about["mainLibrary"]) == ("Who cares?", "Test.Choice")
    assert params["question"] == saved.params["question"]

    again = trainer.import_package(file)
    trainer.delete(copy.id)
    assert trainer.read(again.id).params["answers"] == CHOICE_CONTENT["answers"]
    trainer.delete(again.id)
    with pytest.raises(NotFound):
        trainer.read(copy.id)
    with pytest.raises(NotFound):
        trainer.delete(copy.id)
    with pytest.raises(NotFound):
        trainer.export(copy.id, into=io.BytesIO())


def test_content_is_made_without_a_package(service: RunningService) -> None:
    trainer = service.client()
    made = trainer.create(library="Test.Choice 1.1", params=CHOICE_CONTENT, metadata={"title": "New"})
    assert trainer.read(made.id).params["answers"] == CHOICE_CONTENT["answers"]
    trainer.delete(made.id)
    with pytest.raises(LibrariesMissing, match=r"Test\.Other 1\.0"):
        trainer.create(library="Test.Other 1.0", params={}, metadata={"title": "New"})


def test_health_says_what_there_is(service: RunningService) -> None:
    health = service.client().health()
    assert (health.core_api, health.editor, health.libraries) == ("1.28", False, 1)
    assert asked(service, "/health", None).json() == {"status": "ok"}


def test_a_curator_installs_what_a_trainer_may_only_use(service: RunningService) -> None:
    files = h5p_files(
        libraries=library_files("Test.Fresh 1.1.0"),
        mainLibrary="Test.Fresh",
        preloadedDependencies=[dependency("Test.Fresh 1.1")],
    )
    package = io.BytesIO(zipped({**files, "Test.Fresh-1.1/jquery.diff": "---"}))
    with pytest.raises(LibrariesMissing) as caught:
        service.client().import_package(package)
    assert caught.value.libraries == ("Test.Fresh-1.1",)
    curator = service.client("curator")
    copy = curator.import_package(package)
    assert copy.installed == ("Test.Fresh 1.1",)
    second = service.client().import_package(package)
    for made in (copy, second):
        curator.delete(made.id)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "zip-slip": (zipped({**h5p_files(), "content/../../../evil.json": "{}"}), "bad-path"),
    "absolute": (zipped({**h5p_files(), "/evil.json": "{}"}), "bad-path"),
    "no zip": (b"not a zip at all", "unable-to-unzip"),
    "cut off": (h5p()[:-200], "unable-to-unzip"),
    "script in content": (zipped({**h5p_files(), "content/evil.js": "alert(1)"}), "not-in-whitelist"),
    "names twice": (zipped({**h5p_files(), "content/A.png": PNG, "content/a.png": PNG}), "name-twice"),
    "no h5p.json": (zipped({"content/content.json": "{}"}), "invalid-h5p-json-file"),
    "broken content": (zipped({**h5p_files(), "content/content.json": "{"}), "unable-to-parse-package"),
    "content that is null": (zipped({**h5p_files(), "content/content.json": "null"}), "unreadable"),
    "many files": (zipped({**h5p_files(), **{f"content/{n}.txt": "" for n in range(10_001)}}), "too-many-files"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_package_is_refused_and_leaves_nothing(service: RunningService, name: str) -> None:
    package, code = HOSTILE[name]
    before = sorted(path for path in service.data.rglob("*") if path.is_file())
    with pytest.raises(ServiceRefused) as caught:
        service.client("curator").import_package(io.BytesIO(package))
    assert caught.value.code == code
    assert sorted(path for path in service.data.rglob("*") if path.is_file()) == before
    assert not list(service.folder.rglob("evil*"))


def test_an_upload_that_grows_too_large_is_left(tmp_path: Path) -> None:
    with running_service(tmp_path, H5P_MAX_BYTES="2000") as small:
        answer = asked(small, "/api/packages", token(small), "POST", data=iter([b"x" * 1500] * 4))
        assert (answer.status_code, answer.json()["error"]) == (413, "too-large")
        assert not list((small.data / "temporary").iterdir())


def test_only_the_sites_tokens_are_taken(service: RunningService) -> None:
    trainer = service.client()
    copy = trainer.import_package(io.BytesIO(h5p()))
    mine, good = f"/api/contents/{copy.id}", token(service, copy.id)
    told, signed = good.split(".")
    changed = base64.urlsafe_b64encode(base64.urlsafe_b64decode(told + "==").replace(b"trainer", b"curator")).decode()
    refused: dict[str, list[str | None]] = {
        "token-missing": [None, ""],
        "token-expired": [token(service, seconds=-1)],
        "token-wrong": [
            token(service, secret="x" * 40), f"{changed.rstrip('=')}.{signed}", f"{told}.", told, "a.b", "é.é",
            token(service, seconds=24 * 60 * 60), token(service, "../1"),
        ],
    }  # fmt: skip
    assert asked(service, mine, good).status_code == 200
    for code, tokens in refused.items():
        for bad in tokens:
            answer = asked(service, mine, bad)
            assert (answer.status_code, answer.json()["error"]) == (401, code), bad
    other = token(service, "12")
    for method, path in [
        ("GET", mine), ("PUT", mine), ("DELETE", mine), ("GET", f"{mine}/export"), ("GET", "/api/contents"),
        ("POST", "/api/contents"), ("POST", "/api/packages"), ("GET", f"/edit/{copy.id}?token={other}"),
    ]:  # fmt: skip
        answer = asked(service, path, other, method, json={"params": {}, "metadata": {}})
        assert (answer.status_code, answer.json()["error"]) == (403, "other-content"), f"{method} {path}"
    trainer.delete(copy.id)


def test_odd_requests_get_a_plain_answer(service: RunningService) -> None:
    everything = token(service)
    for method, path, body, status in [
        ("GET", "/", b"", 404), ("GET", "/api/nothing", b"", 404), ("GET", "/api/contents/..%2f..%2fetc", b"", 404),
        ("GET", "/api/contents/%00", b"", 404), ("GET", "/%", b"", 404), ("PATCH", "/api/contents/1", b"", 404),
        ("POST", "/api/contents", b"{", 400), ("POST", "/api/contents", b"[]", 400),
        ("POST", "/api/contents", b'{"params":{},"metadata":{},"library":{}}', 400),
        ("POST", "/api/packages", b"", 400),
        ("POST", "/api/contents", b'{"params":{},"metadata":{},"library":"../x"}', 400),
        ("POST", "/api/contents", b'{"params":{},"metadata":{"title":7},"library":"Test.Choice 1.1"}', 400),
        ("POST", "/api/contents", b" " * 9_000_000, 413),
    ]:  # fmt: skip
        headers = {"Authorization": f"Bearer {everything}", "Content-Type": "application/json"}
        answer = requests.request(method, service.url + path, headers=headers, data=body, timeout=60)
        assert answer.status_code == status, f"{method} {path} {body[:40]!r}: {answer.text[:200]}"
        assert set(answer.json()) == {"error", "message"}
        assert "node_modules" not in answer.text


def test_without_the_editors_files_its_page_says_so(service: RunningService) -> None:
    copy = service.client().import_package(io.BytesIO(h5p()))
    answer = requests.get(service.client().editor_address(copy.id), timeout=60)
    assert (answer.status_code, answer.json()["error"]) == (501, "editor-missing")
    service.client().delete(copy.id)


EDITOR_JS = """
window.H5PEditor = { Editor: function (library, params, place) {
  var held = JSON.parse(params);
  place.textContent = library + ': ' + held.params.question;
  this.getContent = function (done) {
    held.params.question = '<p>Changed<script>alert(1)</' + 'script></p>';
    done({ library: library, params: JSON.stringify(held) });
  };
} };
"""


def test_the_editors_page_opens_and_saves_one_copy(tmp_path: Path, desk: BrowserContext) -> None:
    """With a stand-in for H5P's editor, whose files no registry carries; our page, cookie and saving are real."""
    lumi = h5p_service.FOLDER / "node_modules" / "@lumieducation" / "h5p-server" / "build" / "src"
    assets = json.loads((lumi / "editorAssetList.json").read_text())
    for kind, where in itertools.product(("scripts", "styles"), ("core", "editor")):
        for name in assets[kind][where]:
            (tmp_path / where / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / where / name).write_text("")
    (tmp_path / "core" / "js" / "h5p.js").write_text("window.H5P = {};")
    (tmp_path / "editor" / "scripts" / "h5peditor-editor.js").write_text(EDITOR_JS)
    files = {"H5P_CORE": str(tmp_path / "core"), "H5P_EDITOR": str(tmp_path / "editor")}
    with running_service(tmp_path, **files) as service:
        curator = service.client("curator")
        assert curator.health().editor
        copy, other = (curator.import_package(io.BytesIO(h5p())) for _ in range(2))
        page = desk.new_page()
        page.goto(curator.editor_address(copy.id))
        page.wait_for_url(f"{service.url}/edit/{copy.id}")
        expect(page.locator(".h5p-editor")).to_contain_text("Test.Choice 1.1: <p>Who is a")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved")
        assert curator.read(copy.id).params["question"] == "<p>Changed</p>"
        for path in (
            f"/edit/{other.id}",
            f"/edit/{copy.id}/content/{other.id}/h5p.json",
            f"/edit/{copy.id}/core/../../log",
        ):
            status = page.evaluate("path => fetch(path).then((answer) => answer.status)", path)
            assert status in {401, 403, 404}, path
        kept = desk.cookies(f"{service.url}/edit/{copy.id}")[0]
        assert (kept["httpOnly"], kept["sameSite"], kept["path"]) == (True, "Strict", f"/edit/{copy.id}")


@pytest.mark.parametrize("secret", ["", "short"])
def test_it_does_not_start_without_a_secret(tmp_path: Path, secret: str) -> None:
    env = {"H5P_DATA": str(tmp_path), "H5P_SERVICE_TOKEN": secret, "PORT": "0"}
    command = [h5p_service.node(), str(h5p_service.FOLDER / "server.js")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "cannot start: H5P_SERVICE_TOKEN is" in done.stderr
    assert "    at " not in done.stderr


def test_a_second_one_on_the_same_data_does_not_start(service: RunningService) -> None:
    env = {"H5P_DATA": str(service.data), "H5P_SERVICE_TOKEN": "x" * 40, "PORT": "0"}
    command = [h5p_service.node(), str(h5p_service.FOLDER / "server.js")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "another one" in done.stderr) == (2, True)
