"""The web process and the task worker of the demo stop together, whatever happens to one of them or to the command."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Each child says its pid through the pipe and holds it open: when the pipe closes, every one of them has ended.
CHILD = "import os, signal; os.write({pipe}, b'%d\\n' % os.getpid()); {then}"
COMMAND = """
import sys
from pathlib import Path
from scripts import supervisor
from scripts.console import PlainError, say
from scripts.supervisor import Process, Supervisor

real = supervisor.subprocess.Popen
supervisor.subprocess.Popen = lambda *a, **k: real(*a, pass_fds=[{pipe}], **k)
python = [sys.executable, "-c"]
together = Supervisor([
    Process("web process", [*python, {web!r}], {{}}, Path({folder!r}) / "web.log"),
    Process("task worker", [*python, {worker!r}], {{}}, Path({folder!r}) / "worker.log"),
])
import os
try:
    with together:
        os.close({pipe})
        say("started")
        together.wait()
except PlainError as error:
    say(str(error))
    sys.exit(1)
"""


class Running:
    """The command with its two children, and a pipe that ends when they do."""

    def __init__(self, folder: Path, web: str, worker: str) -> None:
        self.read, write = os.pipe()
        source = COMMAND.format(
            pipe=write,
            folder=str(folder),
            web=CHILD.format(pipe=write, then=web),
            worker=CHILD.format(pipe=write, then=worker),
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", source], cwd=ROOT, pass_fds=[write], stdout=subprocess.PIPE, text=True
        )
        os.close(write)

    def pids(self) -> list[int]:
        """Waits until both children live."""
        found: list[int] = []
        while len(found) < 2:
            found += [int(line) for line in os.read(self.read, 100).split()]
        return found

    def all_ended(self) -> bool:
        """Waits for the end of the pipe: nobody holds it any more."""
        while True:
            ready, _, _ = select.select([self.read], [], [], 20)
            if not ready:
                return False
            if not os.read(self.read, 100):
                return True


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    command = Running(tmp_path, web="signal.pause()", worker="signal.pause()")
    yield command
    command.process.kill()
    command.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asking_the_command_to_stop_stops_both(running: Running, number: int) -> None:
    running.pids()
    running.process.send_signal(number)
    assert "Stopped." in running.process.communicate(timeout=20)[0]
    assert running.all_ended()


@pytest.mark.parametrize("which", [0, 1])
def test_when_one_dies_the_other_is_stopped_and_it_is_said(running: Running, which: int) -> None:
    os.kill(running.pids()[which], signal.SIGKILL)
    said = running.process.communicate(timeout=20)[0]
    assert "stopped, so everything was stopped" in said
    assert running.process.returncode == 1
    assert running.all_ended()


def test_killing_the_command_leaves_nobody_behind(running: Running) -> None:
    running.pids()
    running.process.kill()
    assert running.all_ended()


def test_the_last_words_of_a_process_that_fails_are_shown(tmp_path: Path) -> None:
    command = Running(tmp_path, web="raise SystemExit('no such table')", worker="signal.pause()")
    assert "no such table" in command.process.communicate(timeout=20)[0]
    assert command.all_ended()
