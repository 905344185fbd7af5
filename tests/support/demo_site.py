"""The demo, loaded once a run and served by gunicorn, for browser tests that look at real content.

Those tests only read, or write as people whom no other test uses; tests that need a world of their own take
pytest-django's `live_server` with the factories.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.postgres import free_port
from tests.support import template

ROOT = Path(__file__).resolve().parents[2]
GUARD = str(Path(__file__).with_name("guard.py"))


def load_once(shared: Path) -> Path:
    """The folder of a loaded demo. The first worker to come makes it; the others wait and use it."""
    data = shared / "demo"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / ".loaded").exists():
            data.mkdir(exist_ok=True)
            template.copy_to(data / "db.sqlite3")  # most of migrating is done; migrate does the rest
            for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
                _manage(data, *command)
            (data / ".loaded").touch()
    return data


def _environment(data: Path, port: int = 8000) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_TEMPLATE"}}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "tests.support.browser_settings",
        "DEMO_DATA": str(data),
        "PORT": str(port),
    }


def _manage(data: Path, *arguments: str, port: int = 8000) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=_environment(data, port),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)}: {done.stderr[-3000:]}")


@contextmanager
def served(loaded: Path, folder: Path) -> Iterator[str]:
    """A copy of the loaded demo, served on a free port; gives its address."""
    data, port = folder / "data", free_port()
    shutil.copytree(loaded, data)
    # Wagtail builds addresses from its Site, so this copy must know its own port.
    _manage(data, "shell", "-v0", "-c", f"from wagtail.models import Site; Site.objects.update(port={port})", port=port)
    with (folder / "log").open("wb") as log:
        web = subprocess.Popen(
            [sys.executable, GUARD, sys.executable, "-m", "gunicorn", "learning_site.wsgi",
             f"--bind=127.0.0.1:{port}", "--threads=8", "--no-control-socket", "--log-level=warning"],
            cwd=ROOT, env=_environment(data, port), start_new_session=True, stdin=subprocess.PIPE, stdout=log,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        _until_it_answers(f"http://localhost:{port}", web, folder / "log")
        yield f"http://localhost:{port}"
    finally:
        web.communicate()


def _until_it_answers(address: str, web: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while web.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health/live", timeout=20):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"The demo did not start: {log.read_text(errors='replace')[-3000:]}")
