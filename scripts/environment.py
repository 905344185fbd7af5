"""Makes the Python environment `.venv` from the locked requirements. Uses nothing but the standard library, because it
runs before anything is installed; every fault it can foresee ends in one plain line."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.console import PlainError, Progress, say

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "build" / "install.log"
FRESH_INSTALL_BYTES = 1_500_000_000
LATER_START_BYTES = 200_000_000
NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|Network is unreachable|Connection refused|"
    r"NewConnectionError|ConnectTimeout|Connection timed out|Max retries exceeded|ProxyError|No route to host|"
    r"nodename nor servname"
)


def is_installed(requirements: str) -> bool:
    """Whether exactly this locked set was installed into `.venv` by an earlier run."""
    stamp = VENV / f".installed-{requirements}"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _fingerprint(requirements)


def _fingerprint(requirements: str) -> str:
    return f"{sys.version_info[:2]} {hashlib.sha256((ROOT / requirements).read_bytes()).hexdigest()}"


def check_disk(folder: Path, needed: int) -> None:
    """Gives up early, with the figures, instead of in the middle of an installation."""
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise PlainError(
            f"Not enough free disk space in {folder}: {free / 1e9:.1f} GB free, {needed / 1e9:.1f} GB needed. "
            "Free some space and run the same command again."
        )


def make_venv() -> None:
    """Creates `.venv`. Debian splits off what that needs into a package of its own."""
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        from scripts import debian

        debian.install([package], what="Python's venv")
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise PlainError(f"The Python environment could not be made: {(done.stderr or done.stdout).strip()[-500:]}")


def install(requirements: str) -> None:
    """Installs a locked set by hash, unless it is installed. What was downloaded is kept when it fails half-way."""
    if is_installed(requirements):
        return
    make_venv()
    LOG.parent.mkdir(exist_ok=True)
    wanted = sum("==" in line for line in (ROOT / requirements).read_text().splitlines() if line[:1].isalnum())
    progress = Progress("packages", wanted)
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--disable-pip-version-check", "--no-input"]
    with LOG.open("w", encoding="utf-8") as log:
        pip = subprocess.Popen(
            [*command, "-r", str(ROOT / requirements)], cwd=ROOT, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert pip.stdout is not None
        try:
            for line in pip.stdout:
                log.write(line)
                if line.startswith(("Collecting ", "Requirement already satisfied")):
                    progress.step()
                elif line.startswith("Installing collected"):
                    progress.end()
                    say("        unpacking …")
        except BaseException:
            pip.terminate()
            pip.wait()
            raise
    if pip.wait():
        raise PlainError(why_pip_failed(LOG.read_text(encoding="utf-8")))
    (VENV / f".installed-{requirements}").write_text(_fingerprint(requirements))


def why_pip_failed(output: str) -> str:
    if NO_NETWORK.search(output):
        return (
            "No network: the Python package index could not be reached. Connect and run the same command again; "
            "what was downloaded is kept."
        )
    if "No space left on device" in output:
        return "The disk is full. Free about 1.5 GB and run the same command again."
    if "DO NOT MATCH THE HASHES" in output:
        return "A downloaded package is not the one we locked (its hash differs). Nothing was installed from it."
    errors = [line for line in output.splitlines() if line.startswith("ERROR")] or output.splitlines()[-3:]
    return "Installing the Python packages failed: " + " ".join(errors)[:400] + f" (all of it: {LOG.relative_to(ROOT)})"


def build_assets() -> None:
    """Styles, scripts, typefaces for screen and PDF, and our packages; quick when they are up to date."""
    for script in ("build_assets", "build_fonts", "build_h5p", "build_scorm"):
        done = subprocess.run(
            [str(PYTHON), "-m", f"scripts.{script}"],
            cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if done.returncode:
            raise PlainError((done.stderr or done.stdout).strip()[-1500:])


def install_h5p_service() -> None:
    """The npm packages of the H5P authoring service; does nothing when they are there."""
    done = subprocess.run(
        [str(PYTHON), "-m", "scripts.h5p_service", "--install"],
        cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise PlainError((done.stderr or done.stdout).strip()[-1500:])
