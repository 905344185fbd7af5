"""`make demo`: from a fresh clone to a running site, and back in seconds the next time.

Run by the system's own Python, so it uses the standard library alone; the version check comes before anything that an
old Python could not read.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "This needs Python 3.11 or newer; this is Python %d.%d. Install python3.11 and run: make demo PYTHON=python3.11"
        % sys.version_info[:2]
    )

import fcntl
import os
import re
import secrets
import signal
import socket
import subprocess
from pathlib import Path
from types import FrameType
from typing import IO

from scripts import environment
from scripts.console import Clock, PlainError, say
from scripts.supervisor import Process, Supervisor, wait_until_ready

ACCOUNTS = (
    ("learner@example.org", "a social worker, part-way through a module"),
    ("newcomer@example.org", "a learner with nothing started"),
    ("manager@example.org", "manages the unit Adult Assessments"),
    ("lead@example.org", "training lead, sees the whole council"),
    ("trainer@example.org", "edits modules in the CMS: /cms/"),
    ("reviewer@example.org", "reviewer of the carers' panel"),
    ("outsider@example.org", "a manager in another organisation"),
    ("admin@example.org", "platform administrator"),
)
STEPS = 5


def main() -> int:
    """Everything, in order. Status 1 and one plain line when a person has to do something first."""
    clock = Clock()
    signal.signal(signal.SIGTERM, _stop)
    try:
        port = _port()
        data = Path(os.environ.get("DEMO_DATA") or environment.ROOT / ".demo").resolve()
        ready = environment.is_installed("requirements.txt")
        environment.check_disk(
            environment.ROOT, environment.LATER_START_BYTES if ready else environment.FRESH_INSTALL_BYTES
        )
        _claim_port(port)
        with _claim_data(data):
            _prepare(port, data)
            return _serve(port, data, clock)
    except PlainError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        if error.errno != 28:
            raise
        say("The disk is full. Free some space and run the same command again; nothing that was saved is lost.")
        return 1


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 65536:
        raise PlainError(f"PORT={text} is not a port: use a number from 1 to 65535, such as make demo PORT=8001")
    return int(text)


def _claim_port(port: int) -> None:
    """Finds out before the long part whether the port can be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise PlainError(f"Port {port} needs root. Choose another: make demo PORT=8001") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise PlainError(
                f"Port {port} is in use. Stop what uses it, or choose another: make demo PORT={other}"
            ) from None


def _free_port(wanted: int) -> int:
    """`wanted`, or any other where that is taken: nobody types this one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            return int(probe.getsockname()[1])
    raise PlainError("No port is free for the H5P service.")


def _claim_data(data: Path) -> IO[str]:
    """Two demos on one folder would pull its data from under each other."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / ".lock").open("w")
    except PermissionError:
        raise PlainError(f"{data} cannot be written. Choose another folder: make demo DEMO_DATA=/some/folder") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise PlainError(
            f"A demo is running with {data} already. Stop it, or give this one a folder of its own: "
            "make demo PORT=8001 DEMO_DATA=/some/folder"
        ) from None
    return lock


def _prepare(port: int, data: Path) -> None:
    def step(number: int, what: str) -> None:
        say(f"{number} of {STEPS}: {what}")

    step(1, "Python environment")
    environment.make_venv()
    step(2, "Python packages" + ("" if environment.is_installed("requirements.txt") else " (a minute or two)"))
    environment.install("requirements.txt")
    step(3, "Styles, typefaces and scripts")
    environment.build_assets()
    step(4, "Database and demo content")
    done = subprocess.run(
        [str(environment.PYTHON), "-m", "scripts.demo_prepare"],
        cwd=environment.ROOT, env=_environment(port, data), check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise PlainError("The demo's database could not be prepared; what went wrong stands above.")


def _environment(port: int, data: Path) -> dict[str, str]:
    """What the processes of the demo see: its settings, and nothing of a production set-up in this shell."""
    foreign = {"DATABASE_URL", "CACHE_URL", "SECRET_KEY", "EMAIL_URL", "H5P_SERVICE_URL", "H5P_SERVICE_TOKEN"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    changed = {"DJANGO_SETTINGS_MODULE": "learning_site.settings.demo", "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    if os.environ.get("DEMO_DATA"):
        changed["DEMO_DATA"] = str(data)
    return {**kept, **changed}


def _serve(port: int, data: Path, clock: Clock) -> int:
    say(f"{STEPS} of {STEPS}: Web process and task worker")
    python = str(environment.PYTHON)
    # One process with threads: the demo's cache lives in the process. Production runs several (operator guide).
    web = [python, "-m", "gunicorn", "learning_site.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
           "--threads", "8", "--worker-tmp-dir", str(data), "--log-level=warning", "--no-control-socket"]  # fmt: skip
    worker = [python, "manage.py", "db_worker", "--queue-name", "*", "--no-startup-delay", "--verbosity", "1"]
    h5p_port = _free_port(port + 1000)
    env = _environment(port, data) | {
        "H5P_SERVICE_URL": f"http://127.0.0.1:{h5p_port}",
        "H5P_SERVICE_TOKEN": secrets.token_urlsafe(32),
    }
    h5p = [python, "-m", "scripts.h5p_service"]  # installs its packages first, where they are missing
    h5p_env = {**env, "PORT": str(h5p_port), "H5P_DATA": str(data / "h5p")}
    supervisor = Supervisor(
        [
            Process("web process", web, env, data / "web.log"),
            Process("task worker", worker, env, data / "worker.log"),
            Process(
                "H5P service", h5p, h5p_env, data / "h5p.log", without="H5P content cannot be edited, all else can"
            ),
        ]
    )
    with supervisor:
        wait_until_ready(f"http://127.0.0.1:{port}/health/ready", f"localhost:{port}", supervisor)
        say()
        say(f"Ready: http://localhost:{port}")
        say()
        say("Password of every account: carers-demo")
        for address, who in ACCOUNTS:
            say(f"  {address:<22} {who}")
        say()
        say(f"Started in {clock}. Mail sent by the demo: http://localhost:{port}/demo/mail/ · Stop with Ctrl-C.")
        supervisor.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
