"""`make demo`: what can go wrong on somebody's own machine gets one plain line that says what to do."""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import environment

ROOT = Path(__file__).resolve().parents[2]


def demo(tmp_path: Path, *, patch: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the command; `patch` is Python that runs before it, to stand for another machine."""
    (tmp_path / "sitecustomize.py").write_text(patch)
    return subprocess.run(
        [sys.executable, "-m", "scripts.demo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "DEMO_DATA": str(tmp_path / "data"), "PORT": "1", **env},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The only thing that was said, before anything was installed or started."""
    said = (done.stdout + done.stderr).strip()
    assert done.returncode == 1
    assert "\n" not in said
    return said


def test_a_port_in_use(tmp_path: Path, taken_port: int) -> None:
    said = one_line(demo(tmp_path, PORT=str(taken_port)))
    assert said == f"Port {taken_port} is in use. Stop what uses it, or choose another: make demo PORT={taken_port + 1}"


@pytest.mark.parametrize("port", ["banana", "0", "70000", "80 80", "-1"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert one_line(demo(tmp_path, PORT=port)).startswith(f"PORT={port} is not a port")


def test_an_old_python(tmp_path: Path) -> None:
    said = one_line(demo(tmp_path, patch="import sys; sys.version_info = (3, 9, 2, 'final', 0)"))
    assert said.startswith("This needs Python 3.11 or newer; this is Python 3.9.")


def test_a_full_disk(tmp_path: Path) -> None:
    full = "import shutil, collections; shutil.disk_usage = lambda p: collections.namedtuple('U', 'free')(50_000_000)"
    said = one_line(demo(tmp_path, patch=full))
    assert said.startswith("Not enough free disk space in")
    assert "Free some space and run the same command again." in said


def test_a_second_demo_on_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (tmp_path / "data" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is running with" in one_line(demo(tmp_path, PORT=str(port)))


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("WARNING: Retrying … Temporary failure in name resolution\nERROR: No matching distribution", "No network"),
        ("NewConnectionError(': Failed to establish a new connection: [Errno 111] Connection refused')", "No network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "its hash differs"),
        ("ERROR: Something else altogether", "Something else altogether"),
    ],
)
def test_why_an_installation_failed(output: str, says: str) -> None:
    assert says in environment.why_pip_failed(output)


def test_an_old_python_can_read_the_commands() -> None:
    """The version check must be reached: nothing before it that Python 3.7 does not know."""
    for name in ("demo", "setup", "run_tests"):
        source = (ROOT / "scripts" / f"{name}.py").read_text()
        compile(source[: source.index(")", source.index("sys.exit("))] + ")", name, "exec")
        assert source.index("sys.version_info") < source.index("from scripts")
