"""make h5p-compat H5P_PACKAGES=<folder>: does every .h5p of a folder start, record and resume here?

No registry carries H5P's official content types, so the operator supplies packages; those of our own types lie in
build/h5p/ after `make h5p-types`. Each is brought in by the importer of the CMS into a database of this run alone,
opened in a real browser in “Try as a learner” on an origin of its own, worked through by clicking what can be clicked,
left, and opened again. The table goes to the screen, with more to build/h5p-compat.json and pictures beside it.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.console import PlainError, say
from scripts.environment import ROOT
from scripts.h5p_compat_outcomes import Outcome, print_table

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Frame

    from courses.content.models import PackageVersion
    from courses.people.models import Person

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
REPORT, PICTURES = ROOT / "build" / "h5p-compat.json", ROOT / "build" / "h5p-compat"
MOST_CLICKS, PATIENCE = 60, 32
NOTE_VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) =>
  window.violations.push(`${event.effectiveDirective}: ${event.blockedURI || 'inline'}`));
"""
STANDING = """() => document.getElementById('trouble')?.hidden === false ? 'trouble'
  : window.H5P?.instances?.length === 1 && document.getElementById('loading')?.hidden ? 'plays' : ''"""
NEXT_THING = """() => {
  const wanted = 'input, textarea, select, button, label, [role=button], [role=radio], [role=checkbox], [role=option], '
    + '[role=menuitem], [role=tab], a[href="#"], [tabindex="0"]';
  const away = /fullscreen|rights|copyright|reuse|embed|retry|reset|solution|mute|volume|captions|quality|h5p-print/i;
  const order = (each) => /radio|checkbox|option/.test(`${each.type} ${each.getAttribute('role')}`) ? 0
    : /^(INPUT|TEXTAREA|SELECT|LABEL)$/.test(each.tagName) ? 1 : 2;
  const seen = (each) => each.getClientRects().length && getComputedStyle(each).visibility === 'visible';
  const things = [...document.querySelectorAll(wanted)].filter((each) => !each.dataset.tried && !each.disabled
    && !(each.control && seen(each.control))
    && each.getAttribute('aria-disabled') !== 'true' && seen(each)
    && !away.test(`${each.className} ${each.getAttribute('aria-label')} ${each.textContent.slice(0, 40)}`));
  const next = things.sort((a, b) => order(a) - order(b))[0];
  if (!next) return null;
  next.dataset.tried = '1';
  if (/^(text|number|search|)$/.test(next.type) && /INPUT|TEXTAREA/.test(next.tagName)) {
    next.value = 'carer';
    ['input', 'change', 'blur'].forEach((name) => next.dispatchEvent(new Event(name, { bubbles: true })));
    return next;
  }
  return next;
}"""


