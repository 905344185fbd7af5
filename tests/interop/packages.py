"""Packages built in code: a small H5P package with a library of its own that really plays, and SCORM packages.

`files` of each builder can be changed before `zipped` packs them: `h5p_files(...) | {"content/evil.js": "..."}`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

Content = str | bytes
Files = dict[str, Content]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one pixel."""


def zipped(files: Mapping[str, Content] | Iterable[tuple[str, Content]]) -> bytes:
    """A zip file of `files` without entries for folders. Pairs may name a file twice."""
    pairs = files.items() if isinstance(files, Mapping) else files
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# H5P -------------------------------------------------------------------------------------------------------------

CHOICE_JS = """
var Test = window.Test || {};
window.Test = Test;
Test.Choice = (function () {
  function Choice(params, id, extras) {
    H5P.EventDispatcher.call(this);
    this.params = params || {};
    this.contentId = id;
    this.subContentId = extras && extras.subContentId;
    this.given = extras && extras.previousState ? extras.previousState.given : null;
  }
  Choice.prototype = Object.create(H5P.EventDispatcher.prototype);
  Choice.prototype.constructor = Choice;
  Choice.prototype.attach = function ($container) {
    var self = this;
    var root = $container[0] || $container;
    var question = document.createElement('p');
    question.className = 'question';
    question.innerHTML = self.params.question || '';
    root.appendChild(question);
    (self.params.answers || []).forEach(function (answer, index) {
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'answer';
      button.innerHTML = answer.text;
      button.setAttribute('aria-pressed', String(self.given === index));
      button.addEventListener('click', function () { self.answer(index, root); });
      root.appendChild(button);
    });
    if (self.setActivityStarted) { self.setActivityStarted(); }
  };
  Choice.prototype.answer = function (index, root) {
    this.given = index;
    root.querySelectorAll('.answer').forEach(function (each, at) {
      each.setAttribute('aria-pressed', String(at === index));
    });
    var event = this.createXAPIEventTemplate('answered');
    event.data.statement.result = { response: String(index) };
    event.setScoredResult(this.getScore(), 1, this, true, this.getScore() === 1);
    event.data.statement.object.definition = {
      interactionType: 'choice', type: 'http://adlnet.gov/expapi/activities/cmi.interaction',
      description: { 'en-US': this.params.question || '' }
    };
    this.trigger(event);
  };
  Choice.prototype.getScore = function () {
    var answer = (this.params.answers || [])[this.given];
    return answer && answer.correct ? 1 : 0;
  };
  Choice.prototype.getMaxScore = function () { return 1; };
  Choice.prototype.getAnswerGiven = function () { return this.given !== null; };
  Choice.prototype.getCurrentState = function () { return this.given === null ? undefined : { given: this.given }; };
  Choice.prototype.showSolutions = function () {};
  Choice.prototype.resetTask = function () { this.given = null; };
  return Choice;
})();
"""

CHOICE_SEMANTICS: list[dict[str, Any]] = [
    {"name": "question", "type": "text", "widget": "html", "label": "Question", "tags": ["strong", "em", "a"]},
    {
        "name": "answers",
        "type": "list",
        "entity": "answer",
        "min": 1,
        "max": 6,
        "field": {
            "name": "answer",
            "type": "group",
            "fields": [
                {"name": "text", "type": "text", "label": "Text", "maxLength": 200},
                {"name": "correct", "type": "boolean", "label": "Correct"},
            ],
        },
    },
    {"name": "picture", "type": "image", "label": "Picture", "optional": True},
    {"name": "seconds", "type": "number", "label": "Seconds", "min": 0, "max": 600, "optional": True},
    {
        "name": "look",
        "type": "select",
        "label": "Look",
        "optional": True,
        "options": [{"value": "plain", "label": "Plain"}, {"value": "big", "label": "Big"}],
        "default": "plain",
    },
]

