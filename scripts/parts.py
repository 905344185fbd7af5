"""One part of `make test`: a command, how long it took, and what came of it."""

from __future__ import annotations

import os
import signal
import subprocess
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from scripts.console import Clock, say
from scripts.environment import ROOT

REPORTS = ROOT / "build" / "reports"
LONGEST_SECONDS = 2700


@dataclass
class Part:
    """A command to run. `tests` says that it is pytest and counts its own tests; `unable` why it cannot run. None in
    `env` takes a variable away."""

    name: str
    command: list[str]
    env: dict[str, str | None] = field(default_factory=dict)
    tests: bool = False
    unable: str = ""
    longest: int = LONGEST_SECONDS


@dataclass(frozen=True)
class Result:
    """What came of a part. A part that is no test run counts as one check."""

    part: Part
    passed: int
    failed: int
    skipped: int
    could_not_run: bool = False


def environment_of(part: Part) -> dict[str, str]:
    """The environment of this shell with what the part changes in it. Compiled Python is kept, whatever the shell says:
    each part starts a dozen processes, and each would compile all of it again (9 s of a core instead of 4)."""
    kept: dict[str, str | None] = {"PYTHONDONTWRITEBYTECODE": None}
    return {name: value for name, value in {**os.environ, **kept, **part.env}.items() if value is not None}


def run(part: Part, allow_skips: bool) -> Result:
    """Runs one part and prints its line; its output only when something failed."""
    if part.unable:
        say(f"{'skip' if allow_skips else 'FAIL':<5} {part.name:<34} could not run: {part.unable}")
        return Result(part, 0, 0 if allow_skips else 1, 0, could_not_run=True)
    clock, report = Clock(), REPORTS / f"{part.name.replace(' ', '-').lower()}.xml"
    command = part.command
    if part.tests:
        REPORTS.mkdir(parents=True, exist_ok=True)
        report.unlink(missing_ok=True)
        command = [*command, f"--junitxml={report}", "-o", "junit_family=xunit2"]
    code, output = _run(command, environment_of(part), part.longest)
    passed, failed, skipped = _counts(report) if part.tests else (int(code == 0), int(code != 0), 0)
    failed = max(failed, int(code != 0))
    notes = [f"{passed} passed"] * part.tests + [f"{failed} failed"] * (part.tests and failed > 0)
    notes += [f"{skipped} skipped"] * (skipped > 0)
    say(f"{'FAIL' if failed else 'ok':<5} {part.name:<34} {clock!s:>8}  {', '.join(notes)}".rstrip())
    if failed:
        say("\n".join(f"      | {line}" for line in output.strip().splitlines()[-150:]))
    return Result(part, passed, failed, skipped)


def run_beside_each_other(parts: list[Part], allow_skips: bool) -> list[Result]:
    """Parts that use one core each, two at a time."""
    with ThreadPoolExecutor(2) as lanes:
        return list(lanes.map(lambda part: run(part, allow_skips), parts))


def _run(command: list[str], env: dict[str, str], longest: int) -> tuple[int, str]:
    """Runs it in a group of its own, so that nothing it started outlives it."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, text=True, errors="replace", stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=longest)
    except subprocess.TimeoutExpired:
        _end(process)
        return 1, (process.communicate()[0] or "") + f"\nstopped after {longest} seconds"
    except BaseException:
        _end(process)
        raise
    return process.returncode, output


def _end(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a JUnit report; a run that wrote none failed."""
    if not report.exists():
        return 0, 1, 0
    suites = list(ET.parse(report).getroot().iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    failed, skipped = total("failures") + total("errors"), total("skipped")
    return total("tests") - failed - skipped, failed, skipped
