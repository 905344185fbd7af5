"""A long list becomes a file in constant memory: a short run for every day; the full one is
tests/torture/test_export_memory.py."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

EXTRA_MB = 200
SHORT = 6_000


def facts_of(ending: str, people: int, folder: Path) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.manager.out.memory_of_an_export", ending, str(people), str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=settings.BASE_DIR)
    assert done.returncode == 0, done.stderr[-3000:]
    facts: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    print(facts)
    assert facts["status"] == "done", facts["said"]
    assert f"{people:,} rows" in str(facts["said"])
    assert isinstance(facts["extra_mb"], float)
    assert facts["extra_mb"] < EXTRA_MB
    return facts


@pytest.mark.thorough
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_long_list(ending: str, tmp_path: Path) -> None:
    facts = facts_of(ending, SHORT, tmp_path)
    assert float(str(facts["extra_mb"])) < EXTRA_MB / 4