CHOICE_CONTENT: dict[str, Any] = {
    "question": "<p>Who is a <strong>carer</strong>?</p>",
    "answers": [
        {"text": "Somebody who looks after a friend, unpaid", "correct": True},
        {"text": "Somebody paid to visit", "correct": False},
    ],
}


def dependency(library: str) -> dict[str, Any]:
    """`Test.Choice 1.1` as library.json and h5p.json write it."""
    name, _, version = library.partition(" ")
    major, minor = version.split(".")[:2]
    return {"machineName": name, "majorVersion": int(major), "minorVersion": int(minor)}


def library_files(
    library: str = "Test.Choice 1.1.0",
    *,
    js: str = CHOICE_JS,
    semantics: list[dict[str, Any]] | None = None,
    needs: Iterable[str] = (),
    runnable: int = 1,
    **changed: Any,
) -> Files:
    """The folder of one library, `Test.Choice 1.1.0` being name and version; `changed` are keys of library.json."""
    name, _, version = library.partition(" ")
    major, minor, patch = (int(each) for each in version.split("."))
    about = {
        "title": name.replace(".", " "),
        "machineName": name,
        "majorVersion": major,
        "minorVersion": minor,
        "patchVersion": patch,
        "runnable": runnable,
        "author": "Alongside",
        "license": "MIT",
        "coreApi": {"majorVersion": 1, "minorVersion": 19},
        "preloadedJs": [{"path": "scripts/library.js"}],
        "preloadedCss": [{"path": "styles/library.css"}],
        "preloadedDependencies": [dependency(each) for each in needs],
    } | changed
    folder = f"{name}-{major}.{minor}"
    return {
        f"{folder}/library.json": json.dumps(about),
        f"{folder}/semantics.json": json.dumps(CHOICE_SEMANTICS if semantics is None else semantics),
        f"{folder}/scripts/library.js": js,
        f"{folder}/styles/library.css": ".answer { font: inherit; }",
    }


def h5p_json(**changed: Any) -> str:
    """An h5p.json whose main library is Test.Choice 1.1."""
    return json.dumps(
        {
            "title": "Who is a carer?",
            "language": "en",
            "mainLibrary": "Test.Choice",
            "embedTypes": ["div"],
            "license": "CC BY",
            "preloadedDependencies": [dependency("Test.Choice 1.1")],
        }
        | changed
    )


def h5p_files(content: Any = None, *, libraries: Mapping[str, Content] | None = None, **changed: Any) -> Files:
    """A whole valid H5P package as files; `libraries={}` makes one that brings its content only."""
    return {
        "h5p.json": h5p_json(**changed),
        "content/content.json": json.dumps(CHOICE_CONTENT if content is None else content),
        **(library_files() if libraries is None else libraries),
    }


def h5p(content: Any = None, **changed: Any) -> bytes:
    """A valid H5P package."""
    return zipped(h5p_files(content, **changed))


# SCORM -----------------------------------------------------------------------------------------------------------

