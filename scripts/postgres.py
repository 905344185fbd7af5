"""A throw-away PostgreSQL for tests and measurements: a cluster in a temporary folder, on a free loopback port, gone
afterwards. initdb refuses to run as root, so root hands the cluster to an unprivileged user."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEBIAN_BINARIES = Path("/usr/lib/postgresql")


class NoPostgresError(Exception):
    """PostgreSQL's programs are not there, or its cluster did not start; the message says why."""


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: the newest of Debian's, or the one on the PATH."""
    if DEBIAN_BINARIES.is_dir():
        for folder in sorted(DEBIAN_BINARIES.iterdir(), key=lambda f: _number(f.name), reverse=True):
            if (folder / "bin" / "initdb").exists():
                return folder / "bin"
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def _number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


def free_port() -> int:
    """A loopback port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_unprivileged(command: list[str]) -> list[str]:
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", *command]


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL."""

    port: int
    binaries: Path

    def url(self, name: str = "postgres") -> str:
        """The DATABASE_URL of a database in it."""
        return f"postgres://alongside@127.0.0.1:{self.port}/{name}"

    def create(self, name: str) -> str:
        """Makes an empty database and gives its address."""
        subprocess.run(
            [str(self.binaries / "createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "alongside", name],
            check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return self.url(name)


@contextlib.contextmanager
def throw_away_cluster(**settings: str) -> Iterator[Cluster]:
    """A fresh, fast and forgetful PostgreSQL; it is stopped and removed always. `settings` are its own, beside ours."""
    binaries = find_binaries()
    if binaries is None:
        raise NoPostgresError("initdb was not found. Install it: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="alongside-postgres-"))
    data, port = folder / "data", free_port()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        _run([str(binaries / "initdb"), "-D", str(data), "-U", "alongside", "-A", "trust", "-E", "UTF8",
              "--locale=C.UTF-8", "--no-sync"], folder)  # fmt: skip
        server = subprocess.Popen(
            _as_unprivileged([
                str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", str(folder),
                "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
                "-c", "shared_buffers=128MB", "-c", "max_connections=250",
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ]),
            cwd=folder, stdin=subprocess.DEVNULL, stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            _wait(binaries, port, server, folder)
            yield Cluster(port, binaries)
        finally:
            server.send_signal(2)  # SIGINT: a fast shutdown, without waiting for clients
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        _as_unprivileged(command), cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise NoPostgresError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()}")


def _wait(binaries: Path, port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the server answers; pg_isready says so itself, a second at most at a time."""
    for _ in range(30):
        if server.poll() is not None:
            break
        ready = subprocess.run(
            [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "1"],
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if ready.returncode == 0:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.2)
    raise NoPostgresError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')[-800:]}")


if __name__ == "__main__":
    # `python -m scripts.postgres <command>` runs a command beside a throw-away cluster, with DATABASE_URL set.
    import sys

    with throw_away_cluster() as cluster:
        code = subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": cluster.url()}, check=False).returncode
    sys.exit(code)
