"""A real server in a process of its own, on SQLite or PostgreSQL: killed without warning, and started again."""

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
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.support import template
from tests.support.demo_site import GUARD

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def database(folder: Path) -> str:
    """A migrated database of the server's own: in the PostgreSQL on which the tests run, otherwise an SQLite file."""
    address, migrated = os.environ.get("DATABASE_URL"), os.environ.get("TEST_TEMPLATE")
    if not address or not migrated:
        template.copy_to(folder / "db.sqlite3")
        return f"sqlite:///{folder / 'db.sqlite3'}"
    name = f"server_{os.getpid()}_{folder.name.replace('-', '_')}"
    with psycopg.connect(address, autocommit=True) as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(migrated)))
    return urlsplit(address)._replace(path=f"/{name}").geturl()


class Server:
    """The demo's settings over a data folder of its own, with a migrated database; gunicorn as in production. Static
    files come from where they are built: collecting them takes longer than a round."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.env = {
            **os.environ,
            "DATABASE_URL": database(folder),
            "DJANGO_SETTINGS_MODULE": "tests.support.browser_settings",
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
        """Until it answers; gives up after three minutes."""
        end = time.monotonic() + 180
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


def killed(server: Server, work: str, after: float) -> None:
    """A worker of a job that dies `after` seconds into its work; it may have been done by then. `work` says BEGUN."""
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", work]
    with subprocess.Popen(
        command, cwd=ROOT, env=server.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"BEGUN\n"
        try:
            worker.wait(after)
        except subprocess.TimeoutExpired:
            worker.kill()
