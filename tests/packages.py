"""Interactive packages for tests, small and real: an H5P question of our own and a SCORM page, kept by hash as uploads
are, and modules that hold them.

    page = with_activity(taught_module(), rule="score", score=80)
    block = activity_of(page)            # frozen: block["id"], block["package"], block["words"], …
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from courses.content import trees
from courses.content.models import ModulePage, Package, PackageKind, PackageVersion
from tests.factories import QuestionFactory, republish

Data = dict[str, Any]
PICK = """
var TestPack = window.TestPack || {};
window.TestPack = TestPack;
// One question with two buttons; it says what was chosen, and what it was worth.
TestPack.Pick = (function () {
  function Pick(params, id, extras) {
    H5P.EventDispatcher.call(this);
    var self = this;
    var chosen = extras && extras.previousState && extras.previousState.chosen;
    self.contentId = id;
    self.getScore = function () { return chosen === "right" ? 1 : 0; };
    self.getMaxScore = function () { return 1; };
    self.getAnswerGiven = function () { return chosen !== undefined; };
    self.getCurrentState = function () { return chosen === undefined ? undefined : { chosen: chosen }; };
    self.attach = function ($container) {
      var box = $container.get(0);
      box.innerHTML = "<p class=\\"asked\\"></p>";
      box.querySelector(".asked").textContent = params.question;
      var said = document.createElement("p");
      said.className = "said";
      said.textContent = chosen === undefined ? "Nothing chosen" : "Chosen: " + chosen;
      ["right", "wrong"].forEach(function (name) {
        var button = document.createElement("button");
        button.textContent = name === "right" ? params.right : params.wrong;
        button.addEventListener("click", function () {
          chosen = name;
          said.textContent = "Chosen: " + name;
          self.setActivityStarted();
          var event = self.createXAPIEventTemplate("answered");
          event.setScoredResult(self.getScore(), 1, self, true, name === "right");
          self.trigger(event);
        });
        box.appendChild(button);
      });
      box.appendChild(said);
      self.trigger("resize");
    };
  }
  Pick.prototype = Object.create(H5P.EventDispatcher.prototype);
  Pick.prototype.constructor = Pick;
  return Pick;
})();
"""
SCO = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A small page</title></head>
<body><h1>A small page</h1><button id="finish">Finish</button>
<script>
var API = window.API || parent.API;
API.LMSInitialize("");
document.getElementById("finish").addEventListener("click", function () {
  API.LMSSetValue("cmi.core.score.raw", "90");
  API.LMSSetValue("cmi.core.lesson_status", "passed");
  API.LMSCommit("");
});
</script></body></html>
"""


def h5p_files(**texts: str) -> dict[str, bytes]:
    """The files of an H5P package whose library is our own: question, right and wrong can be said."""
    content = {"question": "Who may be a carer?", "right": "Anyone", "wrong": "Nurses only", **texts}
    meta = {
        "title": "A first talk",
        "language": "en",
        "mainLibrary": "TestPack.Pick",
        "embedTypes": ["div"],
        "license": "U",
        "preloadedDependencies": [{"machineName": "TestPack.Pick", "majorVersion": 1, "minorVersion": 1}],
    }
    library = {
        "title": "Pick",
        "machineName": "TestPack.Pick",
        "majorVersion": 1,
        "minorVersion": 1,
        "patchVersion": 0,
        "runnable": 1,
        "license": "MIT",
        "coreApi": {"majorVersion": 1, "minorVersion": 19},
        "preloadedJs": [{"path": "pick.js"}],
    }
    return {
        "h5p.json": json.dumps(meta).encode(),
        "content/content.json": json.dumps(content).encode(),
        "TestPack.Pick-1.1/library.json": json.dumps(library).encode(),
        "TestPack.Pick-1.1/semantics.json": b"[]",
        "TestPack.Pick-1.1/pick.js": PICK.encode(),
    }


H5P_MANIFEST: Data = {"main_library": "TestPack.Pick 1.1", "title": "A first talk", "language": "en", "authors": []}


def sco(number: int = 1, **more: Any) -> Data:
    """One launchable item of a SCORM manifest, at its defaults."""
    return {
        "id": f"item-{number}",
        "title": f"Part {number}",
        "href": f"part{number}.html",
        "type": "sco",
        "mastery": None,
        "max_time": "",
        "time_limit_action": "",
        "launch_data": "",
        "prerequisites": "",
        "threshold": None,
        "min_measure": None,
        "items": [],
        **more,
    }


