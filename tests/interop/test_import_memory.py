"""A package of 200 MB is checked and stored with at most 150 MB of extra memory, and says how far it is."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from django.conf import settings

from tests.interop.packages import CHOICE_CONTENT, h5p_files, scorm_files

pytestmark = pytest.mark.thorough
MB = 1024 * 1024
EXTRA_MB = 150


def large(path: Path, files: dict[str, str | bytes], films: list[str]) -> None:
    """A zip file of `files` and of `films`, 50 MB each: the first packed, the others as they are."""
    noise = b"\x00\x00\x00\x18ftypisom" + os.urandom(50 * MB)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for number, name in enumerate(films):
            how = zipfile.ZIP_STORED if number else zipfile.ZIP_DEFLATED
            archive.writestr(name, noise[:20] + bytes([number]) + noise[21:], how)


def command(path: Path, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.interop.memory_of_an_import", str(path), str(folder)]


def facts_of(path: Path, folder: Path) -> dict[str, float | str | list[str]]:
    done = subprocess.run(
        command(path, folder),
        check=False,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    facts: dict[str, float | str | list[str]] = json.loads(done.stdout.splitlines()[-1])
    print(facts)
    return facts


@pytest.mark.parametrize("kind", ["h5p", "scorm"])
def test_a_large_package_in_little_memory(kind: str, tmp_path: Path) -> None:
    films = [f"content/videos/{n}.mp4" if kind == "h5p" else f"part1/{n}.mp4" for n in range(4)]
    files = h5p_files(CHOICE_CONTENT) if kind == "h5p" else scorm_files()
    large(tmp_path / "large.zip", files, films)
    facts = facts_of(tmp_path / "large.zip", tmp_path)
    assert facts["status"] == "stored", facts["faults"]
    assert isinstance(facts["bytes"], int)
    assert facts["bytes"] > 200 * MB
    assert isinstance(facts["extra_mb"], float)
    assert facts["extra_mb"] < EXTRA_MB


def test_a_worker_killed_in_the_middle_leaves_no_version_and_the_next_one_makes_it(tmp_path: Path) -> None:
    large(tmp_path / "large.h5p", h5p_files(CHOICE_CONTENT), [f"content/videos/{n}.mp4" for n in range(4)])
    blobs = tmp_path / "media" / "packages" / "blobs"
    worker = subprocess.Popen(command(tmp_path / "large.h5p", tmp_path), cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    end = time.monotonic() + 100
    while not _writing(blobs) and worker.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    worker.kill()
    worker.communicate()
    assert worker.returncode == -signal.SIGKILL
    database = sqlite3.connect(tmp_path / "db.sqlite3")
    status = database.execute("SELECT status, (SELECT count(*) FROM content_packageversion) FROM content_packageupload")
    assert status.fetchall() == [("storing", 0)]
    database.close()
    facts = facts_of(tmp_path / "large.h5p", tmp_path)
    assert (facts["status"], facts["versions"]) == ("stored", 1), facts["faults"]
    for blob in blobs.rglob("*"):
        whole = blob.is_dir() or hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
        assert whole or blob.suffix == ".part"  # what stood beside it when the process was killed: sweeping takes it


def _writing(blobs: Path) -> bool:
    """Whether one of the films is being written, or is."""
    return any(blob.is_file() and blob.stat().st_size > MB for blob in blobs.rglob("*"))
