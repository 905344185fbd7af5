"""Fixtures of the tests of packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from courses.content import trees


@pytest.fixture
def own_store(settings: Any, tmp_path: Path) -> Path:
    """A store of files of this test alone, for those that look at what lies in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    trees.tree.cache_clear()
    return Path(settings.MEDIA_ROOT)
