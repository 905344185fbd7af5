"""The real H5P authoring service, for tests: on a free port with a folder of its own, killed and started again."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from courses.interop.h5p.service import H5PServiceClient
from courses.interop.h5p.service_breaker import Breaker
from courses.interop.h5p.service_calls import Line
from courses.interop.h5p.service_tokens import ServiceRole
from scripts import h5p_service
from scripts.postgres import free_port
from scripts.supervisor import die_with_parent


class RunningService:
    """One service on one folder."""

    def __init__(self, folder: Path, **changed: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.secret = secrets.token_urlsafe(32)
        self.changed = changed
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Until it answers."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("H5P_")}
        env = {**kept, "H5P_SERVICE_TOKEN": self.secret, "H5P_DATA": str(self.data), "PORT": str(self.port)}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [h5p_service.node(), str(h5p_service.FOLDER / "server.js")],
                env={**env, **self.changed}, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,  # noqa: PLW1509  (started by the tests' main thread)
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while f"ready at {self.url}" not in self.log().rpartition("--- ended")[2]:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The H5P service did not start: {self.log()[-2000:]}")
            time.sleep(0.02)

    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "log").read_text(errors="replace")

    def end(self, how: int = signal.SIGTERM) -> None:
        """Ends it, kindly or not."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            with (self.folder / "log").open("a") as log:
                log.write("--- ended\n")

    def client(self, role: ServiceRole = "trainer", who: str = "9a1c-tariq") -> H5PServiceClient:
        """A client whose breaker never opens: the tests here are about the service."""
        line = Line(self.url, breaker=Breaker(self.url, failures=10_000))
        return H5PServiceClient(who=who, role=role, url=self.url, secret=self.secret, line=line)


@contextmanager
def running_service(folder: Path, **changed: str) -> Iterator[RunningService]:
    """A service for a while."""
    if not h5p_service.is_installed():
        h5p_service.install()
    service = RunningService(folder, **changed)
    service.start()
    try:
        yield service
    finally:
        service.end()
