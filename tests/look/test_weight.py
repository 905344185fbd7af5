"""What a first visit has to fetch: within the limits of the look (styles 22 kB, scripts 60 kB, typefaces 60 kB)."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

ASSETS = Path(__file__).resolve().parents[2] / "build" / "assets"


@pytest.fixture(autouse=True)
def _built() -> None:
    if not (ASSETS / "css" / "site.css").is_file():
        pytest.fail("The assets are not built: run make setup")


def test_styles() -> None:
    assert len(gzip.compress((ASSETS / "css" / "site.css").read_bytes())) <= 22_000


def test_scripts() -> None:
    assert sum(path.stat().st_size for path in (ASSETS / "js").glob("*.js")) <= 60_000


def test_the_two_typefaces_of_every_page() -> None:
    assert sum((ASSETS / "fonts" / f"{name}-latin.woff2").stat().st_size for name in ("atkinson", "fraunces")) <= 60_000


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in [*ASSETS.glob("css/*.css"), *ASSETS.glob("js/*.js")]:
        assert "url(http" not in path.read_text()
        assert "@import" not in path.read_text()
