"""`make h5p-compat`: what it says of a package that plays, and of one that does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.interop.packages import dependency, h5p, h5p_files, library_files, zipped

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
THROWS = library_files("Test.Broken 1.1.0", js="throw new Error('broken');")


def test_a_folder_is_played_and_judged(tmp_path: Path) -> None:
    (tmp_path / "plays.h5p").write_bytes(h5p())
    (tmp_path / "refused.h5p").write_bytes(zipped(h5p_files() | {"content/evil.js": "x"}))
    broken = {"mainLibrary": "Test.Broken", "preloadedDependencies": [dependency("Test.Broken 1.1")]}
    (tmp_path / "broken.h5p").write_bytes(h5p(libraries=THROWS, **broken))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.h5p_compat", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        timeout=900,
        env={key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DEMO_DATA"}},
    )
    said = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if ".h5p  " in line}
    assert said["plays.h5p"] == ["Test.Choice", "1.1", "yes", "yes", "score", "yes", "0"], done.stdout + done.stderr
    assert said["broken.h5p"][2:4] == ["yes", "no"]
    assert said["refused.h5p"][0] == "no"
    assert "content/evil.js" in done.stdout
    assert done.returncode == 1
