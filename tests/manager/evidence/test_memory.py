"""A pack is made in constant memory: a short run for every day. By hand, with 5,000 people: see docs/scale.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

EXTRA_MB = 100
PEOPLE = 150


@pytest.mark.thorough
def test_a_pack_of_many(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.manager.evidence.memory_of_a_pack", str(PEOPLE), str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=settings.BASE_DIR)
    assert done.returncode == 0, done.stderr[-3000:]
    facts = json.loads(done.stdout.splitlines()[-1])
    print(facts)
    assert facts["status"] == "done", facts["said"]
    assert f"{PEOPLE} people, {PEOPLE} certificates" in facts["said"]
    assert facts["extra_mb"] < EXTRA_MB