SCO_HTML = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A first talk</title></head>
<body onload="begin()">
<h1>A first talk</h1>
<p id="seen"></p>
<button id="answer" onclick="answer()">Answer</button>
<button id="pass" onclick="score(90)">Pass</button>
<button id="fail" onclick="score(20)">Fail</button>
<button id="leave" onclick="leave('suspend')">Leave</button>
<button id="finish" onclick="leave('')">Finish</button>
<script src="sco.js"></script>
</body></html>
"""

SCO_JS = """
var edition = %(edition)s;
function find(win) {
  for (var i = 0; win && i < 9; i++) {
    if (win[edition.api]) { return win[edition.api]; }
    if (win.parent === win) { return null; }
    win = win.parent;
  }
  return null;
}
var api = find(window.parent) || (window.opener && find(window.opener));
function set(name, value) { return api[edition.prefix + 'SetValue'](name, value); }
function get(name) { return api[edition.prefix + 'GetValue'](name); }
function commit() { return api[edition.prefix + 'Commit'](''); }
function begin() {
  api[edition.start]('');
  document.getElementById('seen').textContent = get('cmi.suspend_data') || 'nothing yet';
}
function answer() {
  var n = Number(get('cmi.interactions._count') || 0);
  set('cmi.interactions.' + n + '.id', 'q' + n);
  set('cmi.interactions.' + n + '.type', 'choice');
  set('cmi.interactions.' + n + '.' + edition.response, 'a');
  set('cmi.interactions.' + n + '.result', 'correct');
  set('cmi.suspend_data', 'answered ' + (n + 1));
  document.getElementById('seen').textContent = 'answered ' + (n + 1);
  commit();
}
function score(raw) {
  set(edition.score + '.min', '0'); set(edition.score + '.max', '100'); set(edition.score + '.raw', String(raw));
  if (edition.scaled) { set('cmi.score.scaled', String(raw / 100)); }
  edition.status.forEach(function (pair) { set(pair[0], raw >= 80 ? pair[1] : pair[2]); });
  commit();
}
function leave(how) { set(edition.exit, how); api[edition.end](''); }
"""

EDITIONS: dict[str, dict[str, Any]] = {
    "1.2": {
        "api": "API",
        "prefix": "LMS",
        "start": "LMSInitialize",
        "end": "LMSFinish",
        "response": "student_response",
        "score": "cmi.core.score",
        "scaled": False,
        "exit": "cmi.core.exit",
        "status": [["cmi.core.lesson_status", "passed", "failed"]],
    },
    "2004": {
        "api": "API_1484_11",
        "prefix": "",
        "start": "Initialize",
        "end": "Terminate",
        "response": "learner_response",
        "score": "cmi.score",
        "scaled": True,
        "exit": "cmi.exit",
        "status": [["cmi.success_status", "passed", "failed"], ["cmi.completion_status", "completed", "completed"]],
    },
}

HEADS = {
    "1.2": (
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
        "1.2",
    ),
    "2004 3rd": (
        (
            'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
            'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
        ),
        "2004 3rd Edition",
    ),
    "2004 4th": (
        (
            'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
            'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
        ),
        "2004 4th Edition",
    ),
}


def scorm_manifest(edition: str = "1.2", *, scos: int = 1, inside_item: str = "", before: str = "") -> str:
    """An imsmanifest.xml of `edition` ("1.2", "2004 3rd", "2004 4th"). `inside_item` is put into every item,
    `before` stands before the root element (for a DTD)."""
    namespaces, schema_version = HEADS[edition]
    kind = "scormtype" if edition == "1.2" else "scormType"
    each = range(1, scos + 1)
    items = "".join(
        f'<item identifier="item{n}" identifierref="res{n}"><title>Part {n}</title>{inside_item}</item>' for n in each
    )
    resources = "".join(
        f'<resource identifier="res{n}" type="webcontent" adlcp:{kind}="sco" href="part{n}/index.html">'
        f'<file href="part{n}/index.html"/><file href="part{n}/sco.js"/></resource>'
        for n in each
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}'
        f'<manifest identifier="talk" version="1" {namespaces}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{schema_version}</schemaversion></metadata>"
        f'<organizations default="org"><organization identifier="org"><title>A first talk</title>{items}</organization>'
        f"</organizations><resources>{resources}</resources></manifest>"
    )


def scorm_files(edition: str = "1.2", *, scos: int = 1, inside_item: str = "") -> Files:
    """A whole valid SCORM package as files: its SCOs have buttons #answer, #pass, #fail, #leave and #finish."""
    script = SCO_JS % {"edition": json.dumps(EDITIONS["1.2" if edition == "1.2" else "2004"])}
    files: Files = {"imsmanifest.xml": scorm_manifest(edition, scos=scos, inside_item=inside_item)}
    for n in range(1, scos + 1):
        files |= {f"part{n}/index.html": SCO_HTML, f"part{n}/sco.js": script}
    return files


def scorm(edition: str = "1.2", *, scos: int = 1, inside_item: str = "") -> bytes:
    """A valid SCORM package."""
    return zipped(scorm_files(edition, scos=scos, inside_item=inside_item))
