"""Runs processes that belong together: all stop when one stops, when asked to (Ctrl-C, SIGTERM), or when this dies."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from scripts.console import PlainError, say

PATIENCE_SECONDS = 60
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1
CANNOT_RUN = 2
"""The status of a process that starting again would not help."""


class Asked(BaseException):
    """Somebody asked us to stop."""


@dataclass
class Process:
    """A command, and the file its output goes to. `without` says what is missing while it is away; where that is empty
    nothing works without it, and everything stops when it does."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    without: str = ""
    restarts: int = 3
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, folder: Path) -> None:
        """In a session of its own, so that a Ctrl-C reaches it through us and only once."""
        with self.log.open("ab" if self.running else "wb") as log:
            self.running = subprocess.Popen(
                self.command, cwd=folder, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=die_with_parent,  # noqa: PLW1509  (we have no threads)
            )  # fmt: skip

    def tail(self) -> str:
        """The last lines it said."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(f"    {line}" for line in lines[-12:]) or "    (nothing)"


def die_with_parent() -> None:
    """Linux: the kernel stops the process when we are killed in a way that lets us do nothing about it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Starts processes, waits for any of them to end or for a signal, and stops them all."""

    def __init__(self, processes: list[Process], folder: Path | None = None) -> None:
        self.processes = processes
        self.folder = folder or Path(__file__).resolve().parents[1]

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _ask)
        try:
            for process in self.processes:
                process.start(self.folder)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        self.stop()
        if kind is Asked:
            say("Stopped.")
            return True
        return False

    def wait(self) -> None:
        """Until one ends by itself, which is a fault. (Being asked to stop leaves through `__exit__`.)"""
        while True:
            pid, status = os.waitpid(-1, 0)
            for process in self.processes:
                if process.running and process.running.pid == pid:
                    process.running.returncode = process.running.returncode or 1
                    if process.without:
                        self._do_without(process, os.waitstatus_to_exitcode(status))
                        continue
                    said = process.tail()
                    raise PlainError(f"The {process.name} stopped, so everything was stopped. It last said:\n{said}")

    def _do_without(self, process: Process, code: int) -> None:
        """Starts it again a few times; then the rest goes on without it."""
        if code != CANNOT_RUN and process.restarts > 0:
            process.restarts -= 1
            say(f"The {process.name} stopped and is started again.")
            process.start(self.folder)
        else:
            say(f"The {process.name} is not running: {process.without}. It last said:\n{process.tail()}")

    def ended(self) -> Process | None:
        """A process that has ended and that nothing works without, if any."""
        needed = (p for p in self.processes if p.running and not p.without)
        return next((p for p in needed if p.running and p.running.poll() is not None), None)

    def stop(self) -> None:
        """Asks all at once, waits, and ends those that do not listen."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        running = [p.running for p in self.processes if p.running and p.running.poll() is None]
        for child in running:
            child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in running:
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _ask(number: int, frame: FrameType | None) -> None:
    raise Asked


def wait_until_ready(url: str, host: str, supervisor: Supervisor) -> None:
    """Until the health check says yes; gives up with its own words when it says no for too long."""
    request = urllib.request.Request(url, headers={"Host": host})
    said = "no answer"
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if process := supervisor.ended():
            raise PlainError(f"The {process.name} did not start. It last said:\n{process.tail()}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            said = _faults(error.read())
        except OSError as error:
            said = str(error)
        time.sleep(0.1)
    raise PlainError(f"The site did not become ready within {PATIENCE_SECONDS} seconds: {said}")


def _faults(body: bytes) -> str:
    try:
        return ", ".join(f"{k}: {v}" for k, v in json.loads(body)["checks"].items() if v != "ok")
    except (ValueError, KeyError, AttributeError):
        return body[:200].decode(errors="replace")
