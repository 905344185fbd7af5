"""A real server in a process of its own, on SQLite, that can be killed without warning and started again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.support.demo_site import GUARD

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class Server:
    """The demo's settings over an empty data folder; gunicorn as in production."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "learning_site.settings.demo",
            "DEMO_DATA": str(folder),
            "PORT": str(self.port),
        }
        self.log = folder / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        """Runs a management command and returns what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def ask(self, code: str) -> Any:
        """Runs a few lines against the server's database; they put what is asked for into `answer`."""
        printed = self.manage("shell", "-v0", "-c", f"import json\n{code}\nprint('ANSWER', json.dumps(answer))")
        return json.loads(printed.rpartition("ANSWER ")[2])

    def start(self) -> None:
        command = ["gunicorn", "learning_site.wsgi", "-b", f"127.0.0.1:{self.port}", "--threads", "4", "-t", "60"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, GUARD, sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.env,
                start_new_session=True,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        self.wait()

    def wait(self) -> None:
        """Until it answers; gives up after a minute."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.address}/health/live", timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise TimeoutError("the server does not answer")

    def kill(self) -> None:
        """At once, with all its processes: no handler runs, nothing is finished."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            self.process = None
