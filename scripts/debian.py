"""Installs what is missing from Debian's own packages, when it may; otherwise says which command would."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess

from scripts.console import PlainError, say


def install(packages: list[str], *, what: str) -> None:
    """apt-get install, with plain progress lines. Raises PlainError with the command when we are not root."""
    command = f"apt-get install {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise PlainError(f"{what} is missing, and this is not Debian: install {' '.join(packages)} yourself.")
    sudo = [] if os.geteuid() == 0 else _sudo()
    if sudo is None:
        raise PlainError(f"{what} is missing. Run this first: sudo {command}")
    say(f"        {what} is missing: {command} …")
    _update(*sudo)
    _apt(sudo, "install", "-y", "--no-install-recommends", *packages)


def _sudo() -> list[str] | None:
    """sudo, if it asks for no password."""
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return ["sudo", "-n"] if asked.returncode == 0 else None


@functools.cache
def _update(*sudo: str) -> None:
    """Once a run is enough."""
    _apt(list(sudo), "update")


def _apt(sudo: list[str], *arguments: str) -> None:
    done = subprocess.run(
        [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", *arguments],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise PlainError(f"apt-get {' '.join(arguments)} failed: {' '.join(said[-2:])[:400]}")
