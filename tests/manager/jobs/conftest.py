from __future__ import annotations

import pytest

from courses.people import jobs

from .working import KIND, count


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(jobs.KINDS, KIND, count)
