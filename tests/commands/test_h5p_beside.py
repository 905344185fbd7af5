"""The H5P service beside the demo: its end, its absence and a registry that cannot be reached end nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import h5p_service

ROOT = Path(__file__).resolve().parents[2]
COMMAND = """
import sys
from pathlib import Path
from scripts.console import PlainError, say
from scripts.supervisor import Process, Supervisor

python, folder = [sys.executable, "-c"], Path({folder!r})
try:
    with Supervisor([
        Process("web process", [*python, {web!r}], {{}}, folder / "web.log"),
        Process("H5P service", [*python, {service!r}], {{}}, folder / "h5p.log", without="all else works"),
    ]) as together:
        together.wait()
except PlainError as error:
    say(str(error))
"""


def said_beside(folder: Path, service: str, starts: int) -> str:
    """What the command says when the service does what it is told, and the web process ends after `starts` of it."""
    seen = folder / "seen"
    once = f"open({str(seen)!r}, 'a').write('x'); {service}"
    # Waits for the last start of the service and then for its end to be noticed: it is a child of our parent.
    web = f"""
import os, time
from pathlib import Path
def children():
    kept = Path(f'/proc/{{os.getppid()}}/task/{{os.getppid()}}/children').read_text().split()
    return len(kept)
while not os.path.exists({str(seen)!r}) or len(open({str(seen)!r}).read()) < {starts} or children() > 1:
    time.sleep(0.01)
"""
    source = COMMAND.format(folder=str(folder), web=web, service=once)
    command = [sys.executable, "-c", source]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert seen.read_text() == "x" * starts
    return done.stdout


def test_it_is_started_again_a_few_times_and_then_done_without(tmp_path: Path) -> None:
    said = said_beside(tmp_path, "print('oh dear'); raise SystemExit(1)", starts=4)
    assert said.count("The H5P service stopped and is started again.") == 3
    assert "The H5P service is not running: all else works. It last said:\n    oh dear" in said
    assert "The web process stopped, so everything was stopped." in said


def test_what_cannot_run_is_not_started_again(tmp_path: Path) -> None:
    said = said_beside(tmp_path, "print('no network'); raise SystemExit(2)", starts=1)
    assert "started again" not in said
    assert "all else works. It last said:\n    no network" in said


def test_without_a_network_it_says_so_in_one_line(tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(h5p_service.FOLDER / name, tmp_path)
    source = (
        f"from pathlib import Path; from scripts import h5p_service as s; s.FOLDER = Path({str(tmp_path)!r}); s.main()"
    )
    env = {"npm_config_registry": "http://127.0.0.1:1", "npm_config_cache": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", source, "--install"],
        cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == ["The H5P service was not installed: the npm registry cannot be reached."]
    assert done.stderr == ""
