"""A whole workforce becomes a file in constant memory (at most 200 MB over the idle process): a million rows of CSV and
a tenth of them of XLSX with `make torture`, ten thousand and a thousand with `make test`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.manager.out.test_memory import facts_of

pytestmark = pytest.mark.torture
ROWS = 1_000_000 if int(os.environ.get("ROUNDS", "5")) >= 50 else 10_000


@pytest.mark.parametrize(("ending", "people"), [("csv", ROWS), ("xlsx", ROWS // 10)])
def test_a_whole_workforce(ending: str, people: int, tmp_path: Path) -> None:
    facts_of(ending, people, tmp_path)