def scorm_manifest(*items: Data, edition: str = "1.2") -> Data:
    """A SCORM manifest of these items; one SCO when none are given."""
    return {"edition": edition, "title": "Rights of carers", "items": list(items) or [sco()]}


def scorm_files(parts: int = 1) -> dict[str, bytes]:
    """So many small SCOs, each with a button that passes it with 90."""
    return {f"part{number}.html": SCO.encode() for number in range(1, parts + 1)}


def put_files(files: Mapping[str, bytes]) -> str:
    """The tree of these files, stored as an upload stores them."""
    return trees.put_tree({path: trees.put_blob(io.BytesIO(content)) for path, content in files.items()})


def make_package(
    *,
    kind: str = PackageKind.H5P,
    title: str = "",
    files: Mapping[str, bytes] | None = None,
    manifest: Data | None = None,
    name: str = "",
) -> Package:
    """A package with one stored version: an H5P question of our own, or a SCORM package of one SCO."""
    is_h5p = kind == PackageKind.H5P
    manifest = manifest or (
        H5P_MANIFEST if is_h5p else scorm_manifest(edition="1.2" if kind == PackageKind.SCORM_12 else "2004 4th")
    )
    files = files or (h5p_files() if is_h5p else scorm_files())
    package = Package.objects.create(title=title or manifest["title"], created_at=timezone.now())
    return add_version(package, kind=kind, files=files, manifest=manifest, name=name)


def add_version(
    package: Package,
    *,
    kind: str = PackageKind.H5P,
    files: Mapping[str, bytes],
    manifest: Data | None = None,
    name: str = "",
) -> Package:
    """The next version of a package, which from now on is its current one."""
    package.current_version = PackageVersion.objects.create(
        package=package,
        number=package.versions.count() + 1,
        sha256=put_files(files),
        kind=kind,
        title=package.title,
        manifest=manifest or H5P_MANIFEST,
        size=sum(map(len, files.values())),
        files=len(files),
        source_name=name or ("a-file.h5p" if kind == PackageKind.H5P else "a-file.zip"),
        stored_at=timezone.now(),
    )
    package.save()
    return package


def activity_value(package: Package, **more: Any) -> Data:
    """The value of an activity block as the editor gives it, for `lesson_block("…", "O1", ("activity", value))`."""
    return {
        "package": package.pk,
        "title": "",
        "intro": "<p>Choose what you would say. It takes about five minutes.</p>",
        "rule": "completed",
        "score": None,
        "counts": "best",
        "words": [],
        **more,
    }


def _block(kind: str, value: Any) -> Data:
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def with_activity(
    page: ModulePage,
    *,
    package: Package | None = None,
    lesson: int = 0,
    questions: int | None = None,
    **value: Any,
) -> ModulePage:
    """Puts an activity at the end of a lesson (its place from 0) and publishes the module again.

    `rule=`, `score=`, `counts=`, `title=`, `intro=` as in the block. `questions` is how many knowledge checks stand in
    the same in words (two for a scored rule, else none); the option "a" of each is right.
    """
    package = package or make_package()
    rule = value.get("rule", "completed")
    count = questions if questions is not None else (2 if rule in {"passed", "score"} else 0)
    words = [_block("text", "<p>The same talk, told in words.</p>")]
    for number in range(1, count + 1):
        asked = QuestionFactory(
            key=f"{page.slug}-w{page.questions.count()}"[:40],
            module=page,
            outcome="O1",
            use="practice",
            stem=f"What would you say, part {number}?",
        )
        words.append(_block("knowledge_check", asked.pk))
    lessons = list(page.lessons.raw_data)
    chosen = dict(lessons[lesson])
    block = _block("activity", activity_value(package, **{"words": words, **value}))
    chosen["value"] = {**chosen["value"], "body": [*chosen["value"]["body"], block]}
    lessons[lesson] = chosen
    return republish(page, kind="new-training", lessons=lessons)


def version_of(package: Package) -> PackageVersion:
    """The version that lessons published now would play."""
    version = package.current_version
    assert version is not None
    return version


def activity_of(page: ModulePage, lesson: int = 0, place: int = 0) -> Data:
    """A frozen activity block of the published version: of the lesson at this place, in order."""
    assert page.current_version is not None
    body = page.current_version.lessons.get(position=lesson + 1).body
    found: list[Data] = [block for block in body if block["type"] == "activity"]
    return found[place]