def main() -> int:
    """Runs it all; 1 when one package failed."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("H5P_PACKAGES", ""))
    files = sorted(folder.rglob("*.h5p")) if folder.parts and folder.is_dir() else []
    if not files:
        raise PlainError(f"No .h5p file in “{folder}”. Say where they are: make h5p-compat H5P_PACKAGES=<folder>")
    if shutil.which("chromium") is None:
        raise PlainError("Chromium is missing: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="h5p-compat-") as scratch:
        outcomes = run(files, Path(scratch))
    REPORT.write_text(json.dumps([asdict(one) for one in outcomes], indent=2, ensure_ascii=False), encoding="utf-8")
    print_table(outcomes, more=REPORT.relative_to(ROOT))
    return int(any(one.failed for one in outcomes))


def run(files: list[Path], scratch: Path) -> list[Outcome]:
    """Imports every file, serves them, and plays each."""
    port = _free_port()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.support.browser_settings",  # static files from where they are built
        "DEMO_DATA": str(scratch),
        "PORT": str(port),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs a loop in this thread; nothing else does
    }
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    say("Making a database for this run …")
    call_command("migrate", verbosity=0, interactive=False)
    login = _curator()
    client = Client()
    client.force_login(login, backend="courses.people.backends.PersonBackend")
    outcomes = [Outcome(str(file.name)) for file in files]
    versions = [_imported(file, outcome, login.person) for file, outcome in zip(files, outcomes, strict=True)]
    server = _serve(port, scratch)
    try:
        _play_all(f"http://localhost:{port}", client.cookies["sessionid"].value, login.person, versions, outcomes)
    finally:
        server.terminate()
        server.wait()
    return outcomes


def _curator() -> Any:
    from courses.people.models import User

    return User.objects.create_superuser("compat@example.org", "compat", name="Compatibility")


def _imported(file: Path, outcome: Outcome, by: Person) -> PackageVersion | None:
    from django.core.files.base import File
    from django.utils import timezone

    from courses.content.models import PackageUpload
    from courses.interop.uploads import importing

    with file.open("rb") as source:
        upload = PackageUpload.objects.create(
            file=File(source, name=file.name), source_name=file.name, uploaded_at=timezone.now(), uploaded_by=by
        )
    importing.check(upload.pk)
    version = importing.store(upload.pk, by, approve=True)
    upload.refresh_from_db()
    outcome.why, outcome.repaired = list(upload.faults), upload.report.get("repaired", [])
    if version:
        outcome.imported, outcome.library = "yes", version.manifest["main_library"]
    return version


def _serve(port: int, scratch: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "learning_site.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    with (scratch / "server.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/health/live", timeout=5):
                return server
        except OSError:
            time.sleep(0.1)
    server.kill()
    server.wait()
    raise PlainError("The server did not start: " + (scratch / "server.log").read_text(encoding="utf-8")[-1500:])


def _play_all(
    site: str, session: str, person: Person, versions: list[PackageVersion | None], outcomes: list[Outcome]
) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        for number, (version, outcome) in enumerate(zip(versions, outcomes, strict=True), 1):
            say(f"{number} of {len(outcomes)}: {outcome.file} …")
            if version is None:
                continue
            context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
            context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
            context.add_init_script(NOTE_VIOLATIONS)
            try:
                _play(context, site, version, person, outcome)
            finally:
                context.close()
        browser.close()


def _play(context: BrowserContext, site: str, version: PackageVersion, person: Person, outcome: Outcome) -> None:
    from django.urls import reverse

    from courses.interop import trials

    address = site + reverse("package_try", args=[version.package_id, version.number])
    trial = trials.begin(person=person, version=version)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text[:300]) if said.type == "error" else None)
    page.on("response", lambda got: troubles.append(f"{got.status} {got.url[:200]}") if got.status >= 400 else None)
    page.goto(address)
    frame = _started(page, outcome)
    if frame is None:
        outcome.why += list(dict.fromkeys(troubles))[:10]
        page.screenshot(path=PICTURES / f"{Path(outcome.file).stem}.png")
        return
    for _ in range(MOST_CLICKS):
        thing = frame.evaluate_handle(NEXT_THING).as_element()
        if thing is None:
            break
        thing.dispatch_event("click")
        page.wait_for_timeout(120)
    page.screenshot(path=PICTURES / f"{Path(outcome.file).stem}.png")
    state = frame.evaluate("() => JSON.stringify(window.H5P.instances[0].getCurrentState?.() ?? null)")
    page.wait_for_timeout(4500)  # calls go out every two seconds
    outcome.violations = sorted(set(frame.evaluate("() => window.violations || []")))
    page.goto(site + "/health/live")
    _judge_recorded(trial, version, outcome)
    if state in {"null", None}:
        outcome.resumed = "nothing kept"
        return
    page.goto(address)
    again = _started(page, outcome)
    seen = again and again.evaluate("() => JSON.stringify(window.H5P.instances[0].getCurrentState?.() ?? null)")
    outcome.resumed = "yes" if seen and _alike(seen, state) else "no"
    if outcome.resumed == "no":
        outcome.why.append(f"It had {state[:200]} and came back with {str(seen)[:200]}.")


def _started(page: Any, outcome: Outcome) -> Frame | None:
    """The frame the package plays in, once it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page.wait_for_timeout(200)
        for frame in page.frames:
            if "/launch/" not in frame.url or not (standing := frame.evaluate(STANDING)):
                continue
            if standing == "trouble":
                end = 0
                continue
            page.wait_for_timeout(500)
            outcome.started = "yes"
            found: Frame = frame
            return found
    outcome.started = "no"
    outcome.why.append("It did not start.")
    return None


def _judge_recorded(trial: Any, version: PackageVersion, outcome: Outcome) -> None:
    """By the trial's log: what was taken, and whether that is what the report promised."""
    trial.refresh_from_db()
    taken = [entry for entry in trial.log if entry["outcome"] == "accepted"]
    verbs = [str(entry["body"]["verb"]["id"]).rsplit("/", 1)[-1] for entry in taken if entry["kind"] == "statement"
             and isinstance(entry["body"].get("verb"), dict)]  # fmt: skip
    outcome.statements = sorted(set(verbs))
    promised = any("score" in line for line in version.report["tracked"])
    scored = any(go["raw"] is not None for go in trial.attempts)
    outcome.recorded = "score" if scored else "statements" if verbs else "opened" if taken else "no"
    if promised and not scored:
        outcome.why.append("No score came of the clicks of this run; a person may have to try it.")
    refused = [entry for entry in trial.log if entry["outcome"] == "refused"]
    outcome.why += sorted({f"A {one['kind']} was refused: {one['reason']}" for one in refused})


def _alike(left: str, right: str) -> bool:
    """The same state; times that run on are none of it."""
    return bool(_timeless(json.loads(left)) == _timeless(json.loads(right)))


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(each) for key, each in value.items() if "time" not in key.lower()}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PlainError as error:
        sys.exit(str(error))
