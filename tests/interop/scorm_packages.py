"""SCORM packages for the browser, small and real, read by our own reader as an upload is.

plain       the SCO of tests.interop.packages: buttons #answer, #pass, #fail, #leave, #finish
rude        never finishes and never commits, writes 60,000 characters, lives on inline script, handlers and eval
long_talk   makes 113 API calls when its button is pressed, and commits after every tenth
unloading   says that it ends only when its page goes away, as authoring tools do
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from courses.content.models import Package
from courses.interop.scorm.manifest import read_manifest
from courses.interop.uploads.zips import SafeZip
from scripts import build_scorm
from tests.interop.packages import Files, scorm_files, scorm_manifest, zipped
from tests.packages import make_package

RUDE = """<!DOCTYPE html>
<html lang="en"><head><title>Rude</title></head>
<body onload="begin()" bgcolor="white">
<h1>Rude</h1><p id="seen">…</p><button id="write" onclick="eval('scribble()')">Write</button>
<script>
var api = null, win = window;
while (!api && win.parent !== win) { win = win.parent; api = win.API; }
function begin() {
  api.LMSInitialize('');
  document.getElementById('seen').textContent = api.LMSGetValue('cmi.suspend_data').length + ' characters';
}
function scribble() {
  new Function("api.LMSSetValue('cmi.suspend_data', new Array(60001).join('x'))")();
  api.LMSSetValue('cmi.core.lesson_status', 'banana');
  api.LMSSetValue('cmi.core.lesson_location', 'page 7');
  document.getElementById('seen').textContent = 'written';
}
</script></body></html>
"""

LONG_TALK = """<!DOCTYPE html>
<html lang="en"><head><title>A long talk</title></head>
<body><h1>A long talk</h1><button id="talk" onclick="talk()">Talk</button><p id="seen"></p>
<script>
var api = window.parent.API, made = 0;
function ask(name, a, b) { made += 1; return api[name](a, b); }
ask('LMSInitialize', '');
async function talk() {
  for (var n = 0; n < 10; n += 1) {
    var at = 'cmi.interactions.' + n;
    ask('LMSSetValue', at + '.id', 'q' + n); ask('LMSSetValue', at + '.type', 'choice');
    ask('LMSSetValue', at + '.student_response', 'a'); ask('LMSSetValue', at + '.result', 'correct');
    ask('LMSSetValue', at + '.latency', '00:00:05'); ask('LMSSetValue', 'cmi.suspend_data', 'q' + n);
    ask('LMSSetValue', 'cmi.core.lesson_location', String(n)); ask('LMSGetValue', 'cmi.core.lesson_location');
    ask('LMSGetLastError'); ask('LMSCommit', ''); ask('LMSGetLastError');
    await new Promise(function (done) { setTimeout(done, 50); });
  }
  ask('LMSSetValue', 'cmi.core.score.raw', '100'); ask('LMSSetValue', 'cmi.core.lesson_status', 'passed');
  document.getElementById('seen').textContent = made + ' calls';
}
</script></body></html>
"""

NAVIGATING = """<!DOCTYPE html>
<html lang="en"><head><title>Navigating</title></head>
<body><h1>Navigating</h1>
<button id="on" onclick="go('continue')">On</button>
<button id="back" onclick="go('previous')">Back</button>
<button id="choose" onclick="go('{target=item3}choice')">The third</button>
<script>
var api = window.parent.API_1484_11;
api.Initialize('');
function go(where) {
  api.SetValue('cmi.completion_status', 'completed');
  api.SetValue('adl.nav.request', where);
  api.SetValue('cmi.exit', 'normal');
  api.Terminate('');
}
</script></body></html>
"""

UNLOADING = """<!DOCTYPE html>
<html lang="en"><head><title>Unloading</title></head>
<body onpagehide="leave()"><h1>Unloading</h1><button id="pass" onclick="pass()">Pass</button>
<script>
var api = window.parent.API;
api.LMSInitialize('');
function pass() { api.LMSSetValue('cmi.core.lesson_status', 'passed'); }
function leave() { api.LMSSetValue('cmi.core.lesson_location', 'the end'); api.LMSFinish(''); }
</script></body></html>
"""


def stored(files: Files) -> Package:
    """A package with one version, read by our own reader."""
    found = read_manifest(SafeZip(io.BytesIO(zipped(files))))
    content = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    return make_package(kind=found.kind, title=found.title, files=content, manifest=found.data)


def ours(name: str = "spot-the-carer") -> Package:
    """A package that comes with the software."""
    with zipfile.ZipFile(io.BytesIO(build_scorm.package(build_scorm.PACKAGES / name))) as archive:
        return stored({member: archive.read(member) for member in archive.namelist()})


def plain(edition: str = "1.2", *, scos: int = 1, inside_item: str = "") -> Package:
    return stored(scorm_files(edition, scos=scos, inside_item=inside_item))


def navigating() -> Package:
    files = scorm_files("2004 3rd", scos=3)
    return stored(files | {f"part{n}/index.html": NAVIGATING for n in (1, 2, 3)})


def of_page(html: str, **more: Any) -> Package:
    """A package of SCORM 1.2 whose one page is this."""
    return stored({"imsmanifest.xml": scorm_manifest(**more), "part1/index.html": html})
